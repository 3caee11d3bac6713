"""Counters as the rows say they should be."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Follow, User
from posts.models import Like, Message, Participation, Poll, Post

STANDS = Q(deleted_at=None, hidden_at=None)
STANDS_POST = Q(post__deleted_at=None, post__hidden_at=None)


def wrong_sides() -> list[int]:
    """Sides of conversations that do not point at the newest post of theirs that stands."""
    wrong = []
    for side in Participation.objects.all():
        standing = Message.objects.filter(STANDS_POST, conversation=side.conversation_id).order_by("-post").first()
        if side.last_post_id != (standing and standing.post_id):
            wrong.append(side.pk)
    return wrong


def wrong_counters() -> list[tuple[str, int, int, int]]:
    """Every counter that differs from the rows, as (what, id, counter, rows)."""
    wrong = []
    for post in Post.objects.all():
        standing = Post.objects.filter(STANDS)
        rows = {
            "likes_count": Like.objects.filter(post=post).count(),
            "shares_count": standing.filter(share_of=post).count(),
            "quotes_count": standing.filter(quote_of=post).count(),
            "replies_count": standing.filter(reply_to=post).count(),
            "attachments_count": post.post_attachments.count(),
        }
        if not post.is_comment:
            rows["comments_count"] = standing.filter(root=post).count()
        wrong += [(name, post.pk, getattr(post, name), n) for name, n in rows.items() if getattr(post, name) != n]
    for poll in Poll.objects.all():
        chosen = [position for ballot in poll.ballots.all() for position in ballot.choices]
        wrong += [("voters_count", poll.pk, poll.voters_count, n) for n in {poll.ballots.count()} - {poll.voters_count}]
        wrong += [
            ("votes_count", poll.pk, option.votes_count, chosen.count(option.position))
            for option in poll.options.all()
            if option.votes_count != chosen.count(option.position)
        ]
    for person in User.objects.exclude(username="deleted-account"):
        rows = {
            "posts_count": person.posts.filter(STANDS, reply_to=None).count(),
            "followers_count": Follow.objects.filter(followee=person).count(),
            "following_count": Follow.objects.filter(follower=person).count(),
        }
        wrong += [(name, person.pk, getattr(person, name), n) for name, n in rows.items() if getattr(person, name) != n]
    return wrong
