"""The first visit: whoever comes first names the place and owns it."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms.setup import SetupForm
from accounts.middleware import is_set_up
from accounts.services.joining import AlreadySetUp, set_up_site


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Ask for the owner's account and the site's name; gone as soon as there is an owner."""
    if is_set_up(request):
        if request.method == "POST":
            return HttpResponseRedirect("/")  # the same form sent twice
        raise Http404
    form = SetupForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        return _set_up(request, form)
    return render(request, "accounts/setup.html", {"form": form}, status=422 if form.errors else 200)


def _set_up(request: HttpRequest, form: SetupForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        owner = set_up_site(
            username=data["username"],
            email=data["email"],
            password=data["password"],
            name=data["site_name"],
            tagline=data["tagline"],
            language=data["language"],
            door=data["door"],
        )
    except AlreadySetUp:
        return HttpResponseRedirect("/")
    response: HttpResponse = perform_login(request, owner, email_verification="none", redirect_url="/")
    return response
