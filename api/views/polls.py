"""Polls."""

from __future__ import annotations

from django.http import Http404
from rest_framework import serializers

from accounts.models import User
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.poll import Poll, poll_of
from api.fields import Many, Params
from posts.models import Poll as PollRow
from posts.polls import get_poll
from posts.services.polls import vote_in_poll


class Choices(Params):
    """Which answers."""

    choices = Many(child=serializers.IntegerField(min_value=0), required=True, help_text="Places of answers, from 0.")


@endpoint("GET", "api/v1/polls/<id:pk>", "read:statuses", who=PUBLIC, gives=Poll)
def show(call: Call, pk: int) -> Poll:
    """One poll."""
    poll = _poll(pk, call.viewer)
    return poll_of(poll, call.viewer, poll.post.author_id)


@endpoint("POST", "api/v1/polls/<id:pk>/votes", "write:statuses", takes=Choices, gives=Poll)
def vote(call: Call, pk: int) -> Poll:
    """Choose; once and for all."""
    vote_in_poll(call.person, _poll(pk, call.person), call.params["choices"])
    return show(call, pk)


def _poll(pk: int, viewer: User | None) -> PollRow:
    poll = get_poll(pk, viewer)
    if poll is None:
        raise Http404
    return poll
