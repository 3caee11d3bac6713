"""People and what belongs to them, in the admin. Decisions about people are added by ``moderation``."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.db.models import CharField, Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    ActiveCount,
    Block,
    DismissedSuggestion,
    Endorsement,
    Follow,
    FollowRequest,
    FormerName,
    Invitation,
    Mute,
    PersonNote,
    Rule,
    Site,
    User,
)
from accounts.services.site import change_site, save_rule
from core.admin import ChoiceFilter, FactAdmin, HouseAdmin, SecretFactAdmin, WhenFilter
from core.display import avatar

admin.site.unregister([EmailAddress, Authenticator, UserSession])

STANDINGS = {
    "waiting": (_("Waiting for approval"), Q(approved_at=None)),
    "suspended": (_("Suspended"), Q(suspended_at__isnull=False)),
    "limited": (_("Limited"), Q(limited_at__isnull=False, suspended_at=None)),
    "leaving": (_("Leaving"), Q(leaving_at__isnull=False)),
    "active": (_("Active"), Q(is_active=True)),
}


class StandingFilter(ChoiceFilter):
    """People by whether they may act and be seen."""

    title = _("standing")
    parameter_name = "standing"
    conditions = STANDINGS


class SortFilter(ChoiceFilter):
    """People by what they are here."""

    title = _("what they are")
    parameter_name = "sort"
    conditions = {
        "staff": (_("Moderators and owners"), Q(is_staff=True)),
        "locked": (_("Decide who follows them"), Q(is_locked=True)),
        "bot": (_("Bots"), Q(is_bot=True)),
    }


def standing_of(person: User) -> str:
    """Return one word about a person's standing."""
    if person.suspended_at:
        return str(STANDINGS["suspended"][0])
    if person.approved_at is None:
        return str(STANDINGS["waiting"][0])
    if person.leaving_at:
        return str(STANDINGS["leaving"][0])
    return str(STANDINGS["limited" if person.limited_at else "active"][0])


class PersonAdmin(FactAdmin):
    """People: facts only. Their mail address is shown to the owner alone."""

    list_display = ["face", "username", "display_name", "standing", "followers_count", "posts_count", "when"]
    list_display_links = ["username"]
    list_filter = [StandingFilter, SortFilter, WhenFilter]
    list_select_related = ["avatar"]
    search_fields = ["=id", "username", "display_name"]
    facts = (
        None,
        {"fields": ["username", "display_name", "words", "standing", "when", "last_login", "language", "wish"]},
    )
    numbers = (
        _("Numbers"),
        {"fields": ["posts_count", "followers_count", "following_count", "chooses", "program", "helps"]},
    )
    dates = (_("Dates"), {"fields": ["approved_at", "limited_at", "suspended_at", "leaving_at"]})
    private = (_("For the owner"), {"fields": ["email", "groups", "is_superuser", "auth_epoch"]})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what the owner alone may know to the owner alone."""
        common = [self.facts, self.numbers, self.dates]
        return [*common, self.private] if request.user.is_superuser else common

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Search by name; the owner also by mail."""
        return [*self.search_fields, "email"] if request.user.is_superuser else self.search_fields

    @admin.display(description=_("picture"))
    def face(self, person: User) -> SafeString:
        """The picture."""
        return avatar(person, "s")

    # What the forms of people say to themselves ("About you"), said about them.
    @admin.display(description=_("about themselves"))
    def words(self, person: User) -> str:
        """Who they say they are."""
        return person.bio or "–"

    @admin.display(description=_("why they want to join"))
    def wish(self, person: User) -> str:
        """What they wrote at the door."""
        return person.join_reason or "–"

    @admin.display(description=_("decides who follows"), boolean=True)
    def chooses(self, person: User) -> bool:
        """Whether they let in who follows them."""
        return person.is_locked

    @admin.display(description=_("is a bot"), boolean=True)
    def program(self, person: User) -> bool:
        """Whether a program writes there."""
        return person.is_bot

    @admin.display(description=_("moderates"), boolean=True)
    def helps(self, person: User) -> bool:
        """Whether they may come in here."""
        return person.is_staff

    @admin.display(description=_("standing"))
    def standing(self, person: User) -> SafeString:
        """One word, as a badge."""
        quiet = "" if person.is_active and not person.limited_at else " warn"
        return format_html('<span class="badge{}">{}</span>', quiet, standing_of(person))


admin.site.register(User, PersonAdmin)


