"""What pages show of a case stands apart from what is searched; the next reindex fills both."""

import django.db.models.deletion
from django.db import migrations, models

import stories.models.search_index


def forget(apps, schema_editor):
    """The index is of another form now, and made anew: nothing of it has to be moved."""
    apps.get_model("stories", "CaseText").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0007_lean_indexes'),
    ]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.CreateModel(
            name='CasePage',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='indexed_page', serialize=False, to='stories.case')),
                ('card', models.JSONField(encoder=stories.models.search_index.Unescaped)),
                ('document', models.JSONField(encoder=stories.models.search_index.Unescaped)),
            ],
        ),
        migrations.RemoveField(
            model_name='casetext',
            name='card',
        ),
        migrations.RemoveField(
            model_name='casetext',
            name='document',
        ),
    ]
