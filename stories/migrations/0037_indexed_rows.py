"""What tables say of a case and of a metric stands in the index; filled by the rebuild of its form."""

import django.db.models.deletion
from django.db import migrations, models

import stories.models.search_index


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0030_content_of_saved_forms'),
    ]

    operations = [
        migrations.AddField(
            model_name='indexedcard',
            name='row',
            field=models.JSONField(default=dict, encoder=stories.models.search_index.Unescaped),
        ),
        migrations.CreateModel(
            name='IndexedMetricRow',
            fields=[
                ('metric', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='row', serialize=False, to='stories.indexedmetric')),
                ('row', models.JSONField(encoder=stories.models.search_index.Unescaped)),
            ],
        ),
    ]
