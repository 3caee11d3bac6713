"""The reader's filters: the list, writing one, and filtering a single post."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from posts.filter_form import FilterForm
from posts.models import Filter, FilteredPost
from posts.services.filters import (
    add_post,
    change_filter,
    create_filter,
    delete_filter,
    remove_post,
    set_keywords,
)
from posts.views.common import id_in, member, members_only, visible_post

ADDRESS = "/settings/filters"


@require_GET
@members_only
def listed(request: HttpRequest) -> HttpResponse:
    """List the viewer's filters by name."""
    viewer = member(request)
    filters = Filter.objects.filter(owner=viewer).order_by("title", "pk").prefetch_related("keywords", "posts")
    return render(request, "posts/filters.html", {"viewer": viewer, "filters": filters})


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a filter down, or change one."""
    viewer = member(request)
    found = _own(viewer, pk) if pk is not None else None
    form = FilterForm(request.POST if request.method == "POST" else None, filter=found)
    if request.method == "POST" and form.is_valid():
        try:
            _save(viewer, form, found)
        except ValidationError as refused:
            for name, sentences in refused.message_dict.items():
                form.add_error(name if name in form.fields else "words", sentences)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(ADDRESS)
    context = {"viewer": viewer, "form": form, "filter": found}
    return render(request, "posts/filter.html", context, status=422 if form.errors else 200)


@require_POST
@members_only
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a filter."""
    viewer = member(request)
    delete_filter(viewer, _own(viewer, pk))
    messages.success(request, _("Deleted. What it held back is shown again."))
    return HttpResponseRedirect(ADDRESS)


@require_http_methods(["GET", "POST"])
@members_only
def filter_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the filter (``filter``) that shall catch this very post, or let go of it (``undo=1``)."""
    viewer = member(request)
    post = visible_post(viewer, pk).subject
    caught = FilteredPost.objects.filter(filter__owner=viewer, post=post)
    if request.method == "GET":
        filters = Filter.objects.filter(owner=viewer).order_by("title", "pk")
        held = set(caught.values_list("filter", flat=True))
        return render(
            request, "posts/filter_post.html", {"viewer": viewer, "post": post, "filters": filters, "held": held}
        )
    chosen = _own(viewer, id_in(request.POST.get("filter")) or 0)
    if request.POST.get("undo") == "1":
        for row in caught.filter(filter=chosen).select_related("filter"):
            remove_post(viewer, row)
    else:
        add_post(viewer, chosen, post)
    return HttpResponseRedirect(request.path)


def _own(viewer: User, pk: int) -> Filter:
    found = Filter.objects.filter(owner=viewer, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _save(viewer: User, form: FilterForm, found: Filter | None) -> None:
    if found is None:
        create_filter(viewer, **form.said(), keywords=form.keywords)
        return
    change_filter(viewer, found, **form.said())
    set_keywords(viewer, found, form.keywords)
