"""What the words of a post say, name and gather under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from core.text import find_mentions, render_post
from posts.models import Hashtag, Mention, Post, PostTag, Visibility

MENTIONS = 50


@dataclass(frozen=True)
class Words:
    """A text, read once: safe HTML, the people it addresses, the tags as (folded, as written)."""

    html: str
    people: list[User]
    tags: list[tuple[str, str]]


def read_words(actor: User, text: str, *, addressed: Iterable[User] = ()) -> Words:
    """Read a text as ``actor`` writes it: only people the actor can see are addressed; ``addressed`` always are."""
    names = sorted(find_mentions(text))[:MENTIONS]
    named = list(User.objects.visible_to(actor).filter(username__in=names)) if names else []
    rendered = render_post(text, known={person.username for person in named})
    people = {person.pk: person for person in [*named, *addressed] if person.pk != actor.pk}
    return Words(html=rendered.html, people=list(people.values()), tags=rendered.tags)


def store_words(post: Post, words: Words, *, is_new: bool = False) -> list[int]:
    """Make the rows for mentions and tags equal to the words; returns ids of people newly addressed."""
    before = set() if is_new else set(post.mentions.values_list("user", flat=True))
    now = {person.pk for person in words.people}
    tags = _tags(words.tags, is_public=post.visibility == Visibility.PUBLIC)
    if not is_new:
        post.mentions.exclude(user__in=now).delete()
        post.post_tags.exclude(tag__in=tags).delete()
    Mention.objects.bulk_create(Mention(post=post, user_id=pk) for pk in sorted(now - before))
    PostTag.objects.bulk_create((PostTag(post=post, tag=tag) for tag in tags), ignore_conflicts=True)
    return sorted(now - before)


def _tags(pairs: list[tuple[str, str]], *, is_public: bool) -> list[Hashtag]:
    """Return the tags of these pairs, made where they are missing; only what is public says how a tag is written."""
    wanted = dict(sorted(pairs))
    if not wanted:
        return []
    rows = (Hashtag(name=name, shown=shown if is_public else name) for name, shown in wanted.items())
    Hashtag.objects.bulk_create(rows, ignore_conflicts=True)
    tags = list(Hashtag.objects.filter(name__in=wanted).order_by("name"))
    for tag in tags:
        if is_public and tag.shown == tag.name != wanted[tag.name]:
            Hashtag.objects.filter(pk=tag.pk, shown=tag.name).update(shown=wanted[tag.name])
    return tags
