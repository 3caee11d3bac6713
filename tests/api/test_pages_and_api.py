"""Everything a page can do the API can do: each address of the site's pages, and the endpoints that do the same.

A new page needs a row here, or a reason why only a browser can do it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from api import uploads, urls  # noqa: F401  (declares the endpoints)
from api.endpoint import ENDPOINTS
from tests.access.routes import all_routes

# What the API declares, without the "api/" in front; a PATCH is a PUT as well, and stands here as PUT.
DECLARED = {f"{one.method} {one.path.removeprefix('api/')}" for one in ENDPOINTS}
DECLARED |= {f"{one} {path.removeprefix('api/')}" for path, methods in uploads.METHODS.items() for one in methods}

# --- pages, and the endpoints that do the same ----------------------------------------------------------------------
SAME = {
    # reading
    "feeds:home": ["GET v1/timelines/home", "GET v1/timelines/public", "GET polylog/v1/talks"],
    "feeds:local": ["GET v1/timelines/public"],
    "feeds:bookmarks": ["GET v1/bookmarks"],
    "feeds:search": ["GET v2/search"],
    "feeds:explore": ["GET v2/suggestions", "GET v1/trends/tags", "GET v1/directory"],
    "feeds:people": ["GET v1/directory"],
    "feeds:tag": ["GET v1/timelines/tag/<str:name>", "GET v1/tags/<str:name>"],
    "feeds:tag_follow": ["POST v1/tags/<str:name>/follow", "POST v1/tags/<str:name>/unfollow"],
    "feeds:tag_feature": ["POST v1/tags/<str:name>/feature", "POST v1/tags/<str:name>/unfeature"],
    "feeds:followed_tags": ["GET v1/followed_tags", "GET v1/featured_tags", "GET v1/featured_tags/suggestions"],
    "feeds:tag_feed": ["GET polylog/v1/tags/<str:name>/web_feeds"],
    "feeds:lists": ["GET v1/lists", "POST v1/lists"],
    "feeds:list": ["GET v1/timelines/list/<id:pk>"],
    "feeds:list_edit": ["PUT v1/lists/<id:pk>", "GET v1/lists/<id:pk>/accounts"],
    "feeds:list_delete": ["DELETE v1/lists/<id:pk>"],
    "feeds:person_lists": [
        "GET v1/accounts/<id:pk>/lists",
        "POST v1/lists/<id:pk>/accounts",
        "DELETE v1/lists/<id:pk>/accounts",
    ],
    # people
    "feeds:profile": [
        "GET v1/accounts/lookup",
        "GET v1/accounts/<id:pk>/statuses",
        "GET v1/accounts/relationships",
        "GET v1/accounts/<id:pk>/endorsements",
        "GET v1/accounts/<id:pk>/featured_tags",
        "GET v1/accounts/familiar_followers",
    ],
    "feeds:profile_comments": ["GET polylog/v1/accounts/<id:pk>/comments"],
    "feeds:profile_media": ["GET v1/accounts/<id:pk>/statuses"],
    "feeds:followers": ["GET v1/accounts/<id:pk>/followers"],
    "feeds:following": ["GET v1/accounts/<id:pk>/following"],
    "feeds:person_feed": ["GET polylog/v1/accounts/<id:pk>/web_feeds"],
    "feeds:podcast": ["GET polylog/v1/accounts/<id:pk>/web_feeds"],
    "feeds:podcast_edit": ["GET polylog/v1/podcast", "PUT polylog/v1/podcast"],
    "feeds:podcast_cover": ["GET polylog/v1/accounts/<id:pk>/web_feeds"],
    "feeds:podcast_episode": ["GET polylog/v1/media/<id:pk>"],
    "accounts:follow": ["POST v1/accounts/<id:pk>/follow", "POST v1/accounts/<id:pk>/unfollow"],
    "accounts:block": ["POST v1/accounts/<id:pk>/block", "POST v1/accounts/<id:pk>/unblock"],
    "accounts:mute": ["POST v1/accounts/<id:pk>/mute", "POST v1/accounts/<id:pk>/unmute"],
    "accounts:remove_follower": ["POST v1/accounts/<id:pk>/remove_from_followers"],
    "accounts:you_and": [
        "POST v1/accounts/<id:pk>/note",
        "POST v1/accounts/<id:pk>/follow",
        "POST v1/accounts/<id:pk>/endorse",
        "POST v1/accounts/<id:pk>/unendorse",
    ],
    "accounts:dismiss": ["DELETE v1/suggestions/<id:pk>"],
    "accounts:follow_requests": ["GET v1/follow_requests"],
    "accounts:answer_request": ["POST v1/follow_requests/<id:pk>/authorize", "POST v1/follow_requests/<id:pk>/reject"],
    "moderation:report_person": ["POST v1/reports"],
    # posts
    "posts:compose": ["GET v1/preferences", "POST v1/statuses"],
    "posts:create": ["POST v1/statuses"],
    "posts:detail": ["GET v1/statuses/<id:pk>", "GET polylog/v1/statuses/<id:pk>/comments"],
    "posts:of_author": ["GET v1/statuses/<id:pk>"],
    "posts:comments": ["GET polylog/v1/statuses/<id:pk>/comments"],
    "posts:edit": ["GET v1/statuses/<id:pk>/source", "PUT v1/statuses/<id:pk>"],
    "posts:history": ["GET v1/statuses/<id:pk>/history", "GET polylog/v1/statuses/<id:pk>/changes"],
    "posts:delete": ["DELETE v1/statuses/<id:pk>"],
    "posts:restore": ["POST polylog/v1/statuses/<id:pk>/restore"],
    "posts:like": ["POST v1/statuses/<id:pk>/favourite", "POST v1/statuses/<id:pk>/unfavourite"],
    "posts:share": ["POST v1/statuses/<id:pk>/reblog", "POST v1/statuses/<id:pk>/unreblog"],
    "posts:bookmark": ["POST v1/statuses/<id:pk>/bookmark", "POST v1/statuses/<id:pk>/unbookmark"],
    "posts:vote": ["POST v1/polls/<id:pk>/votes"],
    "posts:pin": ["POST v1/statuses/<id:pk>/pin", "POST v1/statuses/<id:pk>/unpin"],
    "posts:quiet": ["POST v1/statuses/<id:pk>/mute", "POST v1/statuses/<id:pk>/unmute"],
    "posts:unquote": ["POST v1/statuses/<id:pk>/quotes/<id:quoting>/revoke"],
    "posts:filter_post": ["POST v2/filters/<id:pk>/statuses", "DELETE v2/filters/statuses/<id:pk>"],
    "moderation:report_post": ["POST v1/reports"],
    "posts:describe": [
        "POST polylog/v1/statuses/<id:pk>/descriptions",
        "GET polylog/v1/statuses/<id:pk>/descriptions",
    ],
    "posts:answer_descriptions": [
        "POST polylog/v1/statuses/<id:pk>/descriptions/<id:proposer>/accept",
        "POST polylog/v1/statuses/<id:pk>/descriptions/<id:proposer>/decline",
    ],
    # posts to come, messages, filters
    "posts:scheduled": ["GET v1/scheduled_statuses"],
    "posts:scheduled_edit": ["GET v1/scheduled_statuses/<id:pk>", "PUT polylog/v1/scheduled_statuses/<id:pk>"],
    "posts:scheduled_cancel": ["DELETE v1/scheduled_statuses/<id:pk>"],
    "posts:messages": ["GET v1/conversations"],
    "posts:conversation": ["GET polylog/v1/conversations/<id:pk>/statuses"],
    "posts:conversation_read": ["POST v1/conversations/<id:pk>/read", "POST v1/conversations/<id:pk>/unread"],
    "posts:conversation_away": ["DELETE v1/conversations/<id:pk>"],
    "posts:filters": ["GET v2/filters"],
    "posts:filter_new": ["POST v2/filters"],
    "posts:filter": ["GET v2/filters/<id:pk>", "PUT v2/filters/<id:pk>"],
    "posts:filter_delete": ["DELETE v2/filters/<id:pk>"],
    # files
    "posts:upload": ["POST v2/media"],
    "media:uploads": ["POST polylog/v1/uploads/tus"],
    "media:upload": [f"{method} polylog/v1/uploads/tus/<slug:key>" for method in ("HEAD", "PATCH", "DELETE")],
    "media:check_file": ["GET v2/instance", "GET polylog/v1/storage"],
    "posts:item": ["GET v1/media/<id:pk>", "PUT v1/media/<id:pk>", "PUT polylog/v1/media/<id:pk>/poster"],
    "posts:item_state": ["GET v1/media/<id:pk>", "GET polylog/v1/media/<id:pk>"],
    "posts:storage": [
        "GET polylog/v1/storage",
        "DELETE v1/media/<id:pk>",
        "DELETE polylog/v1/storage/uploads/<str:key>",
        "POST polylog/v1/media/<id:pk>/qualities",
    ],
    "posts:chapters": ["GET polylog/v1/media/<id:pk>", "PUT polylog/v1/media/<id:pk>/chapters"],
    "media:file": ["GET v1/media/<id:pk>", "GET polylog/v1/media/<id:pk>"],
    "media:captions": ["GET polylog/v1/media/<id:pk>", "GET polylog/v1/media/<id:pk>/captions/<str:language>"],
    "media:edit_captions": [
        "PUT polylog/v1/media/<id:pk>/captions/<str:language>",
        "DELETE polylog/v1/media/<id:pk>/captions/<str:language>",
    ],
    # the bell
    "notifications:list": ["GET v1/notifications", "GET v2/notifications"],
    "notifications:seen": ["POST v1/markers"],
    "notifications:dismiss": ["POST v2/notifications/<str:key>/dismiss"],
    "notifications:clear": ["POST v1/notifications/clear"],
    "notifications:requests": ["GET v1/notifications/requests", "GET polylog/v1/notifications/accepted"],
    "notifications:dismiss_requests": ["POST v1/notifications/requests/dismiss"],
    "notifications:answer_request": [
        "POST v1/notifications/requests/<id:pk>/accept",
        "POST v1/notifications/requests/<id:pk>/dismiss",
    ],
    "notifications:forget_sender": ["DELETE polylog/v1/notifications/accepted/<id:pk>"],
    "notifications:settings": ["GET v2/notifications/policy", "PUT v2/notifications/policy"],
    "notifications:device": ["POST v1/push/subscription", "DELETE v1/push/subscription"],
    # the house
    "accounts:about": ["GET v2/instance", "GET v1/instance/extended_description"],
    "accounts:rules": ["GET v1/instance/rules"],
    "moderation:announcements": ["GET v1/announcements"],
    "moderation:dismiss_announcement": ["POST v1/announcements/<id:pk>/dismiss"],
    "api:reference": ["GET openapi.json"],
    "accounts:signup": ["POST v1/accounts"],
    # settings
    "accounts:settings": ["GET v1/accounts/verify_credentials", "PUT v1/accounts/update_credentials"],
    "accounts:picture": ["DELETE v1/profile/avatar", "DELETE v1/profile/header"],
    "accounts:settings_account": ["GET polylog/v1/settings", "PUT polylog/v1/settings"],
    "accounts:set_theme": ["PUT polylog/v1/settings"],
    "set_language": ["PUT polylog/v1/settings"],
    "accounts:settings_name": ["GET polylog/v1/name", "PUT polylog/v1/name"],
    "accounts:settings_privacy": ["GET v1/accounts/verify_credentials", "PUT v1/accounts/update_credentials"],
    "accounts:settings_apart": ["GET v1/mutes", "GET v1/blocks"],
    "accounts:settings_sessions": ["GET polylog/v1/sessions"],
    "accounts:end_sessions": ["DELETE polylog/v1/sessions/<id:pk>", "DELETE polylog/v1/sessions"],
    "accounts:settings_invitations": ["GET polylog/v1/invitations", "POST polylog/v1/invitations"],
    "accounts:revoke_invitation": ["DELETE polylog/v1/invitations/<id:pk>"],
    "accounts:settings_delete": ["GET polylog/v1/account", "DELETE polylog/v1/account"],
    "api:settings_apps": ["GET polylog/v1/apps"],
    "api:revoke_app": ["DELETE polylog/v1/apps/<id:pk>", "DELETE polylog/v1/apps"],
}

# --- pages that only a browser has, and why -------------------------------------------------------------------------
BROWSER_ONLY = {
    "accounts:setup": "Before there is an owner, there is nobody an app could act for.",
    "accounts:join": "The address in an invitation; it leads to the door.",
    "accounts:reset_password": "Whoever has no password any more proves by mail who they are.",
    "accounts:turned_away": "Told to somebody who may not come in now; they have no token.",
    "accounts:keep_account": "Leaving takes every token back; whoever comes back signs in to say so.",
    "accounts:settings_security": "Passwords, passkeys and second factors are never told to an app.",
    "accounts:theme": "The style sheet of the pages.",
    "favicon": "The picture in the tab of a browser.",
    "notifications:worker": "The service worker of the pages.",
    "notifications:offline": "What the service worker shows.",
}
# allauth's own steps: signing in and out, the mail address, the password, second factors. All of them prove to this
# site in its own pages who somebody is, which is what an app's token stands for afterwards.
SIGNING_IN = ("account_", "mfa_", "usersessions_", "accounts/")

NAMES = sorted({route.name for route in all_routes() if not route.name.startswith(SIGNING_IN)})


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_does_an_endpoint_does(name):
    assert name in SAME or name in BROWSER_ONLY, "This page has no row: name the endpoints that do the same."
    assert [endpoint for endpoint in SAME.get(name, []) if endpoint not in DECLARED] == []


def test_no_row_is_about_a_page_there_is_not():
    assert (set(SAME) | set(BROWSER_ONLY)) - set(NAMES) == set()


def test_no_page_is_both():
    assert set(SAME) & set(BROWSER_ONLY) == set()


def test_every_row_names_something():
    assert [name for name, row in {**SAME, **BROWSER_ONLY}.items() if not row] == []


def test_every_endpoint_of_our_own_is_described_in_the_docs():
    text = Path(settings.BASE_DIR, "docs", "api.md").read_text()
    paths = [*uploads.METHODS, *(one.path for one in ENDPOINTS if one.path.startswith("api/polylog/"))]
    own = {path.removeprefix("api/polylog/v1/") for path in paths}
    assert sorted(path for path in own if f"`{_plain(path)}`" not in text) == []


def _plain(path: str) -> str:
    """An address as the docs write it: ``media/:id/captions/:language``."""
    parts = [segment.strip("<>").rpartition(":")[2] if segment[:1] == "<" else "" for segment in path.split("/")]
    named = [f":{'id' if part == 'pk' else part}" if part else "" for part in parts]
    return "/".join(name or segment for name, segment in zip(named, path.split("/"), strict=True))
