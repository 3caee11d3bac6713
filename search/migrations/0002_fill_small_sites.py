from django.db import migrations

from search.index import fill_index

# What takes a few seconds. On larger sites the worker fills the index, or ``manage.py rebuild_search_index`` does.
SMALL = 20_000


def fill(apps, schema_editor):
    if apps.get_model("posts", "Post").objects.count() <= SMALL:
        for _count in fill_index(apps):
            pass


class Migration(migrations.Migration):

    atomic = False  # each batch commits, so that nobody waits for all of them

    dependencies = [
        ('search', '0001_keep_an_index'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
