"""The table of the API, written by hand: what each endpoint is to whoever may not see a post, a file or a person.

An endpoint that stands in none of these sets fails in tests/access/test_api_matrix.py, as does one in two of them.
"""

from __future__ import annotations

V1, OWN = "api/v1", "api/polylog/v1"
_POST, _PERSON = f"{V1}/statuses/<id:pk>", f"{V1}/accounts/<id:pk>"

# --- posts ----------------------------------------------------------------------------------------------------------
# What belongs to one post goes to whoever sees it; what only its author may ask for is forbidden to the others of them.
OF_A_POST = {
    f"GET {_POST}", f"GET {_POST}/context", f"GET {_POST}/history", f"GET {_POST}/card", f"GET {_POST}/source",
    f"GET {_POST}/favourited_by", f"GET {_POST}/reblogged_by", f"GET {_POST}/quotes",
    f"GET {OWN}/statuses/<id:pk>/comments", f"GET {OWN}/statuses/<id:pk>/changes",
    f"GET {OWN}/statuses/<id:pk>/descriptions",
}  # fmt: skip
FOR_ITS_AUTHOR = {f"GET {OWN}/statuses/<id:pk>/descriptions"}

# To somebody who does not see the post, these are not there, and leave nothing behind.
TO_A_POST = {
    *(
        f"POST {_POST}/{verb}"
        for verb in (
            "favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark", "pin", "unpin", "mute",
            "unmute", "translate", "quotes/<id:quoting>/revoke",
        )
    ),
    f"PUT {_POST}", f"DELETE {_POST}", f"PUT {_POST}/interaction_policy",
    f"POST {OWN}/statuses/<id:pk>/descriptions", f"POST {OWN}/statuses/<id:pk>/restore",
    f"POST {OWN}/statuses/<id:pk>/descriptions/<id:proposer>/accept",
    f"POST {OWN}/statuses/<id:pk>/descriptions/<id:proposer>/decline",
}  # fmt: skip
# But one: who deleted a post may bring it back.
BRINGS_BACK = f"POST {OWN}/statuses/<id:pk>/restore"

# The same for those that name a post in what is sent.
NAMES_A_POST = {
    f"POST {V1}/statuses": [
        {"status": "x", "in_reply_to_id": "{post}"}, {"status": "x", "quoted_status_id": "{post}"},
        {"status": "x", "in_reply_to_id": "{post}", "scheduled_at": "2099-01-01T00:00:00Z"},
        {"status": "x", "quoted_status_id": "{post}", "scheduled_at": "2099-01-01T00:00:00Z"},
    ],
    f"POST {V1}/reports": [{"account_id": "{author}", "status_ids": ["{post}"]}],
    "POST api/v2/filters/<id:pk>/statuses": [{"status_id": "{post}"}],
}  # fmt: skip

# What shows posts of many, each with what a follower finds there of the author's own, so that no empty list passes.
OPEN, MINE = {"public", "unlisted"}, {"public", "unlisted", "followers"}
SHOWS_POSTS = {
    f"GET {V1}/timelines/home": MINE,
    f"GET {V1}/timelines/list/<id:pk>": MINE,
    f"GET {V1}/timelines/public": {"public"},
    f"GET {V1}/timelines/tag/<str:name>": {"public"},
    f"GET {V1}/favourites": MINE,
    f"GET {V1}/bookmarks": MINE,
    f"GET {V1}/accounts/<id:pk>/statuses": MINE,
    f"GET {V1}/statuses": MINE,
    f"GET {V1}/search": MINE,
    "GET api/v2/search": MINE,
    "GET api/oembed": {"public"},
    f"GET {V1}/trends/statuses": {"public"},
}

# Asked by programs of other sites, so it says the same to everybody: what the public sees.
PUBLIC_FACE = {"GET api/oembed"}

# --- people and files -----------------------------------------------------------------------------------------------
OF_A_PERSON = {
    f"GET {_PERSON}", f"GET {_PERSON}/followers", f"GET {_PERSON}/following", f"GET {_PERSON}/endorsements",
    f"GET {_PERSON}/featured_tags", f"GET {_PERSON}/lists", f"GET {_PERSON}/collections",
    f"GET {_PERSON}/in_collections", f"GET {OWN}/accounts/<id:pk>/comments", f"GET {OWN}/accounts/<id:pk>/web_feeds",
}  # fmt: skip
TO_A_PERSON = {
    f"POST {_PERSON}/{verb}"
    for verb in (
        "follow", "unfollow", "remove_from_followers", "mute", "unmute", "note", "pin", "unpin", "endorse", "unendorse",
    )
}  # fmt: skip
# A block is answered, and lifted, across a block.
ACROSS_A_BLOCK = {f"POST {_PERSON}/block", f"POST {_PERSON}/unblock"}

