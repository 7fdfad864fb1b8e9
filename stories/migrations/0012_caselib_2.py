"""Rows of caselib/1 become those of caselib/2, as stories.conversion converts a document."""

import django.core.validators
import django.db.models.deletion
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import stories.models.parts

TABLES = ("change", "followup", "inferredplace", "solve", "typelink", "where")
PLANS = ("planned", "discussed")
CHUNK = 2000  # rows written in one statement


def convert(apps, schema_editor):
    """What the older form does not have stays empty; a metric gets the kind of its indicator."""
    alias = schema_editor.connection.alias

    def rows(name):
        return apps.get_model("stories", name).objects.using(alias)

    rows("Case").update(name_as_reported_en=models.F("name_as_reported_zh"))
    link_measures(apps, rows)
    for kind in ("input", "activity", "output", "outcome", "context"):
        rows("Metric").filter(indicator__kind=kind).update(kind=kind)
    rows("Metric").filter(measure=None).update(kind="context")
    rows("Metric").filter(measure__status__in=PLANS).update(kind="target")
    rows("CaseText").all().delete()  # the index is of another form now; the next reindex fills it
    rows("CasePage").all().delete()


def link_measures(apps, rows):
    """Types, places and problems answered: each a row, in the order in which they were linked."""
    TypeLink = apps.get_model("stories", "TypeLink")
    pairs = rows("Measure").order_by("pk").values_list("pk", "type_id")
    links = (TypeLink(measure_id=measure, type_id=type_pk) for measure, type_pk in pairs)
    rows("TypeLink").bulk_create(links, batch_size=CHUNK)
    for old, name, column in (("where", "Where", "place_id"), ("solves", "Solve", "problem_id")):
        through = apps.get_model("stories", "Measure")._meta.get_field(old).remote_field.through
        pairs = through.objects.using(rows(name).db).order_by("pk").values_list("measure_id", column)
        Link, counts, links = apps.get_model("stories", name), {}, []
        for measure, pk in pairs:
            position = counts[measure] = counts.get(measure, -1) + 1
            links.append(Link(measure_id=measure, position=position, **{column: pk}))
        rows(name).bulk_create(links, batch_size=CHUNK)


