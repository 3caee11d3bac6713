"""Lists of people: all of them, the timeline of one, changing it, and which a person is on."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from core.pagination import read_cursor
from feeds.list_form import ListForm
from feeds.lists import get_list, lists_of, lists_with, members_of, read_list
from feeds.models import PeopleList
from feeds.people import get_person, with_relations
from feeds.services.lists import add_to_list, change_list, create_list, delete_list, remove_from_list
from feeds.views.timelines import show_posts
from posts.models import Context


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """Show the viewer's lists, and make another."""
    viewer = signed_in(request)
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("feeds:list_edit", create_list(viewer, **form.cleaned_data).pk)
        except ValidationError as refused:
            form.add_error("title", refused.messages[0])
    context = {"viewer": viewer, "lists": lists_of(viewer), "form": form}
    return render(request, "feeds/lists.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """What the people on a list say."""
    viewer = signed_in(request)
    people = _own(viewer, pk)
    return show_posts(
        request, "feeds/list.html", read_list(people, viewer, read_cursor(request.GET)), {"list": people}, Context.HOME
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a list is called and shows, and see who is on it."""
    viewer = signed_in(request)
    people = _own(viewer, pk)
    said = {name: getattr(people, name) for name in ("title", "replies_policy", "is_exclusive")}
    form = ListForm(request.POST if request.method == "POST" else None, initial=said)
    if request.method == "POST" and form.is_valid():
        change_list(viewer, people, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("feeds:list", people.pk)
    page = members_of(people, viewer, read_cursor(request.GET))
    context = {"viewer": viewer, "list": people, "form": form, "page": page, "here": request.path}
    context |= {"rows": with_relations(page.items, viewer)}
    return render(request, "feeds/list_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a list."""
    viewer = signed_in(request)
    delete_list(viewer, _own(viewer, pk))
    messages.success(request, _("The list is deleted."))
    return redirect("feeds:lists")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, username: str) -> HttpResponse:
    """Say which of the viewer's lists a person is on (``list``, as often as there are), and change it."""
    viewer = signed_in(request)
    person = get_person(username, viewer)
    own, before = list(lists_of(viewer)), set(lists_with(viewer, person))
    if request.method == "POST":
        chosen = set(request.POST.getlist("list"))
        try:
            _place(viewer, person, own, {str(people.pk) for people in own} & chosen)
        except (ValidationError, PermissionDenied) as refused:
            words = refused.messages[0] if isinstance(refused, ValidationError) else _("That is not possible.")
            messages.error(request, words)
            return redirect("feeds:person_lists", person.username)
        messages.success(request, _("Saved."))
        return redirect(person.get_absolute_url())
    return render(request, "feeds/person_lists.html", {"viewer": viewer, "person": person, "lists": own, "on": before})


def _place(viewer: User, person: User, own: list[PeopleList], chosen: set[str]) -> None:
    for people in own:
        if str(people.pk) in chosen:
            add_to_list(viewer, people, [person])
        else:
            remove_from_list(viewer, people, [person])


def _own(viewer: User, pk: int) -> PeopleList:
    people = get_list(viewer, pk)
    if people is None:
        raise Http404
    return people
