"""The site's own words, and the two numbers that tint it."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Rule, Site, User
from accounts.site import current_site
from core.text import render_post

YEAR = 31_536_000


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this place is, who looks after it, how to join."""
    site = current_site()
    keepers = User.objects.visible_to(None).filter(is_staff=True).for_display().order_by("pk")[:12]
    context = {
        "words": _render(site.about),
        "keepers": keepers,
        "people": User.objects.filter(is_active=True).count(),
        "door": site.door,
        "doors": Site.Door,
    }
    return render(request, "accounts/about.html", context)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The house rules: by number, and in the owner's words."""
    context = {"rules": Rule.objects.in_force(), "words": _render(current_site().rules)}
    return render(request, "accounts/rules.html", context)


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The site's accent as a style sheet; an address that names the accent may be kept for ever."""
    site = current_site()
    hue, chroma = site.accent_hue % 361, min(max(site.accent_chroma, 0.0), 0.15)
    response = HttpResponse(f":root{{--accent-h:{hue:d};--accent-c:{chroma:.3f}}}\n", content_type="text/css")
    is_current = request.GET.get("v") == f"{site.accent_hue}-{site.accent_chroma}"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_current else "public, max-age=60"
    return response


@lru_cache(maxsize=8)
def _render(text: str) -> str:
    return render_post(text).html
