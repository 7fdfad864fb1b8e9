"""Pictures of a case; whoever writes cases on the desk may edit them."""

from django.contrib.auth.management import create_permissions
import django.db.models.deletion
from django.db import migrations, models


def permit(apps, schema_editor):
    using = schema_editor.connection.alias
    app_config = apps.get_app_config("stories")
    # On an empty database permissions are only made after all migrations: make them now.
    app_config.models_module = True
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    app_config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    of_pictures = permissions.filter(
        content_type__app_label="stories", content_type__model="picture"
    )
    groups = apps.get_model("auth", "Group").objects.using(using)
    for group in groups.filter(name__in=["editors", "reviewers"]):
        group.permissions.add(*of_pictures)


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0005_newest'),
    ]

    operations = [
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('name', models.CharField(editable=False, max_length=32, unique=True)),
                ('widths', models.JSONField(editable=False)),
                ('height', models.PositiveIntegerField(editable=False)),
                ('alt_zh', models.CharField(help_text='What is to be seen, for who cannot see it; not what it means.', max_length=200, verbose_name='alternative text, Chinese')),
                ('alt_en', models.CharField(max_length=300, verbose_name='alternative text, English')),
                ('caption_zh', models.CharField(blank=True, max_length=200, verbose_name='caption, Chinese')),
                ('caption_en', models.CharField(blank=True, max_length=300, verbose_name='caption, English')),
                ('credit_zh', models.CharField(help_text='Who made the picture.', max_length=100, verbose_name='credit, Chinese')),
                ('credit_en', models.CharField(blank=True, max_length=150, verbose_name='credit, English')),
                ('credit_url', models.URLField(blank=True, help_text='Where the picture is from.', max_length=500, verbose_name='address of the credit')),
                ('licence', models.CharField(choices=[('cc-by-4.0', 'CC BY 4.0'), ('cc-by-sa-4.0', 'CC BY-SA 4.0'), ('cc-by-nc-4.0', 'CC BY-NC 4.0'), ('cc0-1.0', 'CC0 1.0'), ('public-domain', 'public domain'), ('permission', 'shown with permission; all rights reserved')], max_length=20, verbose_name='licence')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='stories.case', verbose_name='case')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('licence__in', ['cc-by-4.0', 'cc-by-sa-4.0', 'cc-by-nc-4.0', 'cc0-1.0', 'public-domain', 'permission'])), name='picture_licence_known'), models.CheckConstraint(condition=models.Q(('alt_en__gt', ''), ('alt_zh__gt', ''), ('credit_zh__gt', '')), name='picture_is_described_and_credited')],
            },
        ),
        migrations.RunPython(permit, migrations.RunPython.noop),
    ]
