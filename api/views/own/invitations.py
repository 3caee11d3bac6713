"""Letting friends in."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from rest_framework import serializers

from accounts.models import Invitation
from accounts.permissions import can_invite
from accounts.services.joining import create_invitation, open_invitations, revoke_invitation
from accounts.site import current_site
from api.endpoint import Call, endpoint
from api.entities.forms import address, stamp, stamp_or_none
from api.fields import Params, Text


class InvitationEntity(TypedDict):
    """An address that lets somebody in, as often as ``uses_left`` says."""

    id: str
    url: str
    note: str
    uses_left: int
    expires_at: str | None
    created_at: str


class NewInvitation(Params):
    """For whom it is, and how long it is good."""

    note = Text(max_length=100, help_text="For whom; only the person sees it.")
    uses = serializers.IntegerField(required=False, min_value=1, max_value=100, default=1)
    days = serializers.ChoiceField([7, 30, 0], required=False, default=7, help_text="0: until it is used up.")


@endpoint("GET", "api/polylog/v1/invitations", "read:accounts", gives=list[InvitationEntity])
def show(call: Call) -> list[InvitationEntity]:
    """The person's open invitations, newest first."""
    if not can_invite(call.person, members_may_invite=current_site().members_may_invite):
        raise PermissionDenied
    return [_invitation_of(row) for row in open_invitations(call.person)]


@endpoint("POST", "api/polylog/v1/invitations", "write:accounts", takes=NewInvitation, gives=InvitationEntity)
def create(call: Call) -> InvitationEntity:
    """Make an invitation; fifty may be open at a time."""
    said = call.params
    expires = timezone.now() + timedelta(days=said["days"]) if said["days"] else None
    return _invitation_of(create_invitation(call.person, uses=said["uses"], expires=expires, note=said.get("note", "")))


@endpoint("DELETE", "api/polylog/v1/invitations/<id:pk>", "write:accounts")
def revoke(call: Call, pk: int) -> dict[str, str]:
    """Take an invitation back."""
    if not revoke_invitation(call.person, pk):
        raise Http404
    return {}


def _invitation_of(row: Invitation) -> InvitationEntity:
    return {
        "id": str(row.pk),
        "url": address(f"/join/{row.code}"),
        "note": row.note,
        "uses_left": row.uses_left,
        "expires_at": stamp_or_none(row.expires),
        "created_at": stamp(row.created),
    }
