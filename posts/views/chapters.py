"""Chapters of one's own sounds, edited as lines of text."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from media.models import Attachment, Kind, State
from media.services.chapters import set_chapters, write_chapters
from posts.models import Post
from posts.views.common import member, members_only


@require_http_methods(["GET", "POST"])
@members_only
def chapters(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the chapters of a sound to its owner, or keep what they made of them."""
    viewer = member(request)
    sounds = Attachment.objects.filter(owner=viewer, kind=Kind.AUDIO, state=State.READY)
    sound = get_object_or_404(sounds, pk=pk)
    post = Post.objects.visible_to(viewer).filter(post_attachments__attachment=sound).first()
    context = {"sound": sound, "post": post, "text": write_chapters(sound)}
    if request.method == "POST":
        text = request.POST.get("chapters", "")
        try:
            set_chapters(viewer, sound, text)
        except ValidationError as error:
            context |= {"text": text, "error": error.messages[0]}
            return render(request, "posts/chapters.html", context, status=422)
        return redirect(post.get_absolute_url() if post else "posts:compose")
    return render(request, "posts/chapters.html", context)
