"""The contract of the client API: what is promised is there, and what decoders refuse is noticed."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest

from api import urls  # noqa: F401  (declares the endpoints)
from api.endpoint import ENDPOINTS
from api.schema import document
from tests import make
from tests.api.contract import breaches, endpoints, schemas

OURS = {(method.upper(), re.sub(r"\{\w+\}", "*", path)) for path, of in document()["paths"].items() for method in of}
# What is answered otherwise on purpose; docs/api.md says why.
OTHER_SCOPES = {
    ("GET", "/api/v1/accounts/lookup"),  # public, as the profile itself is
    ("DELETE", "/api/v1/suggestions/*"),  # changes something, so reading is not enough
}
OTHERS_ASK = {("POST", "/api/v1/statuses/*/translate")}


@pytest.mark.parametrize("tier", ["T0", "T1"])
def test_what_clients_need_is_there(tier):
    promised = {(one.method, one.path) for one in endpoints().values() if one.tier == tier}
    assert (promised - OURS, len(promised)) == (set(), {"T0": 39, "T1": 72}[tier])


# What the site does not have, by the beginning of each address or by endpoint: the table in docs/api.md.
LEFT_OUT = (
    r"\w+ /api/v1/admin/(canonical_email_blocks|domain_allows|domain_blocks|email_domain_blocks|ip_blocks)(/.+)?",
    r"POST /api/v1/admin/(dimensions|retention)", r"DELETE /api/v1/admin/accounts/\*",
    r"\w+ /api/v1/annual_reports(/.+)?", r"GET /api/v1_alpha/async_refreshes/\*", r"GET /api/v1/peers/search",
    r"POST /api/v1/collections", r"(PATCH|DELETE) /api/v1/collections/\*", r"\w+ /api/v1/collections/\*/items.*",
    r"GET /api/v1/instance/privacy_policy", r"GET /api/v1/instance/terms_of_service(/\*)?",
    r"\w+ /api/v2_alpha/notifications(/.+)?", r"GET /api/v1/timelines/link", r"GET /api/proofs",
    r"GET /api/v1/accounts/\*/identity_proofs",
)  # fmt: skip


def absent() -> list[tuple[str, str]]:
    return sorted(endpoints().keys() - OURS)


def test_what_else_is_left_out_is_known():
    names = [f"{method} {path}" for method, path in absent()]
    assert [name for name in names if not re.fullmatch("|".join(LEFT_OUT), name)] == []
    assert [pattern for pattern in LEFT_OUT if not any(re.fullmatch(pattern, name) for name in names)] == []


def test_what_is_left_out_is_not_there_whatever_the_method(api_as, mod, settings):
    settings.RATE_LIMITS = None
    api = api_as(mod)
    answers = {asked: api.ask(asked[0], asked[1].replace("*", "1")) for asked in absent()}
    assert {asked: answer.status_code for asked, answer in answers.items() if answer.status_code != 404} == {}
    assert {asked for asked, answer in answers.items() if "error" not in answer.json()} == set()


def test_scopes_are_those_of_the_contract():
    ours = {(one.method, "/" + re.sub(r"<[^>]*>", "*", one.path)): one for one in ENDPOINTS}
    promised = {at: one for at, one in endpoints().items() if at in ours and one.tier in {"T0", "T1", "T2", "T3"}}
    wrong = {at for at, one in promised.items() if not covered(one.scopes - {"-"}, ours[at].scopes)}
    assert wrong == OTHER_SCOPES
    assert {at for at, one in promised.items() if one.who == "app" and ours[at].who == "person"} == OTHERS_ASK


def covered(promised, declared) -> bool:
    """Whether each scope that ought to open an endpoint does: by its name, or by the first word of it."""
    return all(any(ours == scope or ours.startswith(f"{scope}:") for ours in declared) for scope in promised)


# --- the checker ------------------------------------------------------------------------------------------------------
def test_a_null_that_breaks_a_client_is_noticed(api, alice):
    status = api("GET", f"/api/v1/statuses/{make.post(alice, text='x').pk}")
    path = f"/api/v1/statuses/{status['id']}"
    assert breaches("GET", path, 200, status) == []
    assert breaches("GET", path, 200, {**status, "content": None}) == ['content: null is not of type "string"']
    assert breaches("GET", path, 200, {**status, "edited_at": None, "card": None}) == []


@pytest.mark.parametrize(
    ("entity", "attribute", "value"),
    [
        ("Account", "created_at", "2026-12-01T00:00:00Z"), ("Account", "created_at", "2026-12-01T00:00:00.123456Z"),
        ("Account", "avatar", ""), ("Account", "id", 7), ("Account", "url", None), ("Account", "roles", None),
        ("Account", "emojis", None), ("Status", "visibility", "limited"), ("Status", "favourited", None),
        ("WebPushSubscription", "id", "7"), ("Role", "permissions", 16), ("ShownFilter", "filter_action", "blur"),
        ("MediaAttachment", "blurhash", ""), ("ReadyAttachment", "url", None), ("List", "replies_policy", None),
    ],
)  # fmt: skip
def test_what_decoders_refuse_is_not_in_the_schema(entity, attribute, value):
    schema = {**schemas()[entity]["properties"][attribute], "$defs": schemas()}
    assert not jsonschema_rs.is_valid(schema, value)


def test_every_row_can_be_missed_and_noticed():
    """No entity of the tables is empty, and each attribute that has to be there is asked for."""
    rows = {name: (len(one["properties"]), len(one["required"])) for name, one in schemas().items()}
    assert min(known for known, _needed in rows.values()) > 0
    assert (len(rows), sum(needed for _known, needed in rows.values()) > 400) == (len(schemas()), True)


def test_errors_are_objects_with_a_sentence():
    assert breaches("GET", "/api/v1/lists", 404, {"error": "Record not found"}) == []
    assert all(breaches("GET", "/api/v1/lists", 422, bad) for bad in ({"error": {"a": "b"}}, {}, ["x"], {"error": ""}))
