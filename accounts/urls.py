"""Addresses of this room. Those under /accounts/ stand before allauth's and take its place."""

from django.urls import path, register_converter
from django.views.generic import RedirectView

from accounts import converters
from accounts.views import door, invitations, leaving, person, preferences, security, setup, site, ties
from accounts.views import settings as own

register_converter(converters.NameConverter, "name")

app_name = "accounts"
urlpatterns = [
    path("setup", setup.setup, name="setup"),
    path("about", site.about, name="about"),
    path("rules", site.rules, name="rules"),
    path("theme.css", site.theme, name="theme"),
    path("preferences/theme", preferences.theme, name="set_theme"),
    # ties
    path("@<name:name>/follow", ties.follow, name="follow"),
    path("@<name:name>/block", ties.block, name="block"),
    path("@<name:name>/mute", ties.mute, name="mute"),
    path("@<name:name>/remove-follower", ties.remove_follower, name="remove_follower"),
    path("@<name:name>/you", person.you_and, name="you_and"),
    path("@<name:name>/dismiss", ties.dismiss, name="dismiss"),
    path("@<name:name>/follow-request", ties.answer_request, name="answer_request"),
    path("follow-requests", ties.follow_requests, name="follow_requests"),
    # settings
    path("settings", own.profile, name="settings"),
    path("settings/pictures/<str:place>", own.picture, name="picture"),
    path("settings/account", own.account, name="settings_account"),
    path("settings/name", own.rename, name="settings_name"),
    path("settings/privacy", own.privacy, name="settings_privacy"),
    path("settings/apart", own.apart, name="settings_apart"),
    path("settings/security", security.overview, name="settings_security"),
    path("settings/sessions", security.sessions, name="settings_sessions"),
    path("settings/sessions/end", security.end_sessions, name="end_sessions"),
    path("settings/invitations", invitations.invitations, name="settings_invitations"),
    path("settings/invitations/<id:pk>/revoke", invitations.revoke, name="revoke_invitation"),
    path("settings/delete", leaving.leave, name="settings_delete"),
    # the door
    path("join/<slug:code>", door.join, name="join"),
    path("accounts/signup/", door.signup, name="signup"),
    path("accounts/password/reset/", door.reset_password, name="reset_password"),
    path("accounts/inactive/", door.turned_away, name="turned_away"),
    path("accounts/keep", door.keep_account, name="keep_account"),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:settings_sessions")),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="accounts:settings_security")),
]
