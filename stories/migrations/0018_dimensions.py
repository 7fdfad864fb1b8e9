"""Indicators may count what is no count: shares in points, ratios, ages, weights and more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0017_related_terms'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='indicator',
            name='indicator_dimension_known',
        ),
        migrations.AlterField(
            model_name='indicator',
            name='dimension',
            field=models.CharField(choices=[('count', 'count'), ('money', 'money'), ('length', 'length'), ('area', 'area'), ('time', 'time'), ('share', 'share in percent'), ('discount', 'discount in tenths of the price'), ('rate', 'rate'), ('points', 'percentage points'), ('ratio', 'ratio'), ('factor', 'factor'), ('age', 'age'), ('weight', 'weight'), ('volume', 'volume'), ('power', 'power'), ('energy', 'energy'), ('degrees', 'temperature'), ('other', 'another unit')], max_length=10, verbose_name='dimension'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('dimension__in', ['count', 'money', 'length', 'area', 'time', 'share', 'discount', 'rate', 'points', 'ratio', 'factor', 'age', 'weight', 'volume', 'power', 'energy', 'degrees', 'other'])), name='indicator_dimension_known'),
        ),
    ]
