"""The texts of sources, for the desk alone."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0020_last_publication'),
    ]

    operations = [
        migrations.CreateModel(
            name='SourceText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True, validators=[django.core.validators.RegexValidator('\\A[0-9a-f]{64}\\Z')], verbose_name='SHA-256')),
                ('raw', models.BinaryField(verbose_name='text')),
                ('sketch', models.JSONField(default=list)),
                ('is_proposed', models.BooleanField(default=False)),
                ('stored_at', models.DateTimeField(auto_now_add=True, verbose_name='stored')),
            ],
            options={
                'verbose_name': 'text of a source',
                'verbose_name_plural': 'texts of sources',
            },
        ),
    ]
