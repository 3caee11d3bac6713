"""Descriptions that readers propose for an author's files, and what the author says to them."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.turns import wait_turn
from core.text import normalize_text
from events.log import announce
from media.models import Attachment
from media.services.receive import set_description
from posts.models import DescriptionProposal, Post
from posts.models.proposals import DESCRIPTION_LENGTH
from posts.permissions import can_edit, can_propose
from posts.signals import descriptions_answered, descriptions_proposed

MOST_OPEN = 5  # proposals for one file that wait for an answer
State = DescriptionProposal.State


@transaction.atomic
def propose_descriptions(actor: User, post: Post, said: dict[int, str]) -> list[DescriptionProposal]:
    """Offer descriptions for files of a post, by the files' ids; a new one replaces one's own that waits.

    What is offered to one author comes one after the other: it is their room for proposals that is counted.
    Empty ones are no proposals. Raises PermissionDenied for whoever may not propose, ValidationError for too long a
    text, a file that is not there, or one that enough proposals wait for.
    """
    if not can_propose(actor, post):
        raise PermissionDenied
    wait_turn(post.author)
    texts = {pk: text for pk, typed in said.items() if (text := _sound(typed))}
    files = {file.pk: file for file in Attachment.objects.filter(post_place__post=post, pk__in=texts)}
    made = [_propose(actor, post, files.get(pk), text) for pk, text in texts.items()]
    if made:
        announce(descriptions_proposed, "descriptions", actor=actor, about=post, streams=[], text=_all_of(actor, post))
    return made


@transaction.atomic
def answer_descriptions(actor: User, post: Post, proposer_id: int, *, accepts: bool) -> int:
    """Take, or do not take, what somebody proposed for a post's files; returns how many proposals that were.

    Raises PermissionDenied for anybody but the author.
    """
    if not can_edit(actor, post):
        raise PermissionDenied
    wait_turn(actor)  # as whoever proposes: they write the same rows in the order of their form
    proposals = list(_open(post).filter(proposer=proposer_id).select_related("attachment").order_by("pk"))
    for proposal in proposals:
        if accepts:
            set_description(actor, proposal.attachment, proposal.text)
        proposal.state = State.ACCEPTED if accepts else State.DECLINED
    DescriptionProposal.objects.bulk_update(proposals, ["state"])
    proposer = User.objects.filter(pk=proposer_id).first()
    if proposals and proposer is not None:
        streams = [f"post:{post.thread_root_id}"] if accepts else []
        announce(descriptions_answered, "media", actor=actor, about=post, streams=streams, proposer=proposer)
    return len(proposals)


def proposals_for(author: User, post: Post) -> Iterable[DescriptionProposal]:
    """Return what waits for the author's answer, leaving out people they are apart from."""
    waiting = _open(post).filter(proposer__is_active=True).exclude(proposer__in=author.apart_from())
    return waiting.select_related("attachment", "proposer__avatar").order_by("pk")


def _propose(actor: User, post: Post, file: Attachment | None, text: str) -> DescriptionProposal:
    if file is None:
        raise ValidationError(_("One of the files is no longer there."))
    waiting = _open(post).filter(attachment=file)
    if waiting.exclude(proposer=actor).count() >= MOST_OPEN:
        raise ValidationError(_("Several people have proposed something for this file already. Its author decides."))
    proposal: DescriptionProposal
    proposal, _is_new = DescriptionProposal.objects.update_or_create(
        attachment=file, proposer=actor, state=State.OPEN, defaults={"post": post, "text": text}
    )
    return proposal


def _sound(typed: str) -> str:
    text = normalize_text(typed).strip()
    if len(text) > DESCRIPTION_LENGTH:
        words = {"count": len(text), "limit": DESCRIPTION_LENGTH}
        raise ValidationError(_("That is %(count)s characters; at most %(limit)s fit.") % words)
    return text


def _open(post: Post) -> models.QuerySet[DescriptionProposal]:
    return DescriptionProposal.objects.filter(post=post, state=State.OPEN)


def _all_of(actor: User, post: Post) -> str:
    """Return all that somebody's open proposals for a post say."""
    return "\n".join(_open(post).filter(proposer=actor).order_by("pk").values_list("text", flat=True))
