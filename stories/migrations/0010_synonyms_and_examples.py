"""What was an alias may count as a hit, so it becomes a synonym; examples are added empty."""

from django.db import migrations, models

TERMS = ("measurefamily", "measuretype", "problemtype", "bodykind", "indicator", "tag")
LANGUAGES = {"zh": "Chinese", "en": "English"}


def words(kind, language):
    name = f"{kind}, {LANGUAGES[language]}"
    return models.JSONField(blank=True, default=list, verbose_name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0008_page_of_a_case"),
    ]

    operations = [
        operation
        for model in (*TERMS, "place")
        for language in LANGUAGES
        for operation in (
            migrations.RenameField(model, f"aliases_{language}", f"synonyms_{language}"),
            migrations.AlterField(model, f"synonyms_{language}", words("synonyms", language)),
        )
    ] + [
        migrations.AddField(model, f"examples_{language}", words("examples", language))
        for model in TERMS
        for language in LANGUAGES
    ]
