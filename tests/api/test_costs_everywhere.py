"""What any list of the API costs: as many statements for four rows as for one, whichever endpoint it is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, get_origin

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Rule, User
from accounts.services import circle, ties
from accounts.services.joining import create_invitation
from api import urls  # noqa: F401  (declares the endpoints)
from api.endpoint import ENDPOINTS
from api.oauth.services import issue_token, register_app
from feeds.services.lists import add_to_list, create_list
from media.video.models import Caption
from moderation.models import Announcement
from moderation.services.announcements import save_announcement
from moderation.services.reports import report_person
from notifications.models import AcceptedSender, Kind
from notifications.policy import change_policy
from notifications.services import notify
from posts.models import Visibility
from posts.services.change import edit_post
from posts.services.filters import add_post, create_filter
from posts.services.interact import bookmark_post, like_post, share_post
from posts.services.polls import PollDraft
from posts.services.schedule import schedule_post
from posts.services.tags import feature_tag, follow_tag
from tests import make

GIVING = [one for one in ENDPOINTS if one.method == "GET"]
# Lists that are as long on every site.
CANNOT_GROW = {
    "api/v1/admin/trends/links", "api/v1/trends/links", "api/v1/custom_emojis", "api/v1/domain_blocks",
    "api/v1/instance/domain_blocks", "api/v1/instance/peers", "api/v1/instance/languages", "api/v1/instance/activity",
    # These count days that are over, or what is open in a browser: tests/posts/test_tags.py, tests/api/own.
    "api/v1/admin/trends/tags", "api/v1/trends/tags", "api/v1/trends", "api/polylog/v1/sessions",
    "api/polylog/v1/statuses/<id:pk>/descriptions",  # one for each person and file: tests/posts/test_descriptions.py
}  # fmt: skip
# Objects with a list in them.
GROW_TOO = {
    "api/v1/statuses/<id:pk>/context", "api/polylog/v1/statuses/<id:pk>/comments", "api/v2/search", "api/v1/search",
    "api/v2/notifications", "api/v2/filters/<id:pk>", "api/polylog/v1/live/events",
}  # fmt: skip


def test_no_list_costs_more_for_more_rows(api_as, bob, mod, settings):
    settings.RATE_LIMITS = None
    few, many = (_measured(api_as, bob, mod, rows) for rows in (1, 4))
    dearer = {path: (few[path][0], many[path][0]) for path in few if few[path][0] != many[path][0]}
    assert dearer == {}
    lists = {one.path for one in GIVING if get_origin(one.gives) is list} | GROW_TOO
    assert {path for path in lists if few[path][1] >= many[path][1]} == CANNOT_GROW


def _measured(api_as: Any, bob: User, mod: User, rows: int) -> dict[str, tuple[int, int]]:
    """For each list, how many statements it took, and how long its answer is."""
    found = {}
    cache.clear()
    with transaction.atomic():
        at = _grow(bob, mod, rows)
        asks = {True: api_as(mod), False: api_as(bob)}
        groups = asks[False]("GET", "/api/v2/notifications")["notification_groups"]
        at["words"]["key"] = max(groups, key=lambda group: len(group["sample_account_ids"]))["group_key"]
        for one in GIVING:
            ask, address = asks["admin" in one.path], "/" + _filled(one.path, at)
            query = next((of for end, of in at["queries"].items() if one.path.endswith(end)), {})
            ask.ask("GET", address, query)  # what is found out once is known from now on
            with CaptureQueriesContext(connection) as asked:
                answer = ask.ask("GET", address, query)
            found[one.path] = (len(asked), _rows(answer))
        transaction.set_rollback(True)
    return found


def _rows(answer: Any) -> int:
    """How many things an answer has: as many as there are in its longest list."""
    if not answer.headers["Content-Type"].startswith("application/json"):
        return 0
    body = answer.json()
    parts = body.values() if isinstance(body, dict) else [body]
    return max((len(one) for one in parts if isinstance(one, list)), default=0)


def _filled(path: str, at: dict[str, Any]) -> str:
    for start, thing in at["things"].items():
        if path.startswith(start):
            path = path.replace("<id:pk>", str(thing))
    return re.sub(r"<str:(\w+)>", lambda hole: at["words"][hole[1]], path)


def _grow(bob: User, mod: User, rows: int) -> dict[str, Any]:
    """So many of everything that bob and a moderator can ask for."""
    author = make.user("author")
    User.objects.filter(pk=bob.pk).update(is_locked=True)
    bob.refresh_from_db()
    ties.follow_person(bob, author)
    talk, first = make.post(bob, "Talk #tea"), create_list(bob, "Main")
    film = make.video(bob)
    filtered = create_filter(bob, title="x", contexts=["home"], keywords=[(f"w{n}", True) for n in range(rows)])
    ids, posts = [], []
    for n in range(rows):
        ids += _people(bob, author, talk, first, n)
        post = make.post(author, f"Cup {n} #tea #t{n}", attachments=[make.image(author)])
        like_post(bob, post), bookmark_post(bob, post), add_post(bob, filtered, post)
        make.post(author, f"Which {n}?", poll=PollDraft(["a", "b"], timedelta(hours=1)))
        feature_tag(author, f"t{n}"), feature_tag(bob, f"t{n}"), follow_tag(bob, f"t{n}")
        make.comment(bob, post, "Mine is green")
        posts.append(post.pk)
        make.post(bob, f"Mine #m{n}")
        make.post(author, "@bob psst", visibility=Visibility.DIRECT)
        make.comment(author, talk, "Tea?")
        edit_post(bob, talk, text=f"Talk {n} #tea")
        add_to_list(bob, create_list(bob, f"List {n}"), [author])
        create_filter(bob, title=f"{n}", contexts=["home"], keywords=[(f"teapot{n}", True)])
        schedule_post(bob, due=timezone.now() + timedelta(hours=1 + n), text=f"later {n}")
        save_announcement(Announcement(text=f"News {n}", is_published=True))
        Rule.objects.create(text=f"Rule {n}")
        create_invitation(bob)
        UserSession.objects.create(user=bob, session_key=f"{n}" * 32, ip="10.0.0.1", user_agent="Firefox/140.0")
        issue_token(register_app(f"App {n}", ["urn:ietf:wg:oauth:2.0:oob"], ["read"])[0], bob, ["read"])
        Caption.objects.create(attachment=film, language=("en", "de", "fr", "it")[n], text="WEBVTT")
    return {
        "things": {
            "api/v1/accounts/<": author.pk, "api/polylog/v1/accounts/<": author.pk, "api/v1/statuses/<": talk.pk,
            "api/polylog/v1/statuses/<": talk.pk, "api/v1/lists/<": first.pk, "api/v1/timelines/list/<": first.pk,
            "api/v2/filters/<": filtered.pk, "api/polylog/v1/media/<": film.pk,
            "api/polylog/v1/conversations/<": bob.conversations.get(conversation__sides__user=author).pk, "": 1,
        },
        "words": {"name": "tea", "key": "x", "language": "en"},
        "queries": {
            "relationships": {"id[]": ids}, "familiar_followers": {"id[]": ids}, "v1/accounts": {"id[]": ids},
            "v1/statuses": {"id[]": posts}, "search": {"q": "reader"}, "v2/notifications": {"grouped_types[]": "none"},
            "live/heads": {"stream[]": [f"post:{pk}" for pk in posts]},
            "live/events": {"stream": f"post:{talk.pk}", "since": 0},
        },
    }  # fmt: skip


def _people(bob: User, author: User, talk: Any, first: Any, n: int) -> list[int]:
    """Somebody who reads and answers, and others bob has parted from, waits for, or does not know."""
    names = ("reader", "blocked", "muted", "asking", "held", "newcomer", "sender")
    some = {name: make.user(f"{name}{n}", display_name=f"Reader {name}", is_discoverable=True) for name in names}
    reader = some["reader"]
    for follower, followed in ((reader, author), (bob, reader), (author, reader), (reader, some["held"])):
        ties.follow_person(follower, followed)
    make.post(some["held"], "Hello")
    make.comment(reader, talk, f"Answer {n} #tea @bob")
    make.post(reader, f"quote {n}", quote_of=talk)
    like_post(reader, talk), share_post(reader, talk)
    make.post(reader, "@bob psst", visibility=Visibility.DIRECT)
    add_to_list(bob, first, [reader])
    circle.endorse_person(bob, reader), circle.endorse_person(author, reader)
    ties.block_person(bob, some["blocked"]), ties.mute_person(bob, some["muted"])
    ties.follow_person(some["asking"], bob)
    report_person(bob, some["newcomer"], category="spam")
    AcceptedSender.objects.create(user=bob, sender=some["sender"])
    change_policy(bob, for_not_following="filter")
    notify(bob, Kind.LIKE, actor=some["held"], post=talk)
    return [person.pk for person in some.values()]