@admin.register(Site)
class SiteAdmin(HouseAdmin):
    """The settings of the community."""

    list_display = ["name", "door", "language", "members_may_invite"]
    fieldsets = [
        (None, {"fields": ["name", "tagline", "about", "rules", "language"]}),
        (_("The door"), {"fields": ["door", "members_may_invite"]}),
        (_("Look"), {"fields": ["accent_hue", "accent_chroma"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return request.user.is_superuser and not Site.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one."""
        return False

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: bool) -> None:
        """Save it as everybody does who runs the site."""
        change_site(cast("User", request.user), **form.cleaned_data)


@admin.register(Rule)
class RuleAdmin(HouseAdmin):
    """The house rules by number. A rule that reports may name is put out of force, not deleted."""

    list_display = ["text", "position", "is_in_force"]
    list_filter = ["is_in_force"]
    ordering = ["position", "pk"]
    search_fields = ["text"]
    fields = ["text", "hint", "position", "is_in_force"]
    formfield_overrides = {CharField: {"widget": forms.Textarea(attrs={"rows": 3})}}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No: reports name it."""
        return False

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        """Save it as everybody does who writes rules."""
        save_rule(cast("User", request.user), obj)


@admin.register(ActiveCount)
class ActiveCountAdmin(FactAdmin):
    """How many people were here, day by day and week by week."""

    list_display = ["start", "span", "people"]
    list_filter = ["span"]
    ordering = ["-start"]


@admin.register(Invitation)
class InvitationAdmin(SecretFactAdmin):
    """Invitations; the code itself is known to who made it. Deleting one closes it."""

    list_display = ["created", "inviter", "note", "uses_left", "expires"]
    list_select_related = ["inviter"]
    search_fields = ["inviter__username", "note"]
    fields = ["inviter", "note", "uses_left", "expires", "created"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The owner may close one."""
        return self.has_view_permission(request, obj)


@admin.register(Follow, FollowRequest)
class TieAdmin(SecretFactAdmin):
    """Who follows whom, or would like to."""

    list_display = ["follower", "followee", "when"]
    list_display_links = ["follower", "followee"]
    list_select_related = ["follower", "followee"]
    list_filter = [WhenFilter]
    search_fields = ["follower__username", "followee__username"]


@admin.register(Block)
class BlockAdmin(SecretFactAdmin):
    """Who parted from whom."""

    list_display = ["blocker", "blocked", "when"]
    list_select_related = ["blocker", "blocked"]
    list_filter = [WhenFilter]
    search_fields = ["blocker__username", "blocked__username"]


@admin.register(Mute)
class MuteAdmin(SecretFactAdmin):
    """Who does not read whom."""

    list_display = ["muter", "muted", "until", "when"]
    list_select_related = ["muter", "muted"]
    list_filter = [WhenFilter]
    search_fields = ["muter__username", "muted__username"]


@admin.register(PersonNote)
class PersonNoteAdmin(SecretFactAdmin):
    """That somebody wrote a note about somebody; never what it says."""

    list_display = ["author", "about", "when"]
    list_select_related = ["author", "about"]
    list_filter = [WhenFilter]
    search_fields = ["author__username", "about__username"]
    fields = ["author", "about", "when"]


@admin.register(Endorsement)
class EndorsementAdmin(SecretFactAdmin):
    """Who recommends whom."""

    list_display = ["endorser", "endorsed", "when"]
    list_select_related = ["endorser", "endorsed"]
    list_filter = [WhenFilter]
    search_fields = ["endorser__username", "endorsed__username"]


@admin.register(DismissedSuggestion)
class DismissedSuggestionAdmin(SecretFactAdmin):
    """Whom people do not want to be shown again."""

    list_display = ["viewer", "person", "when"]
    list_select_related = ["viewer", "person"]
    list_filter = [WhenFilter]
    search_fields = ["viewer__username", "person__username"]


@admin.register(FormerName)
class FormerNameAdmin(SecretFactAdmin):
    """Names people gave up, which stay theirs."""

    list_display = ["name", "person"]
    list_select_related = ["person"]
    search_fields = ["=name", "person__username"]
    fields = ["name", "person"]


@admin.register(EmailAddress)
class EmailAddressAdmin(SecretFactAdmin):
    """Mail addresses and whether they are confirmed."""

    called = _("Mail addresses")
    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["verified", "primary"]
    list_select_related = ["user"]
    search_fields = ["=email", "user__username"]


@admin.register(Authenticator)
class AuthenticatorAdmin(SecretFactAdmin):
    """Second factors: that they exist, never their secrets."""

    called = _("Second factors")
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
    fields = ["user", "type", "created_at", "last_used_at"]


@admin.register(UserSession)
class UserSessionAdmin(SecretFactAdmin):
    """Where people are signed in, without the key that signs them in."""

    called = _("Sessions")
    list_display = ["user", "last_seen_at", "ip", "user_agent"]
    list_select_related = ["user"]
    search_fields = ["user__username", "=ip"]
    fields = ["user", "created_at", "last_seen_at", "ip", "user_agent"]
