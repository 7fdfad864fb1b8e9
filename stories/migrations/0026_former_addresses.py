"""Former addresses of terms; slugs of tags in the one form that documents take."""

import re

import django.core.validators
from django.db import migrations, models
from pypinyin import lazy_pinyin

LIMIT = 50  # characters of a slug
KEY = re.compile(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def normalize_slugs(apps, schema_editor):
    """加梯 → jiati, UPPER → upper. No case with another slug could be published."""
    tags = apps.get_model("stories", "Tag").objects.using(schema_editor.connection.alias)
    taken = set(tags.values_list("slug", flat=True))
    for tag in tags.order_by("pk"):
        if KEY.match(tag.slug) and len(tag.slug) <= LIMIT:
            continue
        spelled = "".join(lazy_pinyin(tag.slug)).lower()
        slug = re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")[:40].strip("-") or "tag"
        slug = slug if slug not in taken else f"{slug}-{tag.pk}"
        taken.add(slug)
        tags.filter(pk=tag.pk).update(slug=slug)


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0025_review'),
    ]

    operations = [
        migrations.RunPython(normalize_slugs, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facet', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=60)),
                ('successor', models.CharField(max_length=60)),
            ],
        ),
        migrations.AlterField(
            model_name='tag',
            name='slug',
            field=models.CharField(help_text='Stands in addresses and case documents; it does not change.', max_length=50, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Only lower-case letters a–z, digits and single hyphens.')], verbose_name='slug'),
        ),
        migrations.AddConstraint(
            model_name='bodykind',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(?:-[a-z0-9]+)*$')), name='bodykind_slug_is_key'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(?:-[a-z0-9]+)*$')), name='indicator_slug_is_key'),
        ),
        migrations.AddConstraint(
            model_name='measurefamily',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(?:-[a-z0-9]+)*$')), name='measurefamily_slug_is_key'),
        ),
        migrations.AddConstraint(
            model_name='measuretype',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(?:-[a-z0-9]+)*$')), name='measuretype_slug_is_key'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[a-z0-9]+(?:-[a-z0-9]+)*$')), name='place_code_is_key'),
        ),
        migrations.AddConstraint(
            model_name='problemtype',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(?:-[a-z0-9]+)*$')), name='problemtype_slug_is_key'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]+(?:-[a-z0-9]+)*$')), name='tag_slug_is_key'),
        ),
        migrations.AddConstraint(
            model_name='formeraddress',
            constraint=models.UniqueConstraint(fields=('facet', 'value'), name='formeraddress_once'),
        ),
        migrations.AddConstraint(
            model_name='formeraddress',
            constraint=models.CheckConstraint(condition=models.Q(('value', models.F('successor')), _negated=True), name='formeraddress_leads_on'),
        ),
    ]
