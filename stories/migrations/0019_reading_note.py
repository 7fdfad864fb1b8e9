"""An editor may read a number otherwise than the program, with a reason."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0018_dimensions'),
    ]

    operations = [
        migrations.AddField(
            model_name='metric',
            name='reading_note_en',
            field=models.TextField(blank=True, verbose_name='why it is read so, English'),
        ),
        migrations.AddField(
            model_name='metric',
            name='reading_note_zh',
            field=models.TextField(blank=True, help_text='Only where the program reads the fragment otherwise than you: the reason, which readers see. It takes the place of the agreement.', verbose_name='why it is read so, Chinese'),
        ),
    ]
