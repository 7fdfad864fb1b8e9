"""Columns of foreign keys that a unique constraint has an index for, or that are mostly empty."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0006_pictures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='casetag',
            name='content_object',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='case_tags', to='stories.case'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='case',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='stories.case'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='glance',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='stories.glance'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='measure',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='stories.measure'),
        ),
        # PostgreSQL has the constraint as an index of this column, and would lose it with the other.
        migrations.RemoveConstraint(
            model_name='citation',
            name='citation_one_for_a_metric',
        ),
        migrations.AlterField(
            model_name='citation',
            name='metric',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='stories.metric'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.UniqueConstraint(condition=models.Q(('metric__isnull', False)), fields=('metric',), name='citation_one_for_a_metric'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='problem',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='stories.problem'),
        ),
        migrations.AlterField(
            model_name='derived',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='derived', to='stories.case', verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='glance',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='glances', to='stories.case', verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='measure',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='stories.case', verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='metric',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='metrics', to='stories.case', verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='passage',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='stories.source', verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='problem',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='stories.case', verbose_name='case'),
        ),
        migrations.AddIndex(
            model_name='citation',
            index=models.Index(condition=models.Q(('case__isnull', False)), fields=['case'], name='citation_of_case'),
        ),
        migrations.AddIndex(
            model_name='citation',
            index=models.Index(condition=models.Q(('problem__isnull', False)), fields=['problem'], name='citation_of_problem'),
        ),
        migrations.AddIndex(
            model_name='citation',
            index=models.Index(condition=models.Q(('measure__isnull', False)), fields=['measure'], name='citation_of_measure'),
        ),
        migrations.AddIndex(
            model_name='citation',
            index=models.Index(condition=models.Q(('glance__isnull', False)), fields=['glance'], name='citation_of_glance'),
        ),
    ]
