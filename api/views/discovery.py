"""Documents at known addresses, by which programs find out what this site is."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict
from xml.sax.saxutils import quoteattr

from django.http import Http404, HttpResponse

from accounts.models import Site, User
from accounts.services.presence import active_people
from accounts.site import current_site
from api.answers import json_response
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.forms import address
from api.errors import Refused
from api.fields import Params, Text
from api.views.accounts import local_name
from core.text import excerpt
from core.version import VERSION
from posts.display import get_visible
from posts.models import Post, Visibility

WEB_FINGER = "/.well-known/webfinger?resource={uri}"
DAY = 86_400
JRD = "application/jrd+json"
XRD = "application/xrd+xml"
PLAIN = "text/plain; charset=utf-8"


class Link(TypedDict):
    """Where something else is."""

    rel: str
    href: str
    type: NotRequired[str]


class Links(TypedDict):
    """Where nodeinfo is, in which version."""

    links: list[Link]


class Software(TypedDict):
    """What this runs on."""

    name: str
    version: str


class Services(TypedDict):
    """Other kinds of networks that are read, and written to."""

    inbound: list[str]
    outbound: list[str]


class Users(TypedDict):
    """How many people there are, and were here lately."""

    total: int
    activeMonth: int
    activeHalfyear: int


class Usage(TypedDict):
    """How much is going on."""

    users: Users
    localPosts: int


class NodeInfo(TypedDict):
    """The site in the words of nodeinfo 2.0."""

    version: Literal["2.0"]
    software: Software
    protocols: list[str]
    services: Services
    usage: Usage
    openRegistrations: bool
    metadata: dict[str, str]


class WebFinger(TypedDict):
    """Somebody, and where they are."""

    subject: str
    aliases: list[str]
    links: list[Link]


class Embed(TypedDict):
    """A post to be shown as a link."""

    type: Literal["link"]
    version: Literal["1.0"]
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    cache_age: int


class Resource(Params):
    """Who is looked for."""

    resource = Text(required=True, help_text="``acct:name@host``, or the address of a profile.")


class Embedded(Params):
    """What is to be shown elsewhere."""

    url = Text(required=True)
    maxwidth = Text()
    maxheight = Text()


@endpoint("GET", ".well-known/nodeinfo", who=PUBLIC, gives=Links)
def nodeinfo_links(call: Call) -> Links:
    """Where nodeinfo is."""
    return {"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": address("/nodeinfo/2.0")}]}


@endpoint("GET", "nodeinfo/2.0", who=PUBLIC, gives=NodeInfo)
def nodeinfo(call: Call) -> NodeInfo:
    """What software this is, and how much is going on (nodeinfo 2.0)."""
    return {
        "version": "2.0",
        "software": {"name": "polylog", "version": VERSION},
        "protocols": [],
        "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]},
        "usage": {
            "users": {
                "total": User.objects.filter(is_active=True).count(),
                "activeMonth": active_people(30),
                "activeHalfyear": active_people(180),
            },
            "localPosts": Post.objects.standing().top_level().count(),
        },
        "openRegistrations": current_site().door == Site.Door.OPEN,
        "metadata": {},
    }


@endpoint("GET", ".well-known/webfinger", who=PUBLIC, takes=Resource, gives=WebFinger, media_type=JRD)
def web_finger(call: Call) -> HttpResponse:
    """Who goes by a name (RFC 7033)."""
    person = _person(call.params["resource"])
    profile = address(person.get_absolute_url())
    found: WebFinger = {
        "subject": f"acct:{person.username}@{address('').partition('://')[2]}",
        "aliases": [profile],
        "links": [{"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": profile}],
    }
    response = json_response(found)
    response.headers["Content-Type"] = f"{JRD}; charset=utf-8"
    return response


@endpoint("GET", ".well-known/host-meta", who=PUBLIC, gives=str, media_type=XRD)
def host_meta(call: Call) -> HttpResponse:
    """Where names are looked up (RFC 6415)."""
    template = quoteattr(address(WEB_FINGER))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template={template}/>\n</XRD>\n'
    )
    return HttpResponse(body, content_type=f"{XRD}; charset=utf-8")


@endpoint("GET", "health", who=PUBLIC, gives=str, media_type="text/plain")
def health(call: Call) -> HttpResponse:
    """Whether the site is there: the bare word, which is what clients compare; an object for who asks for JSON."""
    asked = call.request.headers.get("Accept", "")
    return json_response({"status": "OK"}) if "json" in asked else HttpResponse("OK", content_type=PLAIN)


@endpoint("GET", "api/oembed", who=PUBLIC, takes=Embedded, gives=Embed)
def oembed(call: Call) -> Embed:
    """A public post as a link to be shown elsewhere (oEmbed 1.0); pages of this site stand in no frame."""
    last = call.params["url"].rstrip("/").rpartition("/")[2]
    post = get_visible(int(last), None) if last.isascii() and last.isdigit() and len(last) <= 18 else None
    if post is None or post.visibility != Visibility.PUBLIC:
        raise Http404
    return {
        "type": "link",
        "version": "1.0",
        "title": post.spoiler or excerpt(post.html, 120),
        "author_name": post.author.name,
        "author_url": address(post.author.get_absolute_url()),
        "provider_name": current_site().name,
        "provider_url": address("/"),
        "cache_age": DAY,
    }


def _person(resource: str) -> User:
    scheme, _, rest = resource.partition(":")
    name = local_name(rest) if scheme == "acct" else local_name(resource.rpartition("/@")[2])
    if scheme not in {"acct", "http", "https"} or not rest:
        raise Refused(400, "resource must be an address of somebody")
    person: User | None = User.objects.visible_to(None).filter(username=name or "").first()
    if person is None:
        raise Http404
    return person
