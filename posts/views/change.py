"""Deleting, bringing back, and the history of edits."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.http import viewer_of
from posts.history import versions_of
from posts.models import Post
from posts.permissions import can_restore
from posts.services.change import delete_post, restore_post
from posts.views.common import is_script, member, members_only, visible_post


@require_POST
@members_only
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the actor's own post away; answers with the way to bring it back."""
    viewer = member(request)
    post = visible_post(viewer, pk)
    delete_post(viewer, post)
    address = f"{post.get_absolute_url()}/restore"
    if is_script(request):
        return JsonResponse({"id": str(post.pk), "restore": address})
    return HttpResponseRedirect(address)


@require_http_methods(["GET", "POST"])
@members_only
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer (GET) and bring back (POST) a post deleted within the hour; there is nothing here for anybody else."""
    viewer = member(request)
    post = Post.objects.by(viewer).filter(pk=pk).first()
    if post is None or not can_restore(viewer, post):
        raise Http404
    if request.method == "GET":
        return render(request, "posts/deleted.html", {"post": post})
    restore_post(viewer, post)
    if is_script(request):
        return JsonResponse({"id": str(post.pk)})
    messages.success(request, _("It is back."))
    return HttpResponseRedirect(post.subject.get_absolute_url())


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every version of a post and what changed from each to the next."""
    post = visible_post(viewer_of(request), pk)
    return render(request, "posts/history.html", {"post": post, "versions": versions_of(post)})
