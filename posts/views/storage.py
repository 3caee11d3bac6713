"""What one's own files take, what there is room for, and how to make some; films that were given up."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.ids import MAX_ID
from core.ratelimit import check
from media.models import Upload
from media.services.remove import discard_attachment
from media.uploads.services import MOST_OPEN, end_upload
from media.video.queue import request_conversion
from posts.storage import given_up_films, storage_of, unused_file
from posts.views.common import member, members_only


@require_http_methods(["GET", "POST"])
@members_only
def storage(request: HttpRequest) -> HttpResponse:
    """Show what one's files take; POST ``discard`` (a file in no post) or ``end`` (an upload) makes room.

    POST ``again`` has the qualities of a film made that were given up.
    """
    viewer = member(request)
    if request.method == "POST":
        if "again" in request.POST:
            _try_again(viewer, _id(request.POST["again"]))
        else:
            _make_room(request, viewer)
        return HttpResponseRedirect(request.path)
    return render(request, "posts/storage.html", {"viewer": viewer, **vars(storage_of(viewer))})


def _make_room(request: HttpRequest, viewer: User) -> None:
    """Do what a button says: only to one's own, and to no file that stands in a post."""
    if keys := request.POST.getlist("end"):
        for key in keys[:MOST_OPEN]:
            end_upload(get_object_or_404(Upload, owner=viewer, key=key[:32]))
    elif pk := _id(request.POST.get("discard", "")):
        file = unused_file(viewer, pk)
        if file is None:
            raise Http404
        discard_attachment(viewer, file)


def _try_again(viewer: User, pk: int) -> None:
    check("upload", f"user:{viewer.pk}")
    request_conversion(get_object_or_404(given_up_films(viewer), pk=pk).attachment)


def _id(said: str) -> int:
    """Return the number of a file that a button names; 0 is none."""
    return min(int(said[:19]), MAX_ID) if said.isascii() and said.isdecimal() else 0
