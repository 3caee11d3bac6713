"""``manage.py seed_peer_tests``: the people, the app and the tokens that Mastodon.py's own test suite expects.

Their names, passwords and tokens are public, so this runs on a throw-away site alone (docs/api.md).
"""

from __future__ import annotations

from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Site, User
from accounts.services.joining import AlreadySetUp, join_site, set_up_site
from accounts.services.profile import change_preferences
from api.oauth.models import OUT_OF_BAND, Application
from api.oauth.services import issue_token, register_app
from community.client_tests import OWNER
from moderation.services.team import appoint_moderator

HOST: Final = "localhost:3000"
PASSWORD: Final = "5fc638e0e53eafd9c4145b6bb852667d"  # noqa: S105  (public)
SCOPES: Final = ["read", "write", "follow", "push", "admin:read", "admin:write"]
PEOPLE: Final = {  # name: address
    "admin2": "zerocool@example.com",
    "mastodonpy_test": f"mastodonpy_test@{HOST}",
    "mastodonpy_test_2": f"mastodonpy_test_2@{HOST}",
}
TOKENS: Final = {  # what follows the prefix: whose, and for what
    "": ("mastodonpy_test", SCOPES[:4]),
    "_2": ("admin", SCOPES),
    "_3": ("mastodonpy_test_2", SCOPES[:4]),
}
APP: Final = "Mastodon.py test suite"
KEY: Final = "__MASTODON_PY_TEST_CLIENT_ID"
SECRET: Final = "__MASTODON_PY_TEST_CLIENT_SECRET"  # noqa: S105  (public)
TOKEN: Final = "__MASTODON_PY_TEST_ACCESS_TOKEN"  # noqa: S105  (public)


class Command(BaseCommand):
    """Makes them."""

    help = "Make what Mastodon.py's test suite expects, on a site of bin/serve --client-tests."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Make everybody who is not there yet, and the app with its three tokens."""
        if not settings.CLIENT_TESTS:
            raise CommandError("This is no site for client tests. Start one with bin/serve --client-tests.")
        if Application.objects.filter(client_id=KEY).exists():
            raise CommandError("They are here already.")
        owner = _owner()
        people = {owner.username: owner, **{name: _person(name, address) for name, address in PEOPLE.items()}}
        appoint_moderator(owner, people["admin2"], reason="Tests")
        change_preferences(people["mastodonpy_test"], is_locked=True)
        app, _secret = register_app(APP, [OUT_OF_BAND], SCOPES, client_id=KEY, secret=SECRET)
        for ending, (name, scopes) in TOKENS.items():
            issue_token(app, people[name], scopes, raw=TOKEN + ending)
        self.stdout.write(f"{', '.join(people)} are here.")


def _owner() -> User:
    """Return the owner, whom the start of such a site has made already."""
    try:
        return set_up_site(**OWNER)
    except AlreadySetUp:
        owner: User = User.objects.get(username=OWNER["username"])
        return owner


def _person(name: str, address: str) -> User:
    person = User(username=name, email=address)
    person.set_password(PASSWORD)
    join_site(person, door=Site.Door.OPEN)
    EmailAddress.objects.create(user=person, email=address, primary=True, verified=True)
    return person