def permit(apps, schema_editor):
    """Whoever writes cases on the desk may edit the new rows."""
    using = schema_editor.connection.alias
    app_config = apps.get_app_config("stories")
    # On an empty database permissions are only made after all migrations: make them now.
    app_config.models_module = True
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    app_config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    of_tables = permissions.filter(
        content_type__app_label="stories", content_type__model__in=TABLES
    )
    groups = apps.get_model("auth", "Group").objects.using(using)
    for group in groups.filter(name__in=["editors", "reviewers"]):
        group.permissions.add(*of_tables)


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0010_synonyms_and_examples'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('key', models.CharField(help_text='A short name within the case; addresses of parts end in it.', max_length=50, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Only lower-case letters a–z, digits and single hyphens.')], verbose_name='key')),
                ('subject_zh', models.CharField(max_length=60, verbose_name='subject, Chinese')),
                ('subject_en', models.CharField(max_length=120, verbose_name='subject, English')),
                ('before_zh', models.TextField(verbose_name='before, Chinese')),
                ('before_en', models.TextField(verbose_name='before, English')),
                ('after_zh', models.TextField(blank=True, help_text='Empty where no source says.', verbose_name='after, Chinese')),
                ('after_en', models.TextField(blank=True, verbose_name='after, English')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='stories.case', verbose_name='case')),
                ('measures', models.ManyToManyField(blank=True, help_text='The measures of the same case that brought it about.', related_name='changes', to='stories.measure', verbose_name='measures')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('case', 'key'), name='change_key_once_in_a_case')],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('key', models.CharField(help_text='A short name within the case; addresses of parts end in it.', max_length=50, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Only lower-case letters a–z, digits and single hyphens.')], verbose_name='key')),
                ('question_zh', models.CharField(max_length=120, verbose_name='question, Chinese')),
                ('question_en', models.CharField(max_length=240, verbose_name='question, English')),
                ('state', models.CharField(choices=[('not_looked', 'not looked up yet'), ('nothing_found', 'looked up, nothing found'), ('answered', 'answered')], default='not_looked', max_length=20, verbose_name='state')),
                ('looked_on', models.CharField(blank=True, help_text='The day of the last look, exactly where there was one: 2026-11-20.', max_length=40, validators=[stories.models.parts.is_edtf], verbose_name='last look')),
                ('text_zh', models.TextField(blank=True, verbose_name='answer, Chinese')),
                ('text_en', models.TextField(blank=True, verbose_name='answer, English')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='follow_ups', to='stories.case', verbose_name='case')),
                ('measure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follow_ups', to='stories.measure', verbose_name='measure')),
            ],
            options={
                'verbose_name': 'follow-up',
                'verbose_name_plural': 'follow-ups',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('case', 'key'), name='followup_key_once_in_a_case'), models.CheckConstraint(condition=models.Q(('state__in', ['not_looked', 'nothing_found', 'answered'])), name='followup_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('looked_on', ''), ('state', 'not_looked')), models.Q(('state', 'not_looked'), _negated=True), _connector='OR'), name='followup_not_looked_has_no_day', violation_error_message='What nobody has looked up has no day of a look.')],
            },
        ),
        migrations.CreateModel(
            name='InferredPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='inferred_places', to='stories.case')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inferred_in', to='stories.place', verbose_name='place')),
            ],
            options={
                'verbose_name': 'inferred place',
                'verbose_name_plural': 'inferred places',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('case', 'place'), name='inferredplace_once_in_a_case')],
            },
        ),
        migrations.CreateModel(
            name='Solve',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('stage', models.CharField(choices=[('diagnose', 'diagnosis'), ('plan', 'planning'), ('fund', 'funding'), ('deliver', 'delivery'), ('maintain', 'maintenance')], default='deliver', max_length=10, verbose_name='stage')),
                ('basis', models.CharField(choices=[('stated', 'stated by the source'), ('inferred', 'inferred by the editor')], default='stated', max_length=10, verbose_name='basis')),
                ('measure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='solves', to='stories.measure')),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='solves', to='stories.problem', verbose_name='problem')),
            ],
            options={
                'verbose_name': 'problem answered',
                'verbose_name_plural': 'problems answered',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['diagnose', 'plan', 'fund', 'deliver', 'maintain'])), name='solve_stage_known'), models.CheckConstraint(condition=models.Q(('basis__in', ['stated', 'inferred'])), name='solve_basis_known'), models.UniqueConstraint(fields=('measure', 'problem'), name='solve_once_for_a_measure')],
            },
        ),
        migrations.CreateModel(
            name='TypeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('measure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='type_links', to='stories.measure')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stories.measuretype', verbose_name='measure type')),
            ],
            options={
                'verbose_name': 'type of a measure',
                'verbose_name_plural': 'types of a measure',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('measure', 'type'), name='typelink_once_for_a_measure')],
            },
        ),
        migrations.CreateModel(
            name='Where',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('basis', models.CharField(choices=[('stated', 'stated by the source'), ('inferred', 'inferred by the editor')], default='stated', max_length=10, verbose_name='basis')),
                ('measure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='where', to='stories.measure')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stories.place', verbose_name='place')),
            ],
            options={
                'verbose_name': 'place of a measure',
                'verbose_name_plural': 'places of a measure',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('basis__in', ['stated', 'inferred'])), name='where_basis_known'), models.UniqueConstraint(fields=('measure', 'place'), name='where_once_for_a_measure')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='citation',
            name='citation_one_target',
        ),
        migrations.RemoveConstraint(
            model_name='citation',
            name='citation_event_fits_its_target',
        ),
        migrations.RemoveConstraint(
            model_name='glance',
            name='glance_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='glance',
            name='glance_text_exactly_when_stated',
        ),
        migrations.RemoveConstraint(
            model_name='indicator',
            name='indicator_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='measure',
            name='measure_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='source',
            name='source_reported_by_known',
        ),
        migrations.RenameField(
            model_name='case',
            old_name='name_as_reported',
            new_name='name_as_reported_zh',
        ),
        migrations.AddField(
            model_name='actor',
            name='basis',
            field=models.CharField(choices=[('stated', 'stated by the source'), ('inferred', 'inferred by the editor')], default='stated', max_length=10, verbose_name='basis'),
        ),
        migrations.AddField(
            model_name='case',
            name='name_as_reported_en',
            field=models.CharField(default='', max_length=120, verbose_name='name as reported, in English'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='case',
            name='period_note_en',
            field=models.TextField(blank=True, verbose_name='note on the period, English'),
        ),
        migrations.AddField(
            model_name='case',
            name='period_note_zh',
            field=models.TextField(blank=True, help_text='Why a date is missing that readers would ask for.', verbose_name='note on the period, Chinese'),
        ),
        migrations.AddField(
            model_name='case',
            name='place_note_en',
            field=models.TextField(blank=True, verbose_name='what inferred places follow from, English'),
        ),
        migrations.AddField(
            model_name='case',
            name='place_note_zh',
            field=models.TextField(blank=True, verbose_name='what inferred places follow from, Chinese'),
        ),
        migrations.AddField(
            model_name='case',
            name='unit_cost_derived',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stories.derived'),
        ),
        migrations.AddField(
            model_name='case',
            name='unit_cost_metric',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stories.metric'),
        ),
        migrations.AddField(
            model_name='case',
            name='unit_cost_note_en',
            field=models.TextField(blank=True, verbose_name='note on the unit cost, English'),
        ),
        migrations.AddField(
            model_name='case',
            name='unit_cost_note_zh',
            field=models.TextField(blank=True, verbose_name='note on the unit cost, Chinese'),
        ),
        migrations.AddField(
            model_name='case',
            name='unit_cost_state',
            field=models.CharField(choices=[('stated', 'stated'), ('computed', 'computed here'), ('not_computable', 'not computable')], default='not_computable', max_length=20, verbose_name='unit cost'),
        ),
        migrations.AddField(
            model_name='citation',
            name='claim',
            field=models.CharField(choices=[('reported', 'reported as fact'), ('official', "an official's words"), ('resident', "a resident's words"), ('appraisal', "the author's appraisal"), ('inferred', 'inferred from the passage')], default='reported', max_length=10, verbose_name='claim'),
        ),
        migrations.AddField(
            model_name='citation',
            name='gloss',
            field=models.CharField(blank=True, help_text='The fragment in plain English.', max_length=120, verbose_name='gloss'),
        ),
        migrations.AddField(
            model_name='leftout',
            name='gloss',
            field=models.CharField(blank=True, max_length=120, verbose_name='gloss'),
        ),
        migrations.AddField(
            model_name='measure',
            name='before_case',
            field=models.BooleanField(default=False, help_text='Done before what the case tells of.', verbose_name='before the case'),
        ),
        migrations.AddField(
            model_name='measure',
            name='keywords_en',
            field=models.JSONField(blank=True, default=list, verbose_name='keywords, English'),
        ),
        migrations.AddField(
            model_name='measure',
            name='keywords_zh',
            field=models.JSONField(blank=True, default=list, verbose_name='keywords, Chinese'),
        ),
        migrations.AddField(
            model_name='measure',
            name='not_said',
            field=models.JSONField(blank=True, default=list, help_text='What the sources do not say of it, although a reader would ask.', verbose_name='not said'),
        ),
        migrations.AddField(
            model_name='metric',
            name='kind',
            field=models.CharField(blank=True, choices=[('input', 'Input'), ('activity', 'Activity'), ('output', 'Output'), ('outcome', 'Outcome'), ('context', 'Context'), ('target', 'Target')], help_text='Of this number: a plan or requirement is a target, no result.', max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='metric',
            name='telling_position',
            field=models.PositiveSmallIntegerField(editable=False, help_text="among the numbers of the case's first screen", null=True),
        ),
        migrations.AddField(
            model_name='metric',
            name='whole_metric',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parts', to='stories.metric', verbose_name='metric of the whole'),
        ),
        migrations.AddField(
            model_name='metric',
            name='whole_state',
            field=models.CharField(choices=[('stated', 'whole stated'), ('not_stated', 'whole not stated'), ('not_applicable', 'no part of a whole')], default='not_applicable', help_text='Whether the source says of how many in all the number is a part.', max_length=20, verbose_name='whole'),
        ),
        migrations.AddField(
            model_name='passage',
            name='gist_en',
            field=models.TextField(blank=True, verbose_name='gist, English'),
        ),
        migrations.AddField(
            model_name='passage',
            name='gist_zh',
            field=models.TextField(blank=True, help_text='What the passage says, in one to three sentences of our own.', verbose_name='gist, Chinese'),
        ),
        migrations.AddField(
            model_name='problem',
            name='heading_en',
            field=models.CharField(blank=True, max_length=80, verbose_name='heading, English'),
        ),
        migrations.AddField(
            model_name='problem',
            name='heading_zh',
            field=models.CharField(blank=True, help_text='What the source says was wrong, in a few words; no more than it says.', max_length=30, verbose_name='heading, Chinese'),
        ),
        migrations.AddField(
            model_name='problem',
            name='keywords_en',
            field=models.JSONField(blank=True, default=list, verbose_name='keywords, English'),
        ),
        migrations.AddField(
            model_name='problem',
            name='keywords_zh',
            field=models.JSONField(blank=True, default=list, verbose_name='keywords, Chinese'),
        ),
        migrations.AddField(
            model_name='source',
            name='accessed',
            field=models.CharField(blank=True, help_text='The day on which the copy was fetched: 2026-11-20.', max_length=40, validators=[stories.models.parts.is_edtf], verbose_name='accessed'),
        ),
        migrations.AddField(
            model_name='source',
            name='archived_url',
            field=models.URLField(blank=True, max_length=500, verbose_name='archived copy'),
        ),
        migrations.AddField(
            model_name='source',
            name='independence',
            field=models.CharField(choices=[('independent', 'independent'), ('not_independent', 'not independent'), ('unclear', 'unclear whether independent')], default='unclear', help_text='Whether the account comes from outside the bodies that it reports on.', max_length=20, verbose_name='independence'),
        ),
        migrations.AddField(
            model_name='source',
            name='independence_note_en',
            field=models.TextField(blank=True, verbose_name='what that follows from, English'),
        ),
        migrations.AddField(
            model_name='source',
            name='independence_note_zh',
            field=models.TextField(blank=True, verbose_name='what that follows from, Chinese'),
        ),
        migrations.AddField(
            model_name='source',
            name='same_report_as',
            field=models.ForeignKey(blank=True, help_text='Another source of this case that prints the same report.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reprints', to='stories.source', verbose_name='same report as'),
        ),
        migrations.AddField(
            model_name='source',
            name='url_note_en',
            field=models.TextField(blank=True, verbose_name='note on the address, English'),
        ),
        migrations.AddField(
            model_name='source',
            name='url_note_zh',
            field=models.TextField(blank=True, verbose_name='note on the address, Chinese'),
        ),
        migrations.AddField(
            model_name='source',
            name='withheld_names',
            field=models.JSONField(blank=True, default=list, help_text='Fingerprints of the names of private persons whom the source names.', verbose_name='withheld names'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='event',
            field=models.CharField(blank=True, choices=[('began', 'began'), ('ended', 'ended'), ('when', 'when'), ('before', 'before'), ('after', 'after')], help_text='Which date the fragment carries, or which side of a change.', max_length=6, verbose_name='date or side'),
        ),
        migrations.AlterField(
            model_name='glance',
            name='state',
            field=models.CharField(choices=[('stated', 'stated'), ('partly', 'partly stated'), ('silent', 'The source does not say'), ('not_coded', 'Nobody has looked yet')], default='not_coded', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='indicator',
            name='kind',
            field=models.CharField(choices=[('input', 'Input'), ('activity', 'Activity'), ('output', 'Output'), ('outcome', 'Outcome'), ('context', 'Context'), ('target', 'Target')], max_length=10, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='measure',
            name='status',
            field=models.CharField(choices=[('done', 'Done'), ('awaiting_acceptance', 'Completed, awaiting acceptance'), ('under_way', 'Under way'), ('planned', 'Planned'), ('discussed', 'Discussed')], help_text='A plan is not a result: finished works are done, admitted ones planned.', max_length=20, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='source',
            name='reported_by',
            field=models.CharField(choices=[('own', 'self-reported'), ('higher_authority', 'higher authority'), ('official_media', 'official media'), ('other_media', 'other media')], max_length=20, verbose_name='reported by'),
        ),
        migrations.AddConstraint(
            model_name='actor',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['stated', 'inferred'])), name='actor_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('unit_cost_state__in', ['stated', 'computed', 'not_computable'])), name='case_unit_cost_state_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('unit_cost_metric', None), ('unit_cost_state', 'stated'), _connector='OR'), models.Q(('unit_cost_derived', None), ('unit_cost_state', 'computed'), _connector='OR')), name='case_unit_cost_is_of_its_state'),
        ),
        migrations.AddConstraint(
            model_name='glance',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['stated', 'partly', 'silent', 'not_coded'])), name='glance_state_known'),
        ),
        migrations.AddConstraint(
            model_name='glance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('stated', 'partly')), ('text_en__gt', ''), ('text_zh__gt', '')), models.Q(models.Q(('state__in', ('stated', 'partly')), _negated=True), ('text_en', ''), ('text_zh', '')), _connector='OR'), name='glance_text_exactly_when_stated', violation_error_message='A stated answer has a text in both languages; the others have none.'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['input', 'activity', 'output', 'outcome', 'context', 'target'])), name='indicator_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='metric',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['input', 'activity', 'output', 'outcome', 'context', 'target', ''])), name='metric_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='metric',
            constraint=models.CheckConstraint(condition=models.Q(('whole_state__in', ['stated', 'not_stated', 'not_applicable'])), name='metric_whole_state_known'),
        ),
        migrations.AddConstraint(
            model_name='metric',
            constraint=models.CheckConstraint(condition=models.Q(('whole_metric', None), models.Q(('whole_state', 'stated'), models.Q(('whole_metric', models.F('pk')), _negated=True)), _connector='OR'), name='metric_whole_only_where_stated', violation_error_message='Another metric is named as the whole only where the whole is stated.'),
        ),
        migrations.AddConstraint(
            model_name='metric',
            constraint=models.CheckConstraint(condition=models.Q(('telling_position', None), ('telling_position__lt', 5), _connector='OR'), name='metric_few_are_telling'),
        ),
        migrations.AddConstraint(
            model_name='metric',
            constraint=models.UniqueConstraint(condition=models.Q(('telling_position__isnull', False)), fields=('case', 'telling_position'), name='metric_telling_position_once_in_a_case'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('reported_by__in', ['own', 'higher_authority', 'official_media', 'other_media'])), name='source_reported_by_known'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('independence__in', ['independent', 'not_independent', 'unclear'])), name='source_independence_known'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('same_report_as', None), models.Q(('same_report_as', models.F('pk')), _negated=True), _connector='OR'), name='source_is_no_reprint_of_itself', violation_error_message='A source is no reprint of itself.'),
        ),
        migrations.AddField(
            model_name='citation',
            name='change',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='stories.change'),
        ),
        migrations.AddField(
            model_name='citation',
            name='follow_up',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='stories.followup'),
        ),
        migrations.AddIndex(
            model_name='citation',
            index=models.Index(condition=models.Q(('change__isnull', False)), fields=['change'], name='citation_of_change'),
        ),
        migrations.AddIndex(
            model_name='citation',
            index=models.Index(condition=models.Q(('follow_up__isnull', False)), fields=['follow_up'], name='citation_of_follow_up'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('change__isnull', True), ('follow_up__isnull', True), ('glance__isnull', True), ('measure__isnull', True), ('metric__isnull', True), ('problem__isnull', True)), models.Q(('case__isnull', True), ('change__isnull', True), ('follow_up__isnull', True), ('glance__isnull', True), ('measure__isnull', True), ('metric__isnull', True), ('problem__isnull', False)), models.Q(('case__isnull', True), ('change__isnull', True), ('follow_up__isnull', True), ('glance__isnull', True), ('measure__isnull', False), ('metric__isnull', True), ('problem__isnull', True)), models.Q(('case__isnull', True), ('change__isnull', True), ('follow_up__isnull', True), ('glance__isnull', True), ('measure__isnull', True), ('metric__isnull', False), ('problem__isnull', True)), models.Q(('case__isnull', True), ('change__isnull', True), ('follow_up__isnull', True), ('glance__isnull', False), ('measure__isnull', True), ('metric__isnull', True), ('problem__isnull', True)), models.Q(('case__isnull', True), ('change__isnull', False), ('follow_up__isnull', True), ('glance__isnull', True), ('measure__isnull', True), ('metric__isnull', True), ('problem__isnull', True)), models.Q(('case__isnull', True), ('change__isnull', True), ('follow_up__isnull', False), ('glance__isnull', True), ('measure__isnull', True), ('metric__isnull', True), ('problem__isnull', True)), _connector='OR'), name='citation_one_target'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.CheckConstraint(condition=models.Q(('claim__in', ['reported', 'official', 'resident', 'appraisal', 'inferred'])), name='citation_claim_known'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('change__isnull', True), ('event', '')), models.Q(('change__isnull', False), ('event__in', ['before', 'after'])), models.Q(('case__isnull', False), ('event__in', ['began', 'ended'])), models.Q(('event', 'when'), ('measure__isnull', False)), _connector='OR'), name='citation_event_fits_its_target'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['done', 'awaiting_acceptance', 'under_way', 'planned', 'discussed'])), name='measure_status_known'),
        ),
        migrations.RunPython(convert),
        migrations.RemoveField(
            model_name='measure',
            name='solves',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='type',
        ),
        migrations.RemoveField(
            model_name='measure',
            name='where',
        ),
        migrations.AddField(
            model_name='measure',
            name='problems',
            field=models.ManyToManyField(related_name='measures', through='stories.Solve', to='stories.problem', verbose_name='answers'),
        ),
        migrations.AddField(
            model_name='measure',
            name='types',
            field=models.ManyToManyField(related_name='measures', through='stories.TypeLink', to='stories.measuretype', verbose_name='measure types'),
        ),
        migrations.AddField(
            model_name='measure',
            name='places',
            field=models.ManyToManyField(related_name='measures', through='stories.Where', to='stories.place', verbose_name='places'),
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
