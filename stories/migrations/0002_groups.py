"""The two groups of the desk: editors write cases and vocabulary, reviewers publish them too."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

PUBLISH = "publish_case"


def make_groups(apps, schema_editor):
    using = schema_editor.connection.alias
    # On an empty database permissions are only made after all migrations: make them now.
    app_config = apps.get_app_config("stories")
    app_config.models_module = True
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    app_config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    groups = apps.get_model("auth", "Group").objects.using(using)
    of_the_app = permissions.filter(content_type__app_label="stories")
    editors, _ = groups.get_or_create(name="editors")
    editors.permissions.set(of_the_app.exclude(codename=PUBLISH))
    reviewers, _ = groups.get_or_create(name="reviewers")
    reviewers.permissions.set(of_the_app)


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Undoing it keeps the groups: their members are not ours to take.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
