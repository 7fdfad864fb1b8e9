"""The years of cases are columns of publications, which lists are made of; nothing read these."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0037_indexed_rows'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='case_newest',
        ),
        migrations.RemoveField(
            model_name='case',
            name='first_year',
        ),
        migrations.RemoveField(
            model_name='case',
            name='last_year',
        ),
    ]
