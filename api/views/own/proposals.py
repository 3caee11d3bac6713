"""Descriptions of files: readers propose them, the author of the post decides."""

from __future__ import annotations

from typing import TypedDict

from django.core.exceptions import PermissionDenied
from django.http import Http404

from api.endpoint import Call, endpoint
from api.entities.account import Account, account_of, people_by_id
from api.fields import Id, Many, Params, Text
from api.views.common import get_post
from core.ratelimit import check
from posts.models import DescriptionProposal
from posts.models.proposals import DESCRIPTION_LENGTH
from posts.permissions import can_edit
from posts.services.propose import answer_descriptions, proposals_for, propose_descriptions


class Proposal(TypedDict):
    """What somebody proposes for one file of a post."""

    media_id: str
    text: str
    account: Account


class Answered(TypedDict):
    """How many proposals that were."""

    count: int


class DescriptionParams(Params):
    """A description of one file."""

    id = Id(required=True, help_text="The file's id.")
    description = Text(required=True, allow_blank=False, max_length=DESCRIPTION_LENGTH)


class Descriptions(Params):
    """What there is to see or hear, for those who cannot."""

    descriptions = Many(child=DescriptionParams(), required=True, allow_empty=False, max_length=50)


WHERE = "api/polylog/v1/statuses/<id:pk>/descriptions"


@endpoint("GET", WHERE, "read:statuses", gives=list[Proposal])
def show(call: Call, pk: int) -> list[Proposal]:
    """What waits for the answer of a post's author; only they see it."""
    post = get_post(pk, call.person).subject
    if not can_edit(call.person, post):
        raise PermissionDenied
    return _proposals_of(list(proposals_for(call.person, post)))


@endpoint("POST", WHERE, "write:statuses", takes=Descriptions, gives=list[Proposal])
def propose(call: Call, pk: int) -> list[Proposal]:
    """Propose descriptions for the files of somebody's post; a new one takes the place of one's own that waits."""
    post = get_post(pk, call.person).subject
    said = {row["id"]: row["description"] for row in call.params["descriptions"]}
    check("propose", f"user:{call.person.pk}")
    return _proposals_of(propose_descriptions(call.person, post, said))


@endpoint("POST", f"{WHERE}/<id:proposer>/accept", "write:statuses", gives=Answered)
def accept(call: Call, pk: int, proposer: int) -> Answered:
    """Take all that somebody proposed for one's own post."""
    return _answer(call, pk, proposer, accepts=True)


@endpoint("POST", f"{WHERE}/<id:proposer>/decline", "write:statuses", gives=Answered)
def decline(call: Call, pk: int, proposer: int) -> Answered:
    """Do not take it."""
    return _answer(call, pk, proposer, accepts=False)


def _answer(call: Call, pk: int, proposer: int, *, accepts: bool) -> Answered:
    post = get_post(pk, call.person).subject
    count = answer_descriptions(call.person, post, proposer, accepts=accepts)
    if not count:
        raise Http404
    return {"count": count}


def _proposals_of(rows: list[DescriptionProposal]) -> list[Proposal]:
    people = people_by_id(row.proposer_id for row in rows)
    return [
        {"media_id": str(row.attachment_id), "text": row.text, "account": account_of(people[row.proposer_id])}
        for row in rows
    ]
