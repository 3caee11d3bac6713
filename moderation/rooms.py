"""Which lists of the admin lie together: by what somebody comes for, not by which app of ours keeps the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# (key, name, lists at hand, lists seldom needed). A list that nobody put anywhere lies in the last room, folded away.
ROOMS = (
    (
        "reports", _("Reports and rules"),
        "moderation.report moderation.action accounts.rule moderation.announcement",
        "moderation.announcementread",
    ),
    (
        "people", _("People"),
        "accounts.user accounts.invitation",
        "accounts.follow accounts.followrequest accounts.endorsement accounts.dismissedsuggestion accounts.mute "
        "accounts.block accounts.personnote accounts.formername accounts.activecount feeds.peoplelist feeds.listmember",
    ),
    (
        "posts", _("Posts and talk"),
        "posts.post posts.hashtag posts.poll",
        "posts.scheduledpost posts.postedit posts.like posts.bookmark posts.mention posts.pin posts.polloption "
        "posts.ballot posts.posttag posts.tagday posts.tagfollow posts.featuredtag posts.conversation "
        "posts.participation posts.message posts.threadmute posts.filter posts.filterkeyword posts.filteredpost "
        "notifications.notification notifications.notificationpolicy notifications.notificationrequest "
        "notifications.acceptedsender",
    ),
    (
        "files", _("Files"),
        "media.attachment media.sweep media.storagerules media.quota",
        "media.conversion media.upload media.caption posts.descriptionproposal posts.postattachment "
        "posts.scheduledfile feeds.podcastcard",
    ),
    (
        "doors", _("Apps and doors"),
        "accounts.site api.application",
        "api.accesstoken api.grant account.emailaddress mfa.authenticator usersessions.usersession auth.group",
    ),
    (
        "machine", _("Machine room"),
        "django_tasks_database.dbtaskresult admin.logentry",
        "",
    ),
)  # fmt: skip


def rooms_of(lists: Mapping[str, dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """Return the rooms that hold any of ``lists`` (Django's entries by ``app.model``); the one at ``path`` unfolded."""
    placed = {label for _key, _name, near, far in ROOMS for label in f"{near} {far}".split()}
    rest = [label for label in lists if label not in placed]
    rooms = []
    for key, name, near, far in ROOMS:
        at_hand = [lists[label] for label in near.split() if label in lists]
        seldom = [lists[label] for label in [*far.split(), *(rest if key == ROOMS[-1][0] else [])] if label in lists]
        if at_hand or seldom:
            is_open = any(path.startswith(entry["admin_url"] or "/ ") for entry in seldom)
            rooms.append({"key": key, "name": name, "models": at_hand, "seldom": seldom, "is_open": is_open})
    return rooms
