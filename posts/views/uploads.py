"""Files sent ahead of the post they belong to: whole, as one request, and what became of those that came in parts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.http import one_file
from core.ratelimit import limited
from media.models import Attachment
from media.services.receive import receive_file
from posts.views.common import member, members_only
from posts.views.tray import Item


@require_POST
@members_only
@limited("upload")
def upload(request: HttpRequest) -> JsonResponse:
    """Store one file (``file``); answers 201 with its id and its row for the composer, or 422 with a sentence."""
    viewer = member(request)
    try:
        sent = one_file(request, "file")
        if sent is None:
            return JsonResponse({"error": _("No file arrived. Please add it again.")}, status=422)
        attachment = receive_file(viewer, sent)
    except ValidationError as refused:
        return JsonResponse({"error": refused.messages[0]}, status=422)
    row = render_to_string("posts/_item.html", {"item": Item(attachment)}, request)
    facts = {"id": str(attachment.pk), "name": attachment.name, "kind": attachment.kind, "state": attachment.state}
    return JsonResponse(facts | {"html": row}, status=201)


@require_GET
@members_only
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the row of one's own file for the composer."""
    file = get_object_or_404(Attachment, pk=pk, owner=member(request))
    return render(request, "posts/_item.html", {"item": Item(file)})


@require_GET
@members_only
def item_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far the work on one's own file is; once it is done, its picture comes along."""
    file = get_object_or_404(Attachment, pk=pk, owner=member(request))
    return render(request, "posts/_item_news.html", {"item": Item(file), "file": file, "oob": True})
