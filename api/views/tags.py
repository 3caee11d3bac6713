"""Tags: looking them up, following them, showing them on one's page."""

from __future__ import annotations

from django.http import Http404

from api.answers import Paged
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.status import Status
from api.entities.tag import FeaturedTagEntity, Tag, featured_tag_of, tags_of
from api.fields import Flag, Limit, Many, Params, Text
from api.paging import Page20, Page100, page_of, paged, span_of, take
from api.views.common import get_person, page_of_posts
from core.text import tag_name
from feeds.timelines import tagged_ids
from posts.models import FeaturedTag, Hashtag, TagFollow
from posts.services import tags as services
from posts.tags import featured_tags, find_tag, suggest_tags


class TaggedPage(Page20):  # type: ignore[misc, valid-type]
    """A page of public posts that carry a tag."""

    limit = Limit(20, 40)
    any = Many(child=Text(), max_length=20, help_text="Or one of these tags.")
    all = Many(child=Text(), max_length=20, help_text="And each of these tags.")
    none = Many(child=Text(), max_length=20, help_text="And none of these tags.")
    local = Flag()
    remote = Flag()
    only_media = Flag()


class Name(Params):
    """A tag."""

    name = Text(required=True)


@endpoint("GET", "api/v1/timelines/tag/<str:name>", "read:statuses", who=PUBLIC, takes=TaggedPage, gives=list[Status])
def timeline(call: Call, name: str) -> Paged:
    """Public posts that carry a tag, newest first."""
    said, span = call.params, span_of(call.params)
    tag = find_tag(name)
    others = {which: _keys(said.get(which, [])) for which in ("any", "all", "none")}
    if said.get("remote") or len(others["all"]) < len(set(map(tag_name, said.get("all", [])))):
        return Paged([])
    wanted = ([tag.pk] if tag else []) + others["any"]
    if not wanted:
        return Paged([])
    ids = take(
        span,
        lambda cursor, count: tagged_ids(
            wanted,
            call.viewer,
            cursor,
            count,
            and_all=others["all"],
            and_none=others["none"],
            only_media=said.get("only_media", False),
        ),
    )
    return page_of_posts(ids, call.viewer, span)


@endpoint("GET", "api/v1/tags/<str:name>", "read", who=PUBLIC, gives=Tag)
def show(call: Call, name: str) -> Tag:
    """One tag, whether anybody has used it yet or not."""
    return tags_of([find_tag(name) or _unused(name)], call.viewer)[0]


@endpoint("POST", "api/v1/tags/<str:name>/follow", "write:follows", gives=Tag)
def follow(call: Call, name: str) -> Tag:
    """Bring public posts with this tag into the person's home timeline."""
    return tags_of([services.follow_tag(call.person, name)], call.person)[0]


@endpoint("POST", "api/v1/tags/<str:name>/unfollow", "write:follows", gives=Tag)
def unfollow(call: Call, name: str) -> Tag:
    """No longer bring them."""
    services.unfollow_tag(call.person, name)
    return show(call, name)


@endpoint("POST", "api/v1/tags/<str:name>/feature", "write:accounts", gives=Tag)
def feature(call: Call, name: str) -> Tag:
    """Show a tag on the person's page."""
    return tags_of([services.feature_tag(call.person, name).tag], call.person)[0]


@endpoint("POST", "api/v1/tags/<str:name>/unfeature", "write:accounts", gives=Tag)
def unfeature(call: Call, name: str) -> Tag:
    """Show a tag no more."""
    tag = find_tag(name)
    featured = FeaturedTag.objects.filter(user=call.person, tag=tag).first() if tag else None
    if featured:
        services.unfeature_tag(call.person, featured.tag.name)
    return show(call, name)


@endpoint("GET", "api/v1/followed_tags", "read:follows", takes=Page100, gives=list[Tag])
def followed(call: Call) -> Paged:
    """Tags the person follows, last chosen first."""
    span = span_of(call.params)
    rows = page_of(TagFollow.objects.filter(user=call.person, tag__hidden_at=None).select_related("tag"), span)
    return paged(tags_of([row.tag for row in rows], call.person), [row.pk for row in rows], span)


@endpoint("GET", "api/v1/accounts/<id:pk>/featured_tags", "read:accounts", who=PUBLIC, gives=list[FeaturedTagEntity])
def featured_by(call: Call, pk: int) -> list[FeaturedTagEntity]:
    """Tags somebody shows on their page."""
    return [featured_tag_of(row) for row in featured_tags(get_person(pk, call.viewer))]


@endpoint("GET", "api/v1/featured_tags", "read:accounts", gives=list[FeaturedTagEntity])
def featured(call: Call) -> list[FeaturedTagEntity]:
    """Tags the person shows on their page."""
    return [featured_tag_of(row) for row in featured_tags(call.person)]


@endpoint("POST", "api/v1/featured_tags", "write:accounts", takes=Name, gives=FeaturedTagEntity)
def feature_by_name(call: Call) -> FeaturedTagEntity:
    """Show a tag on the person's page."""
    row = services.feature_tag(call.person, call.params["name"])
    return next(featured_tag_of(one) for one in featured_tags(call.person) if one.pk == row.pk)


@endpoint("DELETE", "api/v1/featured_tags/<id:pk>", "write:accounts")
def unfeature_by_id(call: Call, pk: int) -> dict[str, str]:
    """Show a tag no more."""
    row = FeaturedTag.objects.filter(user=call.person, pk=pk).first()
    if row is None:
        raise Http404
    services.unfeature_tag(call.person, row.tag.name)
    return {}


@endpoint("GET", "api/v1/featured_tags/suggestions", "read:accounts", gives=list[Tag])
def suggestions(call: Call) -> list[Tag]:
    """Tags the person uses most and does not show yet."""
    return tags_of(suggest_tags(call.person), call.person)


def _keys(names: list[str]) -> list[int]:
    """Return the keys of the tags with these names, of those there are."""
    wanted = {tag_name(name) for name in names} - {None}
    return list(Hashtag.objects.filter(name__in=wanted, hidden_at=None).values_list("pk", flat=True))


def _unused(name: str) -> Hashtag:
    """Return a tag that nobody has used; Http404 for what cannot be one, and for one that was taken away."""
    folded = tag_name(name)
    if not folded or Hashtag.objects.filter(name=folded).exists():
        raise Http404
    return Hashtag(name=folded, shown=folded)
