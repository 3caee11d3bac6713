"""Facts that somebody hears of in their bell. What each costs depends on how many people it names, not on followers."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Follow, FollowRequest, User
from accounts.permissions import who_can_moderate
from accounts.signals import (
    access_revoked,
    follow_accepted,
    follow_requested,
    moderators_called,
    person_followed,
    person_told,
    person_unfollowed,
)
from core.prepared import Prepared
from notifications.models import Kind, Notification, PushSubscription
from notifications.push.delivery import subscriptions_for
from notifications.push.tasks import ring_device
from notifications.services import notify, withdraw
from notifications.signals import notified
from notifications.tasks import tell_of_changed_words, tell_of_poll, tell_who_asked
from posts.models import Post
from posts.signals import (
    descriptions_answered,
    descriptions_proposed,
    poll_closed,
    post_being_liked,
    post_deleted,
    post_edited,
    post_published,
    post_shared,
    post_unliked,
)


@receiver(post_published)
def tell_of_post(sender: object, actor: User, about: Post, mentioned: list[int], **_kwargs: Any) -> None:
    """Whoever is answered, whoever's post this stands under, whoever is quoted or mentioned: each hears once."""
    told: set[int] = set()
    if about.reply_to is not None and about.root is not None:
        for person in (about.reply_to.author, about.root.author):
            if person.pk not in told:
                told.add(person.pk)
                notify(person, Kind.COMMENT, actor=actor, post=about)
    if about.quote_of is not None and about.quote_of.author_id not in told:
        told.add(about.quote_of.author_id)
        notify(about.quote_of.author, Kind.QUOTE, actor=actor, post=about)
    _tell_mentioned(actor, about, set(mentioned) - told)
    if not about.is_comment and _who_asked().keys(actor.pk):
        tell_who_asked.enqueue(about.pk)


@receiver(post_edited)
def tell_of_edit(sender: object, actor: User, about: Post, mentioned: list[int], **_kwargs: Any) -> None:
    """People whom an edit addresses for the first time, and those who passed the post on as it read before.

    A moderator who covers pictures changes no words, and is named to nobody.
    """
    _tell_mentioned(about.author, about, set(mentioned))
    if actor.pk == about.author_id and Post.objects.filter(Q(share_of=about) | Q(quote_of=about)).exists():
        tell_of_changed_words.enqueue(about.pk)


@receiver(poll_closed)
def tell_of_result(sender: object, about: Post, voters: list[int], **_kwargs: Any) -> None:
    """Whoever asked and whoever chose hear that a poll is over."""
    tell_of_poll.enqueue(about.pk, sorted({about.author_id, *voters}))


@receiver(post_being_liked)
def tell_of_like(sender: object, actor: User, about: Post, **_kwargs: Any) -> None:
    """The author hears of a like: one commit for both, as likes come in crowds and each commit waits for the disk.

    Streams are locked in the order of their names here too: ``post:…`` by the like, then ``user:…``.
    """
    notify(about.author, Kind.LIKE, actor=actor, post=about)


@receiver(post_unliked)
def forget_like(sender: object, actor: User, about: Post, **_kwargs: Any) -> None:
    """A like that was taken back."""
    withdraw(about.author_id, [Kind.LIKE], actor=actor, post=about)


@receiver(post_shared)
def tell_of_share(sender: object, actor: User, about: Post, **_kwargs: Any) -> None:
    """The author of the shared post hears of it."""
    notify(about.subject.author, Kind.SHARE, actor=actor, post=about.subject)


@receiver(post_deleted)
def forget_share(sender: object, actor: User, about: Post, **_kwargs: Any) -> None:
    """A share that was taken back; what told of any other post shows no longer, as nobody sees that post."""
    if about.share_of is not None:
        withdraw(about.share_of.author_id, [Kind.SHARE], actor=about.author, post=about.share_of)


