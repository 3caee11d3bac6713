"""Signing up from an app: the same door as the page's, with what is wrong said for each parameter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from accounts.services import joining, standing
from accounts.site import forget_site
from api.oauth.models import AccessToken
from api.oauth.services import forget_unused_apps, issue_token
from tests import make
from tests.api.conftest import Api

SAID = {
    "username": "Nora",
    "email": "Nora@Example.org",
    "password": make.PASSWORD,
    "agreement": True,
    "locale": "de-AT",
}


@pytest.fixture
def door(db):
    """Say how the door is."""

    def set_door(kind: str) -> None:
        Site.objects.update_or_create(pk=1, defaults={"door": kind})
        forget_site()

    set_door("open")
    yield set_door
    forget_site()


@pytest.fixture
def app_api(api_as) -> Api:
    """An app of its own."""
    return api_as(None, "read", "write")


def newcomer(app_api: Api, **said: object) -> Api:
    """What somebody who signed up can do with the token they got."""
    return Api(app_api("POST", "/api/v1/accounts", SAID | said)["access_token"])


def wrong(app_api: Api, **said: object) -> dict[str, list[str]]:
    """What is wrong with a sign-up."""
    answer = app_api("POST", "/api/v1/accounts", SAID | said, status=422)
    assert answer["error"].startswith("Validation failed: ")
    assert all(fault["description"] for faults in answer["details"].values() for fault in faults)
    return {name: [fault["error"] for fault in faults] for name, faults in answer["details"].items()}


def follow_link(mail) -> None:
    Client().post(re.search(r"http://localhost:8000(\S+)", mail.body)[1])


def test_somebody_signs_up_confirms_and_is_in(app_api, door, mailoutbox):
    nora = newcomer(app_api)
    person = User.objects.get()
    assert (person.username, person.email, person.language) == ("nora", "nora@example.org", "de")
    assert person.check_password(make.PASSWORD)
    assert nora("GET", "/api/v1/accounts/verify_credentials", status=403) == {
        "error": "Your login is missing a confirmed e-mail address"
    }
    assert nora("GET", "/api/v1/emails/check_confirmation") is False
    follow_link(mailoutbox[0])
    assert nora("GET", "/api/v1/emails/check_confirmation") is True
    assert nora("GET", "/api/v1/accounts/verify_credentials")["acct"] == "nora"


def test_the_token_is_as_any_other(app, app_api, door):
    answer = app_api("POST", "/api/v1/accounts", SAID)
    token = AccessToken.objects.get(user__username="nora")
    assert answer == {
        "access_token": answer["access_token"], "token_type": "Bearer", "scope": app.scopes,
        "created_at": int(token.created.timestamp()),
    }  # fmt: skip
    app.refresh_from_db()
    assert (token.application, app.approved_at is not None) == (app, True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"username": ""}, {"username": ["ERR_BLANK"]}),
        ({"username": "no no"}, {"username": ["ERR_INVALID"]}),
        ({"username": "n" * 121}, {"username": ["ERR_TOO_LONG"]}),
        ({"username": "admin"}, {"username": ["ERR_RESERVED"]}),
        ({"username": "a1ice"}, {"username": ["ERR_TAKEN"]}),
        ({"email": "nowhere"}, {"email": ["ERR_INVALID"]}),
        ({"email": None}, {"email": ["ERR_BLANK"]}),
        ({"password": "x2m"}, {"password": ["ERR_TOO_SHORT"]}),
        ({"password": ""}, {"password": ["ERR_BLANK"]}),
        ({"password": "1234567890"}, {"password": ["ERR_INVALID"]}),
        ({"agreement": False}, {"agreement": ["ERR_ACCEPTED"]}),
        ({"agreement": None, "email": ""}, {"email": ["ERR_BLANK"], "agreement": ["ERR_ACCEPTED"]}),
    ],
)
def test_what_is_wrong_is_said_for_each_parameter(app_api, door, alice, said, expected):
    assert wrong(app_api, **said) == expected
    assert User.objects.count() == 1


def test_a_closed_door(app_api, door):
    door("closed")
    app_api("POST", "/api/v1/accounts", SAID, status=403)
    assert User.objects.count() == 0


def test_who_has_to_ask_gives_a_reason_confirms_and_waits(app_api, door, mailoutbox):
    door("approval")
    assert wrong(app_api) == {"reason": ["ERR_BLANK"]}
    nora = newcomer(app_api, reason="I bind books")
    assert User.objects.get().join_reason == "I bind books"
    assert nora("GET", "/api/v1/emails/check_confirmation") is False
    follow_link(mailoutbox[0])
    assert nora("GET", "/api/v1/emails/check_confirmation") is True
    pending = nora("GET", "/api/v1/accounts/verify_credentials", status=403)
    assert pending == {"error": "Your login is currently pending approval"}
    standing.approve_person(None, User.objects.get())
    assert nora("GET", "/api/v1/accounts/verify_credentials")["acct"] == "nora"


def test_an_invitation_opens_the_door_once(app_api, door, alice):
    code = joining.create_invitation(alice).code
    door("invitation")
    assert wrong(app_api) == {"invite_code": ["ERR_BLANK"]}
    assert wrong(app_api, invite_code="guess") == {"invite_code": ["ERR_INVALID"]}
    newcomer(app_api, invite_code=code)
    assert wrong(app_api, invite_code=code, username="nils", email="n@example.org") == {"invite_code": ["ERR_INVALID"]}


def test_an_address_that_has_an_account_is_not_told(app_api, door, alice, mailoutbox):
    known, new = (app_api("POST", "/api/v1/accounts", SAID | said) for said in ({"email": alice.email}, {}))
    assert known.keys() == new.keys()
    assert [len(answer["access_token"]) for answer in (known, new)] == [43, 43]
    for path in ("/api/v1/emails/check_confirmation", "/api/v1/accounts/verify_credentials", "/api/v1/timelines/home"):
        answers = [Api(one["access_token"]).ask("GET", path) for one in (known, new)]
        assert answers[0].content == answers[1].content
    assert [mail.to for mail in mailoutbox] == [[alice.email], ["nora@example.org"]]
    assert [Api(one["access_token"])("POST", "/api/v1/emails/confirmations") for one in (known, new)] == [{}, {}]


def test_a_token_for_nobody_is_forgotten(app_api, door, alice):
    app_api("POST", "/api/v1/accounts", SAID | {"email": alice.email})
    forget_unused_apps()
    assert AccessToken.objects.filter(waits=True).count() == 1
    AccessToken.objects.filter(waits=True).update(created=timezone.now() - timedelta(days=8))
    forget_unused_apps()
    assert AccessToken.objects.filter(waits=True).count() == 0


def test_the_mail_is_sent_once_more_to_another_address(app_api, door, mailoutbox):
    nora = newcomer(app_api, email="nroa@example.org")
    nora("POST", "/api/v1/emails/confirmations", {"email": "other@example.org"})
    nora("POST", "/api/v1/emails/confirmations", {"email": "Nora@example.org"})
    assert [mail.to for mail in mailoutbox] == [["nroa@example.org"], ["other@example.org"], ["nora@example.org"]]
    follow_link(mailoutbox[1])  # the address before the last one confirms nothing
    assert nora("GET", "/api/v1/emails/check_confirmation") is False
    follow_link(mailoutbox[2])
    assert nora("GET", "/api/v1/accounts/verify_credentials")["acct"] == "nora"
    assert list(EmailAddress.objects.values_list("email", "primary", "verified")) == [("nora@example.org", True, True)]
    assert (User.objects.get().email, len(mailoutbox)) == ("nora@example.org", 3)


@pytest.mark.parametrize("asked", ["alice@example.org", "free@example.org"])
def test_nobody_learns_by_their_own_addresses_whether_another_has_an_account(app_api, door, alice, mailoutbox, asked):
    nora = newcomer(app_api)
    nora("POST", "/api/v1/emails/confirmations", {"email": "hers@example.org"})
    assert nora("POST", "/api/v1/emails/confirmations", {"email": asked}) == {}
    cache.clear()  # some minutes later
    assert nora("POST", "/api/v1/emails/confirmations") == {}
    seen = [mail.to[0] for mail in mailoutbox if mail.to != [asked]]
    assert seen == ["nora@example.org", "hers@example.org", "nora@example.org"]
    follow_link(mailoutbox[1])
    assert nora("GET", "/api/v1/emails/check_confirmation") is False
    follow_link(mailoutbox[0])
    assert nora("GET", "/api/v1/accounts/verify_credentials")["acct"] == "nora"
    assert list(EmailAddress.objects.filter(user__username="nora").values_list("email")) == [("nora@example.org",)]


def test_a_token_that_waits_is_counted_alike_whoever_is_behind_it(app_api, door, alice):
    known, new = (newcomer(app_api, **said) for said in ({"email": alice.email}, {}))
    left = [
        one.ask("GET", "/api/v1/emails/check_confirmation")["X-RateLimit-Remaining"] for one in (known, new, known, new)
    ]
    assert left == ["299", "299", "298", "298"]


@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_strangers_get_few_mails(app_api, door, alice, who):
    nora = newcomer(app_api, **({"email": alice.email} if who == "nobody" else {}))
    for n in range(6):
        nora("POST", "/api/v1/emails/confirmations", {"email": f"stranger{n}@example.org"})
    nora("POST", "/api/v1/emails/confirmations", {"email": "stranger@example.org"}, status=429)


def test_strangers_get_few_mails_however_many_tokens_ask(app_api, door):
    several = [newcomer(app_api, username=f"nora{n}", email=f"n{n}@example.org") for n in range(3)]
    for n in range(6):
        several[n % 2]("POST", "/api/v1/emails/confirmations", {"email": f"stranger{n}@example.org"})
    several[2]("POST", "/api/v1/emails/confirmations", {"email": "stranger@example.org"}, status=429)


def test_who_sets_the_password_anew_ends_the_app_that_waits(
    app_api, door, mailoutbox, django_capture_on_commit_callbacks
):
    stranger = newcomer(app_api)
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": "nora@example.org"})
    form = browser.get(re.search(r"http://localhost:8000(\S+)", mailoutbox[1].body)[1])["Location"]
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(form, {f"password{n}": "another long password" for n in (1, 2)})
    assert User.objects.get().check_password("another long password")
    follow_link(mailoutbox[0])
    assert EmailAddress.objects.get().verified
    stranger("GET", "/api/v1/accounts/verify_credentials", status=401)


def test_who_logs_in_by_a_mailed_code_ends_the_app_that_waits(app_api, door, mailoutbox):
    stranger = newcomer(app_api)
    browser = Client()
    browser.post("/accounts/login/code/", {"email": "nora@example.org"})
    code = re.search(r"^([A-Z0-9]{3,}(-[A-Z0-9]+)?)$", mailoutbox[1].body, re.M)[1]
    browser.post("/accounts/login/code/confirm/", {"code": code})
    assert EmailAddress.objects.get().verified
    stranger("GET", "/api/v1/accounts/verify_credentials", status=401)


def test_a_later_address_starts_no_app(app_api, door):
    stranger = newcomer(app_api)
    EmailAddress.objects.update(verified=True)  # by a moderator
    person = User.objects.get()
    assert stranger("POST", "/api/v1/emails/confirmations", {"email": "stranger@example.org"}) == {}
    later = EmailAddress.objects.create(user=person, email="new@example.org")
    browser = Client()
    browser.force_login(person)
    browser.post(f"/accounts/confirm-email/{EmailConfirmationHMAC(later).key}/")
    assert EmailAddress.objects.get().email == "new@example.org"
    stranger("GET", "/api/v1/accounts/verify_credentials", status=401)


def test_a_version_that_does_not_know_of_waiting_keeps_tokens(app, alice):
    token, table = issue_token(app, alice, ["read"])[0], AccessToken._meta.db_table
    known = [field.column for field in AccessToken._meta.local_fields if field.column not in {"id", "waits"}]
    row = dict(AccessToken.objects.filter(pk=token.pk).values(*known).get(), token_checksum="x" * 64)
    with connection.cursor() as db:
        columns, places = ", ".join(known), ", ".join(["%s"] * len(known))
        db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", [row[name] for name in known])
    assert list(AccessToken.objects.values_list("waits", flat=True)) == [False, False]


def test_the_mail_is_sent_at_most_every_few_minutes(app_api, door, mailoutbox):
    nora = newcomer(app_api)
    nora("POST", "/api/v1/emails/confirmations")
    assert len(mailoutbox) == 1
    assert "error" in nora("POST", "/api/v1/emails/confirmations", {"email": "nowhere"}, status=422)


def test_who_is_confirmed_has_nothing_to_confirm(api_as, alice):
    answer = api_as(alice)("POST", "/api/v1/emails/confirmations", status=403)
    assert answer["error"] == "This method is only available while the e-mail is awaiting confirmation"


def test_it_is_counted_by_address_however_many_apps_ask(api_as, door):
    for _ in range(5):
        api_as(None)("POST", "/api/v1/accounts", SAID | {"username": ""}, status=422)
    api_as(None)("POST", "/api/v1/accounts", SAID, status=429)


def test_where_addresses_count_at_once_so_does_the_token(app_api, door, settings, mailoutbox):
    settings.CONFIRM_AT_ONCE = True
    assert newcomer(app_api)("GET", "/api/v1/accounts/verify_credentials")["acct"] == "nora"
    assert mailoutbox == []


def test_somebody_suspended_is_told_so(api_as, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    answer = api_as(alice)("GET", "/api/v1/accounts/verify_credentials", status=403)
    assert answer["error"] == "Your login is currently disabled"


def test_without_a_mail_server_an_invitation_opens_the_app(app_api, door, alice, settings):
    settings.MAIL_IN_FOLDER = True
    door("invitation")
    code = joining.create_invitation(alice, uses=2).code
    for name, email in (("nora", "nora@example.org"), ("nils", alice.email)):
        one = newcomer(app_api, username=name, email=email, invite_code=code)
        assert one("GET", "/api/v1/accounts/verify_credentials")["acct"] == name


@pytest.mark.parametrize(("in_folder", "status"), [(True, 200), (False, 403)])
def test_without_a_mail_server_a_moderators_word_opens_the_app(
    app_api, door, settings, django_capture_on_commit_callbacks, in_folder, status
):
    settings.MAIL_IN_FOLDER = in_folder
    door("approval")
    nora = newcomer(app_api, reason="I bind books")
    with django_capture_on_commit_callbacks(execute=True):
        standing.approve_person(None, User.objects.get())
    nora("GET", "/api/v1/accounts/verify_credentials", status=status)
