"""Places: whether their English name is a proposal of the program."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0027_labels_of_ties'),
    ]

    operations = [
        migrations.AddField(
            model_name='place',
            name='is_label_en_proposed',
            field=models.BooleanField(default=False, db_default=False, help_text='Made of the Chinese one by the program: untick it once it is right.', verbose_name='English label is a proposal'),
        ),
    ]
