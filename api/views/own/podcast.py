"""What the person's podcast is called and about."""

from __future__ import annotations

from typing import TypedDict

from api.endpoint import Call, endpoint
from api.fields import Flag, Params, Text
from feeds.models import Category
from feeds.models.podcast import DESCRIPTION_LENGTH, TITLE_LENGTH
from feeds.podcasts import card_of
from feeds.services.podcasts import describe_podcast


class Podcast(TypedDict):
    """What the person says about their podcast; what is empty is said for them."""

    title: str
    description: str
    category: str
    language: str
    is_explicit: bool


class PodcastChanges(Params):
    """What is new; what is left out stays."""

    title = Text(max_length=TITLE_LENGTH)
    description = Text(max_length=DESCRIPTION_LENGTH)
    category = Text(help_text=f"Empty, or one of {', '.join(filter(None, Category.values))}.")
    language = Text(max_length=12, help_text="Empty for the person's own.")
    is_explicit = Flag(help_text="Not for children.")


@endpoint("GET", "api/polylog/v1/podcast", "read:accounts", gives=Podcast)
def show(call: Call) -> Podcast:
    """What the person says about their podcast."""
    card = card_of(call.person)
    return {
        "title": card.title,
        "description": card.description,
        "category": card.category,
        "language": card.language,
        "is_explicit": card.is_explicit,
    }


@endpoint("PATCH", "api/polylog/v1/podcast", "write:accounts", takes=PodcastChanges, gives=Podcast)
def change(call: Call) -> Podcast:
    """Change that."""
    describe_podcast(call.person, **{**show(call), **call.params})
    return show(call)
