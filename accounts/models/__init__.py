"""People, how they are tied to each other, and the settings of their community."""

from accounts.models.names import FormerName
from accounts.models.site import ActiveCount, Invitation, Rule, Site
from accounts.models.ties import Block, DismissedSuggestion, Endorsement, Follow, FollowRequest, Mute, PersonNote
from accounts.models.user import User

__all__ = [
    "ActiveCount",
    "Block",
    "DismissedSuggestion",
    "Endorsement",
    "Follow",
    "FollowRequest",
    "FormerName",
    "Invitation",
    "Mute",
    "PersonNote",
    "Rule",
    "Site",
    "User",
]
