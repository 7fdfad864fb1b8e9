"""Below the province, a place lies in another."""

import stories.models.parts
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0013_index_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='began',
            field=models.CharField(blank=True, help_text='EDTF, no more precise than the source: 2021-09, 2021/2022; 2021/ where nobody says when it ended, 2021/.. where the source says that it goes on.', max_length=40, validators=[stories.models.parts.is_edtf], verbose_name='began'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('level', 'province'), ('parent__isnull', False), _connector='OR'), name='place_below_a_province_lies_in_one', violation_error_message='Below the province, a place lies in another.'),
        ),
    ]
