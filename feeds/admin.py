"""Lists and reading marks in the admin: that they are there, never whom they name or what they are called."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import FactAdmin, SecretFactAdmin, WhenFilter
from feeds.models import ListMember, Marker, PeopleList, PodcastCard


class OfOwnerAdmin(SecretFactAdmin):
    """Rows of one person, told by their numbers."""

    list_display = ["owner", "number", "when"]
    list_display_links = ["number"]
    list_select_related = ["owner"]
    list_filter = [WhenFilter]
    search_fields = ["=owner__username"]
    fields = ["owner", "number", "when"]

    @admin.display(description=_("number"), ordering="pk")
    def number(self, row: Any) -> str:
        """The number of the row."""
        return f"#{row.pk}"

    def title_of(self, row: Any) -> str:
        """Say its number."""
        return self.number(row)


admin.site.register(PeopleList, OfOwnerAdmin)


@admin.register(ListMember)
class ListMemberAdmin(OfOwnerAdmin):
    """How many people are on lists."""

    list_display = ["number", "when"]
    list_select_related = []
    search_fields = ["=list__id"]
    fields = ["number", "when"]


@admin.register(Marker)
class MarkerAdmin(OfOwnerAdmin):
    """Who reads on which timeline."""

    list_display = ["user", "timeline", "updated_at"]
    list_display_links = ["user"]
    list_select_related = ["user"]
    search_fields = ["=user__username"]
    fields = ["user", "timeline", "updated_at"]


@admin.register(PodcastCard)
class PodcastCardAdmin(FactAdmin):
    """What podcasts are called; everybody may read it."""

    list_display = ["person", "title", "category", "language", "is_explicit"]
    list_select_related = ["person"]
    list_filter = ["is_explicit", "category"]
    search_fields = ["=person__username", "title"]
    fields = ["person", "title", "description", "category", "language", "is_explicit"]
