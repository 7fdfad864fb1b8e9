"""The proof of the last version against the texts of its sources."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0021_source_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='checked_on',
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='case',
            name='checked_sha256',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
    ]
