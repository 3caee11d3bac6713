"""Polls, pins, posts to come, messages, tags and filters in the admin: that they are there, never what they say."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import SecretFactAdmin, WhenFilter
from posts.models import (
    Ballot,
    Conversation,
    FeaturedTag,
    Filter,
    FilteredPost,
    FilterKeyword,
    FilterVersion,
    Message,
    Participation,
    Pin,
    Poll,
    PollOption,
    ScheduledFile,
    ScheduledPost,
    TagDay,
    TagFollow,
    ThreadMute,
)


class NumberedAdmin(SecretFactAdmin):
    """Rows that are told by numbers."""

    @admin.display(description=_("post"))
    def post_number(self, row: Any) -> str:
        """The number of the post."""
        return f"#{row.root_id if isinstance(row, ThreadMute) else row.post_id}"

    @admin.display(description=_("number"), ordering="pk")
    def number(self, row: Any) -> str:
        """The number of the row."""
        return f"#{row.pk}"

    def title_of(self, row: Any) -> str:
        """Say its number."""
        return self.number(row)


@admin.register(Poll)
class PollAdmin(NumberedAdmin):
    """Which posts ask."""

    list_display = ["number", "post_number", "voters_count", "ends_at", "is_multiple", "hides_totals"]
    list_filter = [WhenFilter]
    search_fields = ["=post__id"]
    fields = ["post_number", "voters_count", "ends_at", "is_multiple", "hides_totals", "closed_at", "when"]


@admin.register(PollOption)
class PollOptionAdmin(NumberedAdmin):
    """How often each answer was chosen."""

    list_display = ["number", "position", "votes_count"]
    search_fields = ["=poll__post__id"]
    fields = ["position", "votes_count"]


class OfPersonAdmin(NumberedAdmin):
    """Rows that belong to a person."""

    list_display = ["user", "when"]
    list_display_links = ["user"]
    list_select_related = ["user"]
    list_filter = [WhenFilter]
    search_fields = ["=user__username"]
    fields = ["user", "when"]


admin.site.register([Ballot], OfPersonAdmin)


class MarkOnPostAdmin(OfPersonAdmin):
    """What somebody did with a post."""

    list_display = ["user", "post_number", "when"]
    fields = ["user", "post_number", "when"]


admin.site.register([Pin, ThreadMute], MarkOnPostAdmin)


class OfTagAdmin(OfPersonAdmin):
    """What somebody did with a tag."""

    list_display = ["user", "tag", "when"]
    list_select_related = ["user", "tag"]
    search_fields = ["=user__username", "=tag__name"]
    fields = ["user", "tag", "when"]


admin.site.register([TagFollow, FeaturedTag], OfTagAdmin)


@admin.register(TagDay)
class TagDayAdmin(NumberedAdmin):
    """How much tags were used."""

    list_display = ["tag", "day", "uses", "people"]
    list_select_related = ["tag"]
    search_fields = ["=tag__name"]
    fields = ["tag", "day", "uses", "people"]


@admin.register(ScheduledPost)
class ScheduledPostAdmin(NumberedAdmin):
    """Who has posts waiting."""

    list_display = ["author", "due", "when"]
    list_display_links = ["author"]
    list_select_related = ["author"]
    search_fields = ["=author__username"]
    fields = ["author", "due", "problem", "when"]


@admin.register(ScheduledFile)
class ScheduledFileAdmin(NumberedAdmin):
    """Which files wait."""

    list_display = ["number", "attachment", "position"]
    list_select_related = ["attachment"]
    search_fields = ["=attachment__id"]
    fields = ["attachment", "position"]


@admin.register(Conversation)
class ConversationAdmin(NumberedAdmin):
    """That people talk."""

    list_display = ["number", "when"]
    fields = ["number", "when"]


@admin.register(Participation)
class ParticipationAdmin(OfPersonAdmin):
    """Who takes part."""

    list_display = ["user", "is_unread", "is_put_away", "when"]
    fields = ["user", "is_unread", "is_put_away", "when"]


@admin.register(Message)
class MessageAdmin(NumberedAdmin):
    """Which posts belong to a conversation."""

    list_display = ["number", "post_number"]
    search_fields = ["=post__id"]
    fields = ["post_number"]


@admin.register(Filter)
class FilterAdmin(NumberedAdmin):
    """Who filters."""

    list_display = ["owner", "action", "expires_at", "when"]
    list_display_links = ["owner"]
    list_select_related = ["owner"]
    search_fields = ["=owner__username"]
    fields = ["owner", "action", "expires_at", "when"]


@admin.register(FilterVersion)
class FilterVersionAdmin(NumberedAdmin):
    """When somebody's filters changed."""

    list_display = ["owner", "value"]
    list_select_related = ["owner"]
    search_fields = ["=owner__username"]
    fields = ["owner", "value"]


@admin.register(FilterKeyword)
class FilterKeywordAdmin(NumberedAdmin):
    """How many words are filtered."""

    list_display = ["number", "whole_word", "when"]
    fields = ["whole_word", "when"]


@admin.register(FilteredPost)
class FilteredPostAdmin(NumberedAdmin):
    """Which posts are filtered."""

    list_display = ["number", "post_number", "when"]
    search_fields = ["=post__id"]
    fields = ["post_number", "when"]
