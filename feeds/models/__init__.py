"""Whom people read together, and how far they have read."""

from feeds.models.lists import ListMember, PeopleList, RepliesPolicy
from feeds.models.markers import Marker
from feeds.models.podcast import Category, PodcastCard

__all__ = ["Category", "ListMember", "Marker", "PeopleList", "PodcastCard", "RepliesPolicy"]
