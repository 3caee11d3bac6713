"""One space of parameters, however they come."""

import pytest
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from api.fields import Flag, Id, Limit, Many, Params, Text
from api.parameters import JsonParser, PairsParser, as_list, nest, read_pairs, read_parameters


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("id[]=1&id[]=2", {"id": ["1", "2"]}),
        ("id%5B%5D=1", {"id": ["1"]}),
        ("source[privacy]=direct", {"source": {"privacy": "direct"}}),
        ("poll[options][]=a&poll[options][]=b", {"poll": {"options": ["a", "b"]}}),
        ("f[0][name]=a&f[0][value]=b&f[1][name]=c", {"f": {"0": {"name": "a", "value": "b"}, "1": {"name": "c"}}}),
        ("k[][a]=1&k[][b]=2&k[][a]=3", {"k": [{"a": "1", "b": "2"}, {"a": "3"}]}),
        ("k[][a]=1&k[][a]=3&k[][b]=2", {"k": [{"a": "1"}, {"a": "3", "b": "2"}]}),
        ("data[alerts][mention]=true", {"data": {"alerts": {"mention": "true"}}}),
        ("a=1&a=2", {"a": "2"}),
        ("a[b=1", {"a[b": "1"}),
    ],
)
def test_brackets_nest_as_in_rack(query, tree):
    assert nest(read_pairs(query)) == tree


@pytest.mark.parametrize("query", ["a=1&a[]=2", "a[]=1&a[b]=2", "a" + "[b]" * 9 + "=1"])
def test_names_that_contradict_each_other_or_nest_too_deep_are_refused(query):
    with pytest.raises(ParseError):
        nest(read_pairs(query))


def request_of(method, address="/x", **how):
    request = getattr(APIRequestFactory(), method)(address, **how)
    return Request(request, parsers=[JsonParser(), PairsParser(), MultiPartParser()])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_address_form_and_json_mean_the_same(method):
    form = request_of(method, data="a[]=1&b=x", content_type="application/x-www-form-urlencoded")
    several = request_of(method, data={"a[]": ["1"], "b": "x"}, format="multipart")
    json = request_of(method, data={"a": ["1"], "b": "x", "gone": None}, format="json")
    address = request_of(method, "/x?a[]=1&b=x")
    assert [read_parameters(one) for one in (form, several, json, address)] == [{"a": ["1"], "b": "x"}] * 4


def test_the_body_wins_over_the_address():
    assert read_parameters(request_of("post", "/x?a=1&b=2", data={"a": "3"}, format="json")) == {"a": "3", "b": "2"}


def test_a_body_that_is_no_object_is_refused():
    with pytest.raises(ParseError):
        read_parameters(request_of("post", data=[1], format="json"))


class Given(Params):
    flag = Flag()
    text = Text()
    id = Id()
    ids = Many(child=Id())
    limit = Limit(20, 40)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({}, {"limit": 20}),
        ({"flag": "on", "text": " a ", "id": "12"}, {"flag": True, "text": " a ", "id": 12, "limit": 20}),
        ({"flag": "0", "limit": "0"}, {"flag": False, "limit": 20}),
        ({"flag": "", "text": "", "id": "", "limit": "99"}, {"text": "", "limit": 40}),
        ({"ids": "5"}, {"ids": [5], "limit": 20}),
        ({"ids": ["5", str(2**63), "x", "-1"]}, {"ids": [5, 0, 0, 0], "limit": 20}),
        ({"limit": "many"}, {"limit": 20}),
    ],
)
def test_values_are_read_leniently(given, taken):
    params = Given(data=given)
    assert params.is_valid(), params.errors
    assert dict(params.validated_data) == taken


@pytest.mark.parametrize("given", [{"text": "a\0b"}, {"text": "\ud800"}, {"text": {"a": 1}}, {"flag": "perhaps"}])
def test_what_cannot_be_is_refused(given):
    assert not Given(data=given).is_valid()


def test_a_dictionary_by_number_is_a_list():
    assert as_list({"0": "a", "10": "c", "2": "b"}) == ["a", "b", "c"]
