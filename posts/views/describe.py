"""Describing what others show: readers propose, the author takes it or not."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.ratelimit import limited
from posts.models.proposals import DESCRIPTION_LENGTH
from posts.permissions import can_edit, can_propose
from posts.rendering import shown_to
from posts.services.propose import answer_descriptions, proposals_for, propose_descriptions
from posts.views.common import id_in, member, members_only, safe_back, visible_post
from posts.views.tray import Item


@require_http_methods(["GET", "POST"])
@members_only
@limited("propose")
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Show readers a form for each file of a post, and its author what was proposed; POST proposes."""
    viewer = member(request)
    post = visible_post(viewer, pk).subject
    may_propose, may_answer = can_propose(viewer, post), can_edit(viewer, post)
    if not may_propose and not (may_answer and request.method == "GET"):
        raise PermissionDenied
    post = shown_to(viewer, post.pk)
    error, typed = "", {file.pk: request.POST.get(f"description_{file.pk}", "") for file in post.files}
    if request.method == "POST":
        try:
            if propose_descriptions(viewer, post, typed):
                messages.success(request, _("Thank you. The author of the post decides now."))
                return HttpResponseRedirect(post.get_absolute_url())
            error = _("Describe at least one of the files.")
        except ValidationError as refused:
            error = refused.messages[0]
    context = {
        "viewer": viewer,
        "post": post,
        "files": [{"file": file, "item": Item(file), "typed": typed[file.pk]} for file in post.files],
        "proposals": [
            {"row": proposal, "file": proposal.attachment, "item": Item(proposal.attachment)}
            for proposal in (proposals_for(viewer, post) if may_answer else [])
        ],
        "may_answer": may_answer,
        "error": error,
        "max_length": DESCRIPTION_LENGTH,
    }
    return render(request, "posts/describe.html", context, status=422 if error else 200)


@require_POST
@members_only
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what ``proposer`` proposed (``answer=accept``), or do not."""
    viewer = member(request)
    post = visible_post(viewer, pk)
    proposer = id_in(request.POST.get("proposer"))
    if proposer is None:
        raise Http404
    accepts = request.POST.get("answer") == "accept"
    count = answer_descriptions(viewer, post, proposer, accepts=accepts)
    if count and accepts:
        messages.success(request, ngettext("The description stands.", "The descriptions stand.", count))
    return HttpResponseRedirect(safe_back(request, post.get_absolute_url()))
