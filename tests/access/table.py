"""The one table, written by hand: who may see a post in each state, and what each address of the site is.

Everything else in this folder is generated from it and from the URL resolver.
"""

from __future__ import annotations

# --- people ---------------------------------------------------------------------------------------------------------
# All are told from the author's side: ``blocked`` is somebody the author has blocked, ``blocking`` one who blocks them.
# Whoever is suspended cannot be signed in, so they see what the public sees.
VIEWERS = (
    "anonymous", "author", "follower", "stranger", "mentioned", "blocked", "blocking", "suspended", "moderator",
)  # fmt: skip
EVERYBODY = frozenset(VIEWERS)
APART = frozenset({"blocked", "blocking"})
PUBLIC = EVERYBODY - APART
NOBODY: frozenset[str] = frozenset()

# --- posts ----------------------------------------------------------------------------------------------------------
# A post of the author (with a picture, a tag and a mention) that was published for everybody unless the state says
# otherwise; ``suspended`` and ``leaving`` are posts of two other authors with the same friends and foes.
SEES_POST = {
    "public": PUBLIC,
    "unlisted": PUBLIC,
    "followers": frozenset({"author", "follower", "mentioned"}),
    "direct": frozenset({"author", "mentioned"}),
    "deleted": NOBODY,
    "hidden": NOBODY,
    "suspended": NOBODY,
    "leaving": NOBODY,
}
GONE = ("deleted", "hidden", "suspended", "leaving")

# A friend's comment under that post. It outlives the post, for whom the post was for.
SEES_COMMENT = {**SEES_POST, **dict.fromkeys(GONE, PUBLIC)}

# The author's own comment, in that state, under a post of a friend of all.
SEES_OWN_COMMENT = {"public": PUBLIC, **dict.fromkeys(GONE, NOBODY)}

# A friend's share of the post: seen by whoever sees both.
SEES_SHARE = {state: sees for state, sees in SEES_POST.items() if state not in {"followers", "direct"}}

# A friend's quote of the post: the friend's own words are for everybody, the clipping only for whoever sees the post.
SEES_QUOTE = dict.fromkeys(SEES_SHARE, EVERYBODY)

# The post's picture. One's own files stay one's own; moderators look at what they may have to decide about: what was
# for everybody, also while it is hidden. A post for followers they see only once somebody reports it.
SEES_FILE = {
    **SEES_POST,
    **dict.fromkeys(("deleted", "hidden"), frozenset({"author", "moderator"})),
    **dict.fromkeys(("suspended", "leaving"), frozenset({"moderator"})),
}

SEES = {
    "post": SEES_POST,
    "comment": SEES_COMMENT,
    "own": SEES_OWN_COMMENT,
    "share": SEES_SHARE,
    "quote": SEES_QUOTE,
}

# What search finds: all that one sees, as everybody here has liked and kept what they saw.
# Strangers find only what is public. A quote of the friend is public itself, whatever it quotes.
UNSIGNED = frozenset({"anonymous", "suspended"})
NOT_PUBLIC = {"unlisted", "followers", "direct"}
FINDS = {
    thing: {
        state: sees - UNSIGNED if state in NOT_PUBLIC and thing != "quote" else sees for state, sees in rows.items()
    }
    for thing, rows in SEES.items()
    if thing != "share"
}

# --- addresses ------------------------------------------------------------------------------------------------------
# What GET answers for the id of a post: to somebody who sees it, by what the post is to them.
ONE_POST = {
    "posts:detail": 200,
    "posts:of_author": 302,  # the address of apps, which leads to the first
    "posts:comments": 200,
    "posts:history": 200,
    "posts:edit": {"own": 200, "other": 403},
    "posts:describe": 200,
    "posts:filter_post": 200,
    "posts:restore": {"own": 404, "other": 404},  # there is something to bring back for authors only, in "deleted"
    "moderation:report_post": {"own": 403, "other": 200},
}
# Signing in is asked for first, whatever the id.
MEMBERS_ONLY = {"posts:edit", "posts:describe", "posts:filter_post", "posts:restore", "moderation:report_post"}

