"""Edits of cases with what they left, submissions, comments of reviewers, forms that were sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0024_shown_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('location', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Edit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_pk', models.BigIntegerField(db_index=True, editable=False)),
                ('slug', models.CharField(max_length=50)),
                ('title_zh', models.CharField(max_length=120)),
                ('title_en', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('found', 'changed elsewhere than at the desk'), ('saved', 'saved'), ('submitted', 'submitted'), ('returned', 'returned'), ('published', 'published'), ('withdrawn', 'withdrawn'), ('restored', 'restored'), ('terms', 'terms changed'), ('deleted', 'deleted')], max_length=10, verbose_name='kind')),
                ('by_name', models.CharField(blank=True, max_length=150)),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('sha256', models.CharField(max_length=64)),
                ('packed', models.BinaryField()),
                ('stale', models.JSONField(default=list)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'edit',
                'verbose_name_plural': 'edits',
            },
        ),
        migrations.CreateModel(
            name='EditedPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=32)),
                ('edit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='stories.edit')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.JSONField()),
                ('place', models.CharField(max_length=300)),
                ('text', models.TextField(verbose_name='comment')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('is_done', models.BooleanField(default=False)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_comments', to='stories.case')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'submitted'), ('returned', 'returned'), ('published', 'published'), ('taken_back', 'taken back')], default='waiting', max_length=10, verbose_name='state')),
                ('message', models.TextField(blank=True, verbose_name='note for the reviewer')),
                ('kind', models.CharField(blank=True, choices=[('first', 'first publication'), ('update', 'update'), ('correction', 'correction')], max_length=10)),
                ('note_zh', models.TextField(blank=True)),
                ('note_en', models.TextField(blank=True)),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('answer', models.TextField(blank=True, verbose_name='what is to be done')),
                ('decided_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='submissions', to='stories.case')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='edit',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['found', 'saved', 'submitted', 'returned', 'published', 'withdrawn', 'restored', 'terms', 'deleted'])), name='edit_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'returned', 'published', 'taken_back'])), name='submission_state_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['first', 'update', 'correction', ''])), name='submission_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('case',), name='submission_waits_once'),
        ),
    ]