OF_A_FILE = {f"GET {OWN}/media/<id:pk>", f"GET {OWN}/media/<id:pk>/captions/<str:language>"}
OF_ITS_OWNER = {
    f"GET {V1}/media/<id:pk>", f"PUT {V1}/media/<id:pk>", f"DELETE {V1}/media/<id:pk>",
    f"PUT {OWN}/media/<id:pk>/chapters", f"PUT {OWN}/media/<id:pk>/poster", f"POST {OWN}/media/<id:pk>/qualities",
    f"PUT {OWN}/media/<id:pk>/captions/<str:language>", f"DELETE {OWN}/media/<id:pk>/captions/<str:language>",
}  # fmt: skip

# --- the rest -------------------------------------------------------------------------------------------------------
# Read by everybody all the same: not a word of what is hidden may stand in them.
READ_AS_WELL = {
    f"GET {V1}/{path}"
    for path in (
        "accounts", "accounts/lookup", "accounts/search", "accounts/relationships", "accounts/familiar_followers",
        "accounts/verify_credentials", "announcements", "apps/verify_credentials", "blocks", "conversations",
        "custom_emojis", "directory", "domain_blocks", "domain_blocks/preview", "emails/check_confirmation",
        "endorsements", "featured_tags", "featured_tags/suggestions", "filters", "follow_requests", "followed_tags",
        "instance", "instance/activity", "instance/domain_blocks", "instance/extended_description",
        "instance/languages", "instance/peers", "instance/rules", "instance/translation_languages", "lists", "markers",
        "mutes", "notifications", "notifications/policy", "notifications/requests", "notifications/requests/merged",
        "notifications/unread_count", "preferences", "profile", "push/subscription", "scheduled_statuses",
        "streaming/health", "suggestions", "tags/<str:name>", "timelines/direct", "trends", "trends/links",
        "trends/tags", "admin/accounts", "admin/reports", "admin/trends/links", "admin/trends/statuses",
        "admin/trends/tags",
    )
} | {
    f"GET api/v2/{path}"
    for path in (
        "admin/accounts", "filters", "instance", "notifications", "notifications/policy", "notifications/unread_count",
        "suggestions",
    )
} | {
    f"GET {OWN}/{path}"
    for path in (
        "account", "admin/announcements", "admin/rules", "apps", "invitations", "live/events", "live/heads", "name",
        "notifications/accepted", "podcast", "sessions", "settings", "site", "storage", "tags/<str:name>/web_feeds",
        "talks",
    )
} | {
    "GET .well-known/host-meta", "GET .well-known/nodeinfo", "GET .well-known/oauth-authorization-server",
    "GET .well-known/webfinger", "GET api/openapi.json", "GET health", "GET nodeinfo/2.0", "GET oauth/userinfo",
}  # fmt: skip

# What is one's own by id, and no other's: tests/api/test_others_ids.py and tests/api/test_access.py.
ONES_OWN = {
    f"{method} {path}"
    for path, methods in {
        f"{V1}/conversations/<id:pk>": "DELETE", f"{V1}/conversations/<id:pk>/read": "POST",
        f"{V1}/conversations/<id:pk>/unread": "POST", f"{OWN}/conversations/<id:pk>/statuses": "GET",
        f"{V1}/filters/<id:pk>": "GET PUT DELETE", "api/v2/filters/<id:pk>": "GET PUT DELETE",
        "api/v2/filters/<id:pk>/keywords": "GET POST", "api/v2/filters/keywords/<id:pk>": "GET PUT DELETE",
        "api/v2/filters/<id:pk>/statuses": "GET", "api/v2/filters/statuses/<id:pk>": "GET DELETE",
        f"{V1}/lists/<id:pk>": "GET PUT DELETE", f"{V1}/lists/<id:pk>/accounts": "GET POST DELETE",
        f"{V1}/scheduled_statuses/<id:pk>": "GET PUT DELETE", f"{OWN}/scheduled_statuses/<id:pk>": "PUT",
        f"{V1}/featured_tags/<id:pk>": "DELETE", f"{V1}/follow_requests/<id:pk>/authorize": "POST",
        f"{V1}/follow_requests/<id:pk>/reject": "POST", f"{V1}/notifications/<id:pk>": "GET",
        f"{V1}/notifications/<id:pk>/dismiss": "POST", f"{V1}/notifications/requests/<id:pk>": "GET",
        f"{V1}/notifications/requests/<id:pk>/accept": "POST", f"{V1}/notifications/requests/<id:pk>/dismiss": "POST",
        "api/v2/notifications/<str:key>": "GET", "api/v2/notifications/<str:key>/accounts": "GET",
        "api/v2/notifications/<str:key>/dismiss": "POST", f"{OWN}/notifications/accepted/<id:pk>": "DELETE",
        f"{OWN}/apps/<id:pk>": "DELETE", f"{OWN}/invitations/<id:pk>": "DELETE", f"{OWN}/sessions/<id:pk>": "DELETE",
        f"{OWN}/storage/uploads/<str:key>": "DELETE",
        # Polls are found through their post.
        f"{V1}/polls/<id:pk>": "GET", f"{V1}/polls/<id:pk>/votes": "POST",
    }.items()
    for method in methods.split()
}  # fmt: skip

