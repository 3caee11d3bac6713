"""Posts and what is tied to them, in the admin. Decisions about posts are added by ``moderation``.

Nobody reads here what was said to followers or to single people: only what everybody may read is listed.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.admin import ChoiceFilter, FactAdmin, SecretFactAdmin, WhenFilter, words
from core.text import excerpt
from posts import admin_extras  # noqa: F401  (registers the models it names)
from posts.models import (
    Bookmark,
    DescriptionProposal,
    Hashtag,
    Like,
    Mention,
    Post,
    PostAttachment,
    PostEdit,
    PostTag,
    Visibility,
)

EXCERPT = 90
OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


class FormFilter(ChoiceFilter):
    """Posts, comments, shares, quotes."""

    title = _("form")
    parameter_name = "form"
    conditions = {
        "post": (_("Posts"), Q(reply_to=None, share_of=None)),
        "comment": (_("Comments"), Q(reply_to__isnull=False)),
        "share": (_("Shares"), Q(share_of__isnull=False)),
        "quote": (_("Quotes"), Q(quote_of__isnull=False)),
        "media": (_("With files"), Q(attachments_count__gt=0)),
    }


class StateFilter(ChoiceFilter):
    """Standing, hidden, deleted, sensitive."""

    title = _("state")
    parameter_name = "state"
    conditions = {
        "shown": (_("Shown"), Q(hidden_at=None, deleted_at=None)),
        "hidden": (_("Hidden"), Q(hidden_at__isnull=False)),
        "deleted": (_("Deleted"), Q(deleted_at__isnull=False)),
        "sensitive": (_("Sensitive"), Q(is_sensitive=True)),
    }


class PostAdmin(FactAdmin):
    """Posts, comments and shares that everybody may read."""

    list_display = ["extract", "author", "sort", "state", "likes_count", "comments_count", "when"]
    list_display_links = ["extract"]
    list_filter = [StateFilter, FormFilter, "visibility", WhenFilter]
    list_select_related = ["author", "share_of"]
    search_fields = ["=id", "=author__username", "text"]
    search_help_text = _("Words of the text, a person's whole name, or a number.")
    fields = [
        "author",
        "sort",
        "state",
        "visibility",
        "language",
        "when",
        "edited_at",
        "likes_count",
        "shares_count",
        "comments_count",
        "reply_to",
        "root",
        "share_of",
        "quote_of",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """Return what everybody may read."""
        return super().get_queryset(request).filter(self.in_sight())

    def in_sight(self) -> Q:
        """Return which posts are looked at here."""
        return Q(visibility__in=OPEN)

    def title_of(self, row: Post) -> str:
        """Say whose post it is."""
        return gettext("Post by %(name)s") % {"name": row.author.name}

    @admin.display(description=_("post"))
    def extract(self, post: Post) -> str:
        """The first words."""
        said = excerpt(post.subject.html, EXCERPT)
        return said or (gettext("(files)") if post.subject.attachments_count else gettext("(empty)"))

    @admin.display(description=_("form"))
    def sort(self, post: Post) -> str:
        """What kind of post it is."""
        if post.share_of_id:
            return pgettext("noun", "Share")
        if post.is_comment:
            return gettext("Comment")
        return pgettext("noun", "Quote") if post.quote_of_id else gettext("Post")

    @admin.display(description=_("state"))
    def state(self, post: Post) -> SafeString:
        """What was done to it."""
        marks = [
            (post.hidden_at, gettext("Hidden")),
            (post.deleted_at, gettext("Deleted")),
            (post.is_sensitive, gettext("Sensitive")),
        ]
        return words([word for is_so, word in marks if is_so] or [gettext("Shown")])


admin.site.register(Post, PostAdmin)


@admin.register(Hashtag)
class HashtagAdmin(FactAdmin):
    """Words people gather under."""

    list_display = ["shown", "name", "created", "hidden_at"]
    search_fields = ["name"]


class OfPostAdmin(SecretFactAdmin):
    """Rows that belong to a post and to a person; the post is named by its number only."""

    list_display = ["user", "post_number", "when"]
    list_display_links = ["user"]
    list_select_related = ["user"]
    list_filter = [WhenFilter]
    search_fields = ["=user__username", "=post__id"]
    fields = ["user", "post_number", "when"]

    @admin.display(description=_("post"), ordering="post")
    def post_number(self, row: Any) -> str:
        """The number of the post."""
        return f"#{row.post_id}"


admin.site.register([Like, Bookmark, Mention], OfPostAdmin)


@admin.register(PostTag)
class PostTagAdmin(OfPostAdmin):
    """Which post carries which tag."""

    list_display = ["tag", "post_number"]
    list_display_links = ["tag"]
    list_select_related = ["tag"]
    list_filter = []
    search_fields = ["=tag__name", "=post__id"]
    fields = ["tag", "post_number"]


@admin.register(PostAttachment)
class PostAttachmentAdmin(OfPostAdmin):
    """Which file stands where."""

    list_display = ["attachment", "post_number", "position"]
    list_display_links = ["attachment"]
    list_select_related = ["attachment"]
    list_filter = []
    search_fields = ["=post__id", "=attachment__id"]
    fields = ["attachment", "post_number", "position"]


@admin.register(PostEdit)
class PostEditAdmin(OfPostAdmin):
    """Former versions of what everybody may read."""

    list_display = ["post_number", "extract", "when"]
    list_display_links = ["post_number"]
    list_select_related = []
    search_fields = ["=post__id"]
    fields = ["post_number", "spoiler", "text", "is_sensitive", "when"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PostEdit]:
        """Return versions of what everybody may read."""
        return super().get_queryset(request).filter(post__visibility__in=OPEN)

    @admin.display(description=_("it said"))
    def extract(self, edit: PostEdit) -> str:
        """The first words."""
        return excerpt(edit.html, EXCERPT)


@admin.register(DescriptionProposal)
class ProposalAdmin(SecretFactAdmin):
    """Descriptions that readers proposed."""

    list_display = ["proposer", "text", "state", "when"]
    list_display_links = ["proposer"]
    list_select_related = ["proposer"]
    list_filter = ["state", WhenFilter]
    search_fields = ["=proposer__username", "=post__id"]
    fields = ["proposer", "text", "state", "when"]