@receiver(descriptions_proposed)
def tell_of_descriptions(sender: object, actor: User, about: Post, text: str, **_kwargs: Any) -> None:
    """The author hears what somebody proposes, all in one line, which is new again with every proposal."""
    with transaction.atomic():
        withdraw(about.author_id, [Kind.DESCRIPTION], actor=actor, post=about)
        notify(about.author, Kind.DESCRIPTION, actor=actor, post=about, text=text)


@receiver(descriptions_answered)
def forget_descriptions(sender: object, actor: User, about: Post, proposer: User, **_kwargs: Any) -> None:
    """What was answered waits no longer."""
    withdraw(about.author_id, [Kind.DESCRIPTION], actor=proposer, post=about)


@receiver(person_followed)
def tell_of_follower(sender: object, actor: User, about: Follow, asked: bool = False, **_kwargs: Any) -> None:
    """Somebody new follows; who was asked before has said yes themselves, and is told nothing."""
    if asked:
        withdraw(about.followee_id, [Kind.FOLLOW_REQUEST], actor=actor)
    else:
        notify(about.followee, Kind.FOLLOW, actor=actor)


@receiver(person_unfollowed)
def forget_follower(sender: object, actor: User, about: User, **_kwargs: Any) -> None:
    """Somebody follows no longer, or does not want to any more."""
    withdraw(about.pk, [Kind.FOLLOW, Kind.FOLLOW_REQUEST], actor=actor)


@receiver(follow_requested)
def tell_of_request(sender: object, actor: User, about: FollowRequest, **_kwargs: Any) -> None:
    """Somebody asks to follow."""
    notify(about.followee, Kind.FOLLOW_REQUEST, actor=actor)


@receiver(follow_accepted)
def tell_of_acceptance(sender: object, actor: User, about: Follow, **_kwargs: Any) -> None:
    """The one who asked hears the answer."""
    notify(about.follower, Kind.FOLLOW_ACCEPTED, actor=actor)


@receiver(person_told)
def pass_on_message(sender: object, about: User, text: str, act_id: int | None = None, **_kwargs: Any) -> None:
    """The house says something to somebody; about a post it stands without it, which may be hidden from them."""
    notify(about, Kind.MODERATION if act_id else Kind.MESSAGE, text=text, subject_id=act_id)


@receiver(moderators_called)
def call_moderators(
    sender: object, actor: User | None, about: User, why: str, report_id: int | None = None, **_kwargs: Any
) -> None:
    """Every moderator hears of a report or of somebody at the door; what was reported stands in their queue."""
    kind, who = (Kind.SIGNUP, about) if why == "signup" else (Kind.REPORT, actor)
    for person in who_can_moderate():
        notify(person, kind, actor=who, subject_id=report_id)


@cache
def _who_asked() -> Prepared:
    """Follows of a person that ask to hear of every post; one is enough to know."""
    return Prepared(lambda who: Follow.objects.filter(followee=who, notifies=True).values_list("pk", flat=True)[:1], 1)


def _tell_mentioned(actor: User, post: Post, people: set[int]) -> None:
    for person in User.objects.filter(pk__in=people) if people else ():
        notify(person, Kind.MENTION, actor=actor, post=post)


@receiver(notified)
def ring_devices(sender: object, about: Notification, **_kwargs: Any) -> None:
    """What rings in the bell rings on the devices that asked for it."""
    for subscription in subscriptions_for(about):
        ring_device.enqueue(subscription.pk, about.pk)


@receiver(access_revoked)
def silence_devices(sender: object, about: User, **_kwargs: Any) -> None:
    """Who is signed out everywhere is told nothing any more in any browser; somebody suspended nowhere at all (S19).

    The devices of apps are silenced with their tokens, which a new password does not end (docs/api.md).
    """
    devices = PushSubscription.objects.filter(user=about).exclude(auth_epoch=about.auth_epoch)
    (devices.filter(token=None) if about.is_active else devices).delete()


@receiver(user_logged_out)
def silence_this_device(sender: object, request: HttpRequest, **_kwargs: Any) -> None:
    """A browser that somebody signed out of rings for them no more."""
    PushSubscription.objects.filter(session__session_key=request.session.session_key).delete()
