"""What was sent with a form of the workbench, by its hash: the same form with other words is written."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0029_place_name_proposed'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedform',
            name='content',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
