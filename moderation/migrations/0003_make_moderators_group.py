"""The group "Moderators" with its rights, so that the owner only has to put people into it."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Moderators"
RIGHTS = {
    "accounts": ["view_user"],
    "posts": ["view_post", "view_hashtag"],
    "media": ["view_attachment"],
    "moderation": ["view_report", "change_report", "view_action", "add_action"],
}


def make_group(apps, schema_editor):
    """Rights are made after all migrations; those needed here are made now."""
    database = schema_editor.connection.alias
    for label in RIGHTS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, verbosity=0, using=database, apps=apps)
        config.models_module = None
    group, _ = apps.get_model("auth", "Group").objects.using(database).get_or_create(name=NAME)
    rights = apps.get_model("auth", "Permission").objects.using(database)
    for label, names in RIGHTS.items():
        group.permissions.add(*rights.filter(content_type__app_label=label, codename__in=names))


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_keep_subject_and_report_once"),
        ("accounts", "0002_initial"),
        ("posts", "0001_initial"),
        ("media", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
