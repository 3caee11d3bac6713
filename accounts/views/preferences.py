"""How the site looks, for everybody, signed in or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.http import back
from accounts.models import User
from accounts.services.profile import change_preferences
from core.http import viewer_of

THEME_COOKIE = "theme"
YEAR = 31_536_000


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark or as the device has it."""
    wanted = request.POST.get("theme", "")
    chosen = wanted if wanted in User.Theme.values else User.Theme.AUTO.value
    viewer = viewer_of(request)
    response = back(request, "/")
    if viewer is not None:
        change_preferences(viewer, theme=chosen)
    else:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response
