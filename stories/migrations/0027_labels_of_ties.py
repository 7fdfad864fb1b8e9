"""Labels of what ties a part to its case or measure, for messages."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0026_former_addresses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='casetag',
            name='content_object',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='case_tags', to='stories.case', verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='inferredplace',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='inferred_places', to='stories.case', verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='solve',
            name='measure',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='solves', to='stories.measure', verbose_name='measure'),
        ),
        migrations.AlterField(
            model_name='typelink',
            name='measure',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='type_links', to='stories.measure', verbose_name='measure'),
        ),
        migrations.AlterField(
            model_name='where',
            name='measure',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='where', to='stories.measure', verbose_name='measure'),
        ),
    ]
