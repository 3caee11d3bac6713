"""Sign-up, log-in, reset: who comes in, what is said, and what is not told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from accounts.services import joining, standing
from tests import make

SIGNUP, LOGIN, RESET = "/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"
FORM = {"username": "Nora", "email": "Nora@Example.org", "password1": make.PASSWORD}
SENT = "/accounts/confirm-email/"
ODD = ["a\x00b", "\ud800", "x" * 10**6, "a" * 255 + "@example.org", "' OR 1=1 --", "{}", "\u202eolleh"]


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(name="Nordhof")


def set_door(site: Site, door: str) -> None:
    from accounts.site import forget_site

    site.door = door
    site.save()
    forget_site()


def log_in(client: Client, login: str, password: str = make.PASSWORD):
    return client.post(LOGIN, {"login": login, "password": password})


def link_of(mail) -> str:
    return re.search(r"http://localhost:8000(\S+)", mail.body)[1]


def test_sign_up_confirm_and_come_in(client: Client, site: Site, mailoutbox) -> None:
    assert client.post(SIGNUP, FORM)["Location"] == SENT
    nora = User.objects.get()
    assert (nora.username, nora.email, nora.is_active) == ("nora", "nora@example.org", True)
    assert client.get("/settings").status_code == 302
    assert client.post(link_of(mailoutbox[0]))["Location"] == "/"
    assert client.get("/settings").status_code == 200


def test_without_confirming_nobody_comes_in(site: Site, mailoutbox) -> None:
    Client().post(SIGNUP, FORM)
    client = Client()
    assert log_in(client, "nora")["Location"] == SENT
    assert client.get("/settings").status_code == 302


def test_who_has_to_ask_confirms_waits_and_comes_in(client: Client, site: Site, mailoutbox) -> None:
    set_door(site, "approval")
    assert client.post(SIGNUP, FORM).context["form"].errors.keys() == {"reason"}
    assert client.post(SIGNUP, FORM | {"reason": "I bind books"})["Location"] == SENT
    assert client.post(link_of(mailoutbox[0]))["Location"] == "/accounts/inactive/"
    assert "You are on the list" in client.get("/accounts/inactive/").text
    assert log_in(client, "nora")["Location"] == "/accounts/inactive/"
    standing.approve_person(None, User.objects.get())
    assert log_in(client, "nora@example.org")["Location"] == "/"


def test_an_invitation_by_its_address(client: Client, site: Site, alice: User) -> None:
    set_door(site, "invitation")
    code = joining.create_invitation(alice).code
    page = client.get(f"/join/{code}", follow=True)
    assert f'value="{code}"' in page.text
    assert client.post(SIGNUP, FORM).context["form"].errors.keys() == {"invitation"}
    assert client.post(SIGNUP, FORM | {"invitation": "guess"}).context["form"].errors.keys() == {"invitation"}
    assert client.post(SIGNUP, FORM | {"invitation": code})["Location"] == SENT
    assert Client().post(SIGNUP, FORM | {"username": "nils", "invitation": code}).status_code == 200
    assert sorted(User.objects.values_list("username", flat=True)) == ["alice", "nora"]


def test_an_invitation_saves_the_question(client: Client, site: Site, alice: User) -> None:
    set_door(site, "approval")
    code = joining.create_invitation(alice).code
    assert client.post(SIGNUP, FORM | {"invitation": code})["Location"] == SENT
    assert User.objects.get(username="nora").is_active


def test_without_a_mail_server_an_invitation_lets_in(client: Client, site: Site, alice: User, settings) -> None:
    settings.MAIL_IN_FOLDER = True
    set_door(site, "invitation")
    assert client.post(SIGNUP, FORM | {"invitation": joining.create_invitation(alice).code})["Location"] == "/"
    assert client.get("/settings").status_code == 200
    assert not EmailAddress.objects.get(user__username="nora").verified
    settings.MAIL_IN_FOLDER = False  # who came in once stays in when mail comes
    assert log_in(Client(), "nora")["Location"] == "/"


def test_without_a_mail_server_a_moderators_word_lets_in(site: Site, settings) -> None:
    settings.MAIL_IN_FOLDER = True
    set_door(site, "approval")
    assert Client().post(SIGNUP, FORM | {"reason": "I bind books"})["Location"] == SENT
    standing.approve_person(None, User.objects.get())
    assert log_in(Client(), "nora")["Location"] == "/"


def test_without_a_mail_server_nobody_learns_by_an_invitation_who_has_an_account(
    site: Site, alice: User, settings, mailoutbox
) -> None:
    settings.MAIL_IN_FOLDER = True
    set_door(site, "invitation")
    code = joining.create_invitation(alice, uses=2).code
    newcomers = {"alice@example.org": Client(), "new@example.org": Client()}
    for n, (address, one) in enumerate(newcomers.items()):
        said = FORM | {"username": f"nora{n}", "email": address, "invitation": code}
        assert (one.post(SIGNUP, said)["Location"], one.get("/settings").status_code) == ("/", 200)
    assert (mailoutbox, log_in(Client(), "alice@example.org")["Location"]) == ([], "/")
    settings.MAIL_IN_FOLDER = False  # once mail comes, her address is hers alone
    Client().post(RESET, {"email": "alice@example.org"})
    assert ["@alice" in mail.body for mail in mailoutbox] == [True]


def test_without_a_mail_server_who_asks_is_heard_whoever_has_the_address(site: Site, alice: User, settings) -> None:
    settings.MAIL_IN_FOLDER = True
    set_door(site, "approval")
    asked = FORM | {"email": "alice@example.org", "reason": "I bind books"}
    assert Client().post(SIGNUP, asked)["Location"] == SENT
    standing.approve_person(None, User.objects.get(username="nora"))
    assert log_in(Client(), "nora")["Location"] == "/"


def test_of_two_with_one_unconfirmed_address_a_code_leads_to_who_came_first(
    client: Client, site: Site, mailoutbox
) -> None:
    people = [make.user(name, email="nora@example.org", verified=False) for name in ("one", "two", "three", "four")]
    come_in_by_code(client, mailoutbox)
    assert client.get("/settings").wsgi_request.user == people[0]


def test_without_a_mail_server_an_open_door_still_asks_for_the_link(site: Site, settings) -> None:
    settings.MAIL_IN_FOLDER = True
    assert Client().post(SIGNUP, FORM)["Location"] == SENT
    set_door(site, "invitation")
    assert log_in(Client(), "nora")["Location"] == SENT


def test_with_a_mail_server_an_invitation_saves_no_link(site: Site, alice: User) -> None:
    set_door(site, "invitation")
    code = joining.create_invitation(alice).code
    assert Client().post(SIGNUP, FORM | {"invitation": code})["Location"] == SENT
    assert log_in(Client(), "nora")["Location"] == SENT


def test_whose_address_somebody_gave_without_mail_has_the_account_once_mail_comes(
    client: Client, site: Site, alice: User, settings, mailoutbox
) -> None:
    settings.MAIL_IN_FOLDER = True
    set_door(site, "invitation")
    stranger = Client()
    stranger.post(SIGNUP, FORM | {"invitation": joining.create_invitation(alice).code})
    settings.MAIL_IN_FOLDER = False
    come_in_by_code(client, mailoutbox)
    assert (client.get("/settings").status_code, stranger.get("/settings").status_code) == (200, 302)


def test_a_closed_door(client: Client, site: Site) -> None:
    set_door(site, "closed")
    assert "The door is closed" in client.get(SIGNUP).text
    assert "The door is closed" in client.post(SIGNUP, FORM).text
    assert not User.objects.exists()


@pytest.mark.parametrize("login", ["alice", "@Alice", "alice@example.org", "ALICE@example.org"])
def test_logging_in_by_name_or_mail(client: Client, alice: User, login: str) -> None:
    assert log_in(client, login)["Location"] == "/"


def test_an_address_that_has_an_account_answers_like_one_that_has_none(site: Site, alice: User, mailoutbox) -> None:
    answers = [Client().post(SIGNUP, FORM | {"email": address}) for address in ("alice@example.org", "new@example.org")]
    assert [(answer.status_code, answer["Location"], answer.content) for answer in answers] == [(302, SENT, b"")] * 2
    assert [mail.subject for mail in mailoutbox] == [
        "Nordhof: You have an account already",
        "Nordhof: Confirm your address",
    ]


def test_a_reset_answers_the_same_for_everybody(site: Site, alice: User, mailoutbox) -> None:
    answers = [Client().post(RESET, {"email": address}) for address in ("alice@example.org", "new@example.org")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/accounts/password/reset/done/")}
    assert [mail.to for mail in mailoutbox] == [["alice@example.org"], ["new@example.org"]]


def test_a_wrong_password_answers_the_same_for_everybody(site: Site, alice: User) -> None:
    suspended = make.user("sven", is_active=False)
    pages = [
        re.sub(r'value="[^"]*"', "", log_in(Client(), name, "wrong password").text).replace(name, "")
        for name in ("alice", "nobody", suspended.username)
    ]
    assert pages[0] == pages[1] == pages[2]
    assert "That password does not fit this name" in pages[0]


def test_a_reset_link_works_once_and_ends_every_session(client: Client, site: Site, alice: User, mailoutbox) -> None:
    other = Client()
    log_in(other, "alice")
    client.post(RESET, {"email": "alice@example.org"})
    link = link_of(mailoutbox[0])
    form = client.get(link, follow=True)
    new = "a fresh long password"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert log_in(Client(), "alice", new).status_code == 302
    assert other.get("/settings").status_code == 302
    assert "This link is used up" in Client().get(link, follow=True).text


def test_mails_carry_the_configured_origin(site: Site, alice: User, mailoutbox, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    Client().post(RESET, {"email": "alice@example.org"}, headers={"host": "other.example"})
    assert "http://localhost:8000/accounts/password/reset/key/" in mailoutbox[0].body
    assert "other.example" not in mailoutbox[0].body


@pytest.mark.parametrize(
    "shape", [{"email": ["alice@example.org", "eve@evil.example"]}, {"email[]": "eve@evil.example"}]
)
def test_two_addresses_are_one(site: Site, alice: User, mailoutbox, shape: dict[str, object]) -> None:
    Client().post(RESET, {"email": "alice@example.org"} | shape)
    assert [len(mail.recipients()) for mail in mailoutbox] == [1]
    assert all("/key/" not in mail.body for mail in mailoutbox if mail.to != ["alice@example.org"])


def test_too_many_wrong_passwords_have_to_wait(site: Site, alice: User) -> None:
    answers = [log_in(Client(), "alice", f"wrong password {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 200 <= int(answers[-1]["Retry-After"]) <= 301
    assert log_in(Client(), "alice").status_code == 429


def test_a_suspended_person_is_told_after_the_right_password_only(
    client: Client, site: Site, alice: User, mod: User
) -> None:
    standing.suspend_person(mod, alice)
    assert "This account is closed now" in client.get("/accounts/inactive/").text
    log_in(client, "alice", "wrong password")
    assert "This account is closed now" in client.get("/accounts/inactive/").text
    log_in(client, "alice")
    assert "Your account is suspended" in client.get("/accounts/inactive/").text


def test_leaving_and_coming_back(client: Client, site: Site, alice: User) -> None:
    log_in(client, "alice")
    assert client.post("/settings/delete", {"sure": "on", "password": "wrong"}).status_code == 422
    assert client.post("/settings/delete", {"sure": "on", "password": make.PASSWORD})["Location"] == LOGIN
    assert User.objects.get().leaving_at - timezone.now() > timedelta(days=13)
    assert client.post("/accounts/keep")["Location"] == LOGIN
    assert not User.objects.get().is_active
    assert log_in(client, "alice")["Location"] == "/accounts/inactive/"
    assert "Keep my account" in client.get("/accounts/inactive/").text
    client.post("/accounts/keep")
    assert log_in(client, "alice")["Location"] == "/"


def test_an_account_erased_at_the_very_moment_cannot_be_kept(
    client: Client, site: Site, alice: User, monkeypatch
) -> None:
    standing.begin_leaving(alice)
    log_in(client, "alice")

    def too_late(person: User) -> None:
        User.objects.filter(pk=person.pk).delete()
        standing.stay(person)

    monkeypatch.setattr("accounts.views.door.stay", too_late)
    answer, wrong = (one.post("/accounts/keep") for one in (client, Client()))
    assert (answer.status_code, answer["Location"]) == (wrong.status_code, wrong["Location"]) == (302, LOGIN)
    assert "Your account stays" not in client.get(LOGIN).text


def test_the_last_owner_cannot_leave(client: Client, site: Site) -> None:
    client.force_login(make.owner())
    assert "the only one" in client.post("/settings/delete", {"sure": "on", "password": make.PASSWORD}).text
    assert User.objects.get().is_active


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        (SIGNUP, "username"),
        (SIGNUP, "email"),
        (SIGNUP, "password1"),
        (LOGIN, "login"),
        (LOGIN, "password"),
        (RESET, "email"),
        ("/accounts/login/code/", "email"),
        ("/accounts/2fa/webauthn/login/", "credential"),
    ],
)
def test_odd_values_get_a_sentence(client: Client, site: Site, path: str, field: str, odd: str) -> None:
    form = FORM if path == SIGNUP else {"login": "a", "password": "b"} if path == LOGIN else {}
    value = odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = client.post(path, form | {field: value})
    assert answer.status_code in {200, 302, 400}


@pytest.mark.parametrize(
    "credential", ["1", "[]", "{}", '{"id": "x"}', '{"rawId": 5}', '{"id":"QQ","rawId":"QQ","response":{}}']
)
def test_credentials_no_browser_makes_are_refused(client: Client, site: Site, credential: str) -> None:
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)


@pytest.mark.parametrize("path", [f"{LOGIN}?next=", f"{SIGNUP}?next="])
@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "http://localhost.evil.example"]
)
def test_after_the_door_nobody_is_led_elsewhere(
    client: Client, site: Site, alice: User, path: str, address: str
) -> None:
    answer = client.post(path + address, {"login": "alice", "password": make.PASSWORD, "next": address})
    assert "evil" not in answer.headers.get("Location", "/")


def test_another_address_counts_only_once_confirmed(client: Client, site: Site, alice: User, mailoutbox) -> None:
    log_in(client, "alice")
    client.post("/accounts/email/", {"action_add": "1", "email": "new@example.org"})
    assert User.objects.get().email == "alice@example.org"
    client.post(link_of(mailoutbox[0]))
    assert User.objects.get().email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("new@example.org", True)]


def test_a_guest_reads_who_invites(client: Client, site: Site, alice: User) -> None:
    code = joining.create_invitation(alice).code
    invites = [
        b"<b>alice</b> invites you to" in client.get(f"{SIGNUP}?invitation={one}").content
        for one in (code, "no", "%00")
    ]
    assert invites == [True, False, False]


def come_in_by_code(client: Client, mailoutbox, email: str = "nora@example.org"):
    client.post("/accounts/login/code/", {"email": email})
    code = re.search(r"^([A-Z0-9]{3,}(-[A-Z0-9]+)?)$", mailoutbox[-1].body, re.M)[1]
    return client.post("/accounts/login/code/confirm/", {"code": code}, follow=True)


def test_a_stranger_who_signed_up_with_my_address_is_out_once_i_come_in_by_code(
    client: Client, site: Site, mailoutbox
) -> None:
    Client().post(SIGNUP, FORM)
    assert "does not hold any more" in come_in_by_code(client, mailoutbox).text
    assert client.get("/settings").status_code == 200
    assert not User.objects.get().has_usable_password()
    assert log_in(Client(), "nora").status_code == 200


def offer(client: Client, email: str = "nora@example.org") -> None:
    """Sign in as alice, and ask for another address."""
    log_in(client, "alice")
    client.post("/accounts/email/", {"action_add": "1", "email": email})


@pytest.mark.parametrize("door", [RESET, "/accounts/login/code/"])
def test_an_address_that_somebody_offered_as_their_new_one_opens_nothing(
    client: Client, site: Site, alice: User, mailoutbox, door: str
) -> None:
    offer(client)
    Client().post(door, {"email": "nora@example.org"})
    assert [mail.subject for mail in mailoutbox] == [
        "Nordhof: Confirm your address",
        "Nordhof: No account with this address",
    ]
    Client().post(door, {"email": "alice@example.org"})
    assert mailoutbox[2].to == ["alice@example.org"]
    assert (client.get("/settings").status_code, User.objects.get().has_usable_password()) == (200, True)


def test_whose_address_somebody_offered_can_still_sign_up(client: Client, site: Site, alice: User, mailoutbox) -> None:
    offer(client)
    cache.clear()  # some minutes later
    nora = Client()
    assert nora.post(SIGNUP, FORM)["Location"] == SENT
    nora.post(link_of(mailoutbox[1]))
    assert nora.get("/settings").status_code == 200
    assert "Another account has confirmed this address" in client.get(link_of(mailoutbox[0])).text
    client.post(link_of(mailoutbox[0]))
    confirmed = EmailAddress.objects.filter(verified=True).values_list("email", "user__username")
    assert sorted(confirmed) == [("alice@example.org", "alice"), ("nora@example.org", "nora")]


def test_who_gets_the_mail_for_a_mistyped_address_cannot_confirm_it(
    client: Client, site: Site, alice: User, mailoutbox
) -> None:
    offer(client)
    link, stranger = link_of(mailoutbox[0]), Client()
    answer = stranger.post(link)
    assert answer["Location"] == f"{LOGIN}?next={link}"
    assert "Sign in as @alice" in stranger.get(answer["Location"]).text
    assert User.objects.get().email == "alice@example.org"
    stranger.post(answer["Location"], {"login": "alice", "password": make.PASSWORD})  # on her phone, it is she
    stranger.post(link)
    assert User.objects.get().email == "nora@example.org"


def test_a_second_factor_keeps_what_a_stranger_reaches_by_code(client: Client, site: Site, mailoutbox) -> None:
    nora = make.user("nora", verified=False)
    client.force_login(nora)
    Authenticator.objects.create(user=nora, type=Authenticator.Type.TOTP, data={"secret": "x"})
    stranger = Client()
    come_in_by_code(stranger, mailoutbox)
    assert (client.get("/settings").status_code, stranger.get("/settings").status_code) == (200, 302)
    assert User.objects.get().has_usable_password()


@pytest.mark.parametrize("typed", [SIGNUP, LOGIN])
def test_a_code_in_the_browser_that_knew_the_password_leaves_it(
    client: Client, site: Site, mailoutbox, typed: str
) -> None:
    (client if typed == SIGNUP else Client()).post(SIGNUP, FORM)
    if typed == LOGIN:
        log_in(client, "nora")
    come_in_by_code(client, mailoutbox)
    assert client.get("/settings").status_code == 200
    assert log_in(Client(), "nora")["Location"] == "/"


def test_a_code_for_an_address_of_old_leaves_the_password(client: Client, site: Site, alice: User, mailoutbox) -> None:
    come_in_by_code(client, mailoutbox, "alice@example.org")
    assert client.get("/settings").status_code == 200
    assert log_in(Client(), "alice")["Location"] == "/"