# Writes that concern nobody but the asker, and no post.
OF_ONESELF = {
    *(f"DELETE {V1}/profile/{what}" for what in ("avatar", "header")),
    f"PUT {V1}/profile", f"PUT {V1}/accounts/update_credentials", f"POST {V1}/accounts", f"POST {V1}/apps",
    f"POST {V1}/emails/confirmations", f"POST {V1}/domain_blocks", f"DELETE {V1}/domain_blocks",
    f"DELETE {V1}/suggestions/<id:pk>", f"POST {V1}/announcements/<id:pk>/dismiss",
    *(f"{method} {V1}/announcements/<id:pk>/reactions/<str:name>" for method in ("PUT", "DELETE")),
    f"POST {V1}/featured_tags", f"POST {V1}/filters", "POST api/v2/filters", f"POST {V1}/lists", f"POST {V1}/markers",
    f"POST {V1}/media", "POST api/v2/media", f"POST {V1}/notifications/clear", f"POST {V1}/notifications/dismiss",
    f"POST {V1}/notifications/requests/accept", f"POST {V1}/notifications/requests/dismiss",
    f"PUT {V1}/notifications/policy", "PUT api/v2/notifications/policy",
    *(f"{method} {V1}/push/subscription" for method in ("POST", "PUT", "DELETE")),
    *(f"POST {V1}/tags/<str:name>/{verb}" for verb in ("follow", "unfollow", "feature", "unfeature")),
    f"DELETE {OWN}/account", f"DELETE {OWN}/apps", f"DELETE {OWN}/sessions", f"POST {OWN}/invitations",
    f"PUT {OWN}/name", f"PUT {OWN}/podcast", f"PUT {OWN}/settings", "POST oauth/userinfo",
    f"GET {V1}/collections/<id:pk>",  # there are none
}  # fmt: skip

# For moderators and the owner alone, who see what is hidden: tests/api/test_access.py, tests/api/own/test_desk.py.
OF_MODERATORS = {
    *(f"GET {V1}/admin/{what}/<id:pk>" for what in ("accounts", "reports")),
    *(
        f"POST {V1}/admin/accounts/<id:pk>/{verb}"
        for verb in ("action", "approve", "reject", "unsuspend", "unsilence", "enable", "unsensitive")
    ),
    *(f"POST {V1}/admin/reports/<id:pk>/{verb}" for verb in ("assign_to_self", "unassign", "resolve", "reopen")),
    f"PUT {V1}/admin/reports/<id:pk>", f"POST {V1}/admin/measures", f"PUT {OWN}/site",
    *(f"POST {OWN}/admin/{what}" for what in ("rules", "announcements")),
    *(f"PUT {OWN}/admin/{what}/<id:pk>" for what in ("rules", "announcements")),
    f"DELETE {OWN}/admin/announcements/<id:pk>", f"POST {OWN}/admin/accounts/<id:pk>/role",
    f"POST {OWN}/admin/statuses/<id:pk>/action",
}  # fmt: skip

SETS = (
    OF_A_POST, TO_A_POST, set(NAMES_A_POST), set(SHOWS_POSTS), OF_A_PERSON, TO_A_PERSON, ACROSS_A_BLOCK, OF_A_FILE,
    OF_ITS_OWNER, READ_AS_WELL, ONES_OWN, OF_ONESELF, OF_MODERATORS,
)  # fmt: skip
