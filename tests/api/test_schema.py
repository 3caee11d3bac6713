"""The published description: whole, valid, and true of what is there."""

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import uploads
from api.described import DESCRIBED
from api.endpoint import ENDPOINTS
from api.oauth import urls as oauth
from api.schema import document
from live.dialect.streams import PREFIX
from live.routing import stream_patterns
from tests import make


def test_it_is_valid():
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_nothing_in_it_was_guessed(capsys):
    """Two types of one name, or what cannot be described, would only be a warning."""
    document.cache_clear()
    document()
    assert capsys.readouterr().err == ""


def test_every_endpoint_is_in_it():
    described = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    declared = {(one.method, "/" + _braced(one.path)) for one in ENDPOINTS}
    elsewhere = {(one.method, one.path) for one in DESCRIBED}
    assert declared | elsewhere == described
    assert declared & elsewhere == set()


def test_what_is_answered_elsewhere_is_in_it():
    shown = {pattern.pattern._route for pattern in oauth.urlpatterns if str(pattern.pattern).startswith("oauth/")}
    addresses = {f"/{route}" for route in shown if not route.endswith("/")} | stream_patterns.keys()
    parts = {"/" + _braced(path): set(methods) for path, methods in uploads.METHODS.items()}
    assert {one.path for one in DESCRIBED} == addresses | {PREFIX.rstrip("/")} | set(parts)
    assert {path: {one.method for one in DESCRIBED if one.path == path} for path in parts} == parts


def test_files_in_parts_are_described_by_their_headers():
    begin = document()["paths"]["/api/polylog/v1/uploads/tus"]["post"]
    go_on = document()["paths"]["/api/polylog/v1/uploads/tus/{key}"]["patch"]
    assert [one["name"] for one in begin["parameters"] if one["required"]] == ["Tus-Resumable"]
    needed = [(one["in"], one["name"]) for one in go_on["parameters"] if one["required"]]
    assert needed == [("path", "key"), ("header", "Tus-Resumable"), ("header", "Upload-Offset")]
    assert list(go_on["requestBody"]["content"]) == ["application/offset+octet-stream"]
    assert set(begin["responses"]["201"]["headers"]) >= {"Location", "Upload-Offset"}


def test_every_answer_is_of_a_known_type():
    unknown = [
        (path, method)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        for answer in operation["responses"].values()
        if {} in [content["schema"] for content in answer.get("content", {}).values()]
    ]
    assert unknown == []


@pytest.mark.parametrize(("kind", "inner"), [("Instance", "Configuration"), ("InstanceV1", "ConfigurationV1")])
def test_what_a_site_takes_is_described_to_the_last_number(kind, inner):
    schemas = document()["components"]["schemas"]
    assert schemas[kind]["properties"]["configuration"] == {"$ref": f"#/components/schemas/{inner}"}
    limits = schemas[inner]["properties"]["polls"]["$ref"].rpartition("/")[2]
    assert schemas[limits]["properties"]["max_options"] == {"type": "integer"}


def test_it_is_served_and_can_be_read(api, db):
    assert api("GET", "/api/openapi.json")["openapi"] == "3.1.0"
    make.owner()  # until there is one, every page leads to the form that makes them
    page = Client().get("/docs/api")
    assert (page.status_code, b"/api/v1/timelines/home" in page.content) == (200, True)


def _braced(path):
    return "/".join(
        "{" + segment.strip("<>").rpartition(":")[2] + "}" if segment.startswith("<") else segment
        for segment in path.split("/")
    )
