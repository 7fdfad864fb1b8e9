"""Terms are related to terms of the same vocabulary, both ways."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0016_apostrophes'),
    ]

    operations = [
        migrations.AddField(
            model_name='measuretype',
            name='related',
            field=models.ManyToManyField(blank=True, help_text='What a reader who asks for this may want too. It goes both ways.', to='stories.measuretype', verbose_name='related terms'),
        ),
        migrations.AddField(
            model_name='problemtype',
            name='related',
            field=models.ManyToManyField(blank=True, help_text='What a reader who asks for this may want too. It goes both ways.', to='stories.problemtype', verbose_name='related terms'),
        ),
        migrations.AddField(
            model_name='tag',
            name='related',
            field=models.ManyToManyField(blank=True, help_text='What a reader who asks for this may want too. It goes both ways.', to='stories.tag', verbose_name='related terms'),
        ),
    ]
