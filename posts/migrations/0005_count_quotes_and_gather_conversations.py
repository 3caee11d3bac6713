"""Data only: how often each post is quoted, and which conversation each post for people mentioned belongs to."""

import hashlib

from django.db import migrations
from django.db.models import Count

from core.ids import new_id

DIRECT = 3
BATCH = 500


def count_quotes(apps, schema_editor):
    posts = apps.get_model("posts", "Post")
    standing = posts.objects.filter(deleted_at=None, hidden_at=None).exclude(quote_of=None)
    for pk, count in standing.values("quote_of").annotate(n=Count("pk")).order_by().values_list("quote_of", "n"):
        posts.objects.filter(pk=pk).update(quotes_count=count)


def gather_conversations(apps, schema_editor):
    """As the service files them, oldest first; what is read is not known, so nothing counts as unread."""
    get = lambda name: apps.get_model("posts", name)  # noqa: E731
    posts, mentions = get("Post").objects, get("Mention").objects
    last = 0
    while rows := list(posts.filter(visibility=DIRECT, pk__gt=last, message=None).order_by("pk")[:BATCH]):
        for post in rows:
            people = sorted({post.author_id, *mentions.filter(post=post).values_list("user", flat=True)})
            key = hashlib.sha256(",".join(map(str, people)).encode()).hexdigest()
            talk, _ = get("Conversation").objects.get_or_create(key=key, defaults={"id": new_id()})
            get("Message").objects.create(conversation=talk, post=post)
            newest = None if post.deleted_at or post.hidden_at else post
            for person in people:
                side, _ = get("Participation").objects.get_or_create(
                    conversation=talk, user_id=person, defaults={"id": new_id()}
                )
                if newest:
                    get("Participation").objects.filter(pk=side.pk).update(last_post=newest)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0004_add_polls_pins_schedules_conversations_and_filters"),
    ]

    operations = [
        migrations.RunPython(count_quotes, migrations.RunPython.noop),
        migrations.RunPython(gather_conversations, migrations.RunPython.noop),
    ]
