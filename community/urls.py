"""Every address of the site."""

from django.contrib import admin
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("favicon.ico", lambda request: redirect(static("favicon.svg")), name="favicon"),
    path("language", set_language, name="set_language"),
    path("", include("feeds.urls")),
    path("", include("posts.urls")),
    path("", include("notifications.urls")),
    path("", include("moderation.urls")),
    path("", include("media.urls")),
    path("", include("api.urls")),
]

handler400 = "community.errors.bad_request"
handler403 = "community.errors.permission_denied"
handler404 = "community.errors.not_found"
handler429 = "community.errors.too_many_requests"
handler500 = "community.errors.server_error"
