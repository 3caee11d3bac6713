"""Whose notifications always ring."""

from __future__ import annotations

from typing import Any, TypedDict

from django.http import Http404

from accounts.models import User
from api.answers import Paged
from api.endpoint import Call, endpoint
from api.entities.account import Account, account_of
from api.entities.forms import stamp_of
from api.paging import Page40, span_of
from api.views.common import page_of_people
from notifications.models import AcceptedSender
from notifications.policy import hold_back_again


class Accepted(TypedDict):
    """Somebody whose notifications ring, whatever the policy holds back, and since when."""

    id: str
    created_at: str
    account: Account


@endpoint(
    "GET", "api/polylog/v1/notifications/accepted", "read:notifications", takes=Page40, gives=list[Accepted]
)  # fmt: skip
def show(call: Call) -> Paged:
    """Whom the person has accepted, last first."""
    rows = AcceptedSender.objects.filter(user=call.person)
    return page_of_people(rows, span_of(call.params), "sender", call.person, _accepted_of, with_apart=True)


@endpoint("DELETE", "api/polylog/v1/notifications/accepted/<id:pk>", "write:notifications")
def forget(call: Call, pk: int) -> dict[str, str]:
    """Treat an accepted sender like all others again."""
    row = AcceptedSender.objects.filter(user=call.person, pk=pk).first()
    if row is None:
        raise Http404
    hold_back_again(call.person, row)
    return {}


def _accepted_of(person: User, row: Any) -> Accepted:
    return {"id": str(row.pk), "created_at": stamp_of(row.pk), "account": account_of(person)}
