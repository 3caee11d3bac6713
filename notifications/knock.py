"""All that decides whether something reaches a person, and how, asked in one question.

A like used to ask nine, one after the other, each built anew: more work than everything else about it.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.db.models import Exists, QuerySet

from accounts.models import Follow, Mute, User
from core.prepared import Prepared, person_at
from notifications.models import AcceptedSender, NotificationPolicy
from posts.models import Post, ThreadMute

FIELDS = ("for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions", "for_limited_accounts")


class Knock(NamedTuple):
    """What stands between somebody who did something and the person it concerns."""

    is_apart: bool
    is_muted: bool
    follows: bool
    """Whether the person follows whoever did it."""
    is_followed: bool
    is_accepted: bool
    """Whether the person has said that this sender always rings."""
    treatments: dict[str, str]
    """What the person's policy says of each sort of sender."""
    has_muted_thread: bool = False
    sees: bool = True
    """Whether the person may see the post it is about."""

    @property
    def is_heard(self) -> bool:
        """Whether it may reach the person at all."""
        return self.sees and not (self.is_apart or self.is_muted or self.has_muted_thread)


def knock(user: User, actor: User, post: Post | None) -> Knock | None:
    """Return how things stand between the two, and the post; None for a person who is not active."""
    where = [] if post is None else [post.pk, post.thread_root_id]
    found = _question(post is not None).rows(user.pk, actor.pk, *where)
    if not found:
        return None
    apart, muted, follows, followed, accepted, policy, *chosen = found[0]
    treatments = _usual() if policy is None else dict(zip(FIELDS, chosen, strict=False))
    about = map(bool, chosen[len(FIELDS) :])
    return Knock(bool(apart), bool(muted), bool(follows), bool(followed), bool(accepted), treatments, *about)


@cache
def _usual() -> dict[str, str]:
    """What holds for who never chose."""
    policy = NotificationPolicy()
    return {name: str(getattr(policy, name)) for name in FIELDS}


@cache
def _question(with_post: bool) -> Prepared:
    def build(who: int, actor: int, *where: int) -> QuerySet[Any, Any]:
        user, other = person_at(User, who), person_at(User, actor)
        asked = {
            "apart": Exists(user.blocks_with(other)),
            "muted": Exists(Mute.objects.in_force().filter(muter=who, muted=actor, with_notifications=True)),
            "follows": Exists(Follow.objects.filter(follower=who, followee=actor)),
            "is_followed": Exists(Follow.objects.filter(follower=actor, followee=who)),
            "accepted": Exists(AcceptedSender.objects.filter(user=who, sender=actor)),
        }
        about = {}
        if with_post:
            pk, root = where
            about["muted_thread"] = Exists(ThreadMute.objects.filter(user=who, root=root))
            about["sees"] = Exists(Post.objects.visible_to(user).filter(pk=pk))
        policy = ["notification_policy__user_id", *(f"notification_policy__{name}" for name in FIELDS)]
        people: QuerySet[Any, Any] = User.objects.filter(pk=who, is_active=True).annotate(**asked, **about)
        return people.values_list(*asked, *policy, *about)

    return Prepared(build, 4 if with_post else 2)