# Forms only: GET is refused in the same way for every id and name.
WRITES = {
    "posts:create", "posts:upload", "posts:delete", "posts:like", "posts:share", "posts:bookmark",
    "posts:vote", "posts:pin", "posts:quiet", "posts:unquote", "posts:scheduled_cancel", "posts:conversation_read",
    "posts:conversation_away", "posts:filter_delete", "feeds:tag_follow", "feeds:tag_feature", "feeds:list_delete",
    "media:uploads", "media:upload", "media:check_file", "posts:answer_descriptions",
    "notifications:seen", "notifications:dismiss", "notifications:clear", "notifications:device",
    "notifications:dismiss_requests", "notifications:answer_request", "notifications:forget_sender",
    "accounts:follow", "accounts:block", "accounts:mute", "accounts:remove_follower",
    "accounts:answer_request", "accounts:picture", "accounts:set_theme", "set_language",
    "moderation:dismiss_announcement", "accounts:dismiss", "accounts:end_sessions", "accounts:revoke_invitation",
    "accounts:keep_account", "api:revoke_app",
}  # fmt: skip
WRITES_TO_ONE_POST = {
    "posts:delete",
    "posts:like",
    "posts:share",
    "posts:bookmark",
    "posts:vote",
    "posts:pin",
    "posts:quiet",
    "posts:unquote",
    "posts:filter_post",
    "posts:edit",
    "posts:describe",
    "posts:answer_descriptions",
    "moderation:report_post",
}

# Pages that list posts: the states a viewer must find there if they see them; nothing else may ever leak on any page.
LISTS = {
    "feeds:home": {
        "follower": {"public", "unlisted", "followers"},
        "author": {"public", "unlisted", "followers", "direct"},
    },
    "feeds:local": {viewer: {"public"} for viewer in PUBLIC},
    "feeds:explore": {},
    "feeds:search": {},  # what it finds: FINDS
    "feeds:tag": {viewer: {"public"} for viewer in PUBLIC},
    "feeds:bookmarks": {"follower": {"public", "unlisted", "followers"}, "mentioned": {"direct"}},
    "feeds:profile": {"follower": {"public", "unlisted", "followers"}, "stranger": {"public", "unlisted"}},
    "feeds:profile_comments": {},
    "feeds:profile_media": {"follower": {"public", "followers"}, "mentioned": {"direct"}},
    "feeds:person_feed": {"stranger": {"public"}, "anonymous": {"public"}},
    "feeds:tag_feed": {"anonymous": {"public"}},
    "feeds:podcast": {},  # whose sounds it has: tests/feeds/test_podcasts.py
    "posts:messages": {},  # of each conversation the last post: tests/posts/test_conversations.py
    "notifications:list": {"mentioned": {"public", "followers", "direct"}},
}
FILES = {
    "posts:chapters",
    "feeds:podcast_cover",
    "feeds:podcast_episode",
    "media:captions",
    "media:edit_captions",
    "media:file",
}

# A person's pages: nobody there for whom that person has blocked, and for nobody when suspended or leaving.
PEOPLE = {
    "feeds:profile", "feeds:profile_comments", "feeds:profile_media", "feeds:followers", "feeds:following",
    "feeds:person_feed", "feeds:podcast", "feeds:podcast_cover", "moderation:report_person", "accounts:you_and",
    "feeds:person_lists",
}  # fmt: skip

# Web feeds are read without a session, so they say the same to everybody: what the public sees.
PUBLIC_FACE = {"feeds:person_feed", "feeds:tag_feed", "feeds:podcast", "feeds:podcast_cover"}

# Pages without posts of others. They are read all the same, and must not say a word of what is hidden.
PLAIN = {
    "posts:conversation", "posts:scheduled", "posts:scheduled_edit",
    "posts:filters", "posts:filter_new", "posts:filter",
    "feeds:lists", "feeds:list", "feeds:list_edit", "feeds:person_lists", "feeds:followed_tags", "feeds:podcast_edit",
    "posts:compose", "posts:item", "posts:item_state", "posts:storage",
    "accounts:setup", "accounts:about", "accounts:rules", "accounts:theme", "favicon", "accounts:follow_requests",
    "accounts:settings", "accounts:settings_account", "accounts:settings_name",
    "accounts:settings_privacy", "accounts:settings_apart",
    "accounts:settings_security", "accounts:settings_sessions", "accounts:settings_invitations",
    "api:settings_apps", "api:reference",
    "accounts:settings_delete", "accounts:join", "accounts:signup", "accounts:reset_password", "accounts:turned_away",
    "feeds:followers", "feeds:following", "feeds:people", "accounts:you_and",
    "notifications:settings", "notifications:requests", "notifications:worker", "notifications:offline",
    "moderation:announcements",
    "moderation:report_person",
}  # fmt: skip

# Django's admin is the moderators' own house (tests/moderation), programs have a table of their own (api_table.py), and
# allauth's pages are about one's own account.
ELSEWHERE = ("admin/", "api/", "oauth/", ".well-known/", "nodeinfo/", "health")
OF_ACCOUNTS = ("accounts/",)

KNOWN = {*ONE_POST, *WRITES, *WRITES_TO_ONE_POST, *LISTS, *FILES, *PEOPLE, *PLAIN}
