"""Writing: a new post, an answer, a quote; and changing what one wrote."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from core.ratelimit import RateLimited, check, wait_words
from media.uploads.quota import room_of, site_left_below
from posts.extras_form import ExtrasForm
from posts.forms import AUDIENCE_WORDS, PostForm
from posts.models import Post, ScheduledPost, Visibility
from posts.models.post import ATTACHMENTS, TEXT_LENGTH
from posts.permissions import can_comment, can_edit, can_quote
from posts.rendering import render_comment, shown_to
from posts.services.change import StaleEdit, edit_post
from posts.services.publish import publish_post
from posts.services.quotes import set_quote_policy
from posts.services.schedule import schedule_post
from posts.threads import DEPTH, PAGE
from posts.views.common import id_in, is_htmx, is_script, member, members_only, visible_post, wants_json
from posts.views.tray import Tray, read_tray, tray_of

_NAME = re.compile(r"@[A-Za-z0-9_]{1,30}")


@require_http_methods(["GET"])
@members_only
def compose(request: HttpRequest) -> HttpResponse:
    """Show an empty composer, with what it answers (``?reply_to=``) or quotes (``?quote=``).

    ``?to=people`` begins a message, ``?to=@name`` one to somebody.
    """
    viewer = member(request)
    reply_to = _target(viewer, id_in(request.GET.get("reply_to")), can_comment)
    quote_of = _target(viewer, id_in(request.GET.get("quote")), can_quote)
    to = _addressee(request)
    form = PostForm(
        initial={
            "text": _first_words(viewer, reply_to, to),
            "language": viewer.post_language or viewer.language or get_language(),
            "is_sensitive": viewer.post_sensitive,
            "visibility": Visibility.DIRECT if to else viewer.post_visibility,
            "reply_to": reply_to and reply_to.pk,
            "quote_of": quote_of and quote_of.pk,
        }
    )
    return show_composer(request, form, Tray(), extras=ExtrasForm(), reply_to=reply_to, quote_of=quote_of)


@require_POST
@members_only
def create(request: HttpRequest) -> HttpResponse:
    """Publish what the composer or a reply box hands in, or show it again with what is wrong."""
    viewer = member(request)
    form, extras = PostForm(request.POST), ExtrasForm(request.POST)
    reply_to = _target(viewer, _id_of(form, "reply_to"), can_comment)
    quote_of = _target(viewer, _id_of(form, "quote_of"), can_quote)
    tray = read_tray(request, viewer)
    if not _is_to_publish(request):
        return show_composer(request, form, tray, extras=extras, reply_to=reply_to, quote_of=quote_of)
    wait = 0
    if all([form.is_valid(), extras.is_valid(), tray.is_sound]):
        try:
            made = _publish(viewer, form, extras, tray, reply_to=reply_to, quote_of=quote_of)
            return _done(request, viewer, made, reply_to) if isinstance(made, Post) else _kept(request)
        except ValidationError as refused:
            tell(form, tray, refused, extras)
        except RateLimited as limit:
            if is_script(request):
                raise
            wait = limit.retry_after
            sentence = _("That was a lot at once. Try again in %(wait)s; your text is kept here.")
            form.add_error(None, sentence % {"wait": wait_words(wait)})
    status = 429 if wait else 422
    page = show_composer(request, form, tray, extras=extras, reply_to=reply_to, quote_of=quote_of, status=status)
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own post."""
    viewer = member(request)
    post = visible_post(viewer, pk)
    if not can_edit(viewer, post):
        raise PermissionDenied
    post = shown_to(viewer, pk)
    if request.method == "GET":
        return show_composer(request, _form_of(post), tray_of(post.files), extras=ExtrasForm(post=post), post=post)
    form, extras = PostForm(request.POST), ExtrasForm(request.POST, post=post)
    tray = read_tray(request, viewer, of=post)
    other = None
    if not _is_to_publish(request):
        return show_composer(request, form, tray, extras=extras, post=post)
    if all([form.is_valid(), extras.is_valid(), tray.is_sound]):
        try:
            _save(viewer, post, form, extras, tray)
        except StaleEdit as stale:
            other = post
            form.data = request.POST.copy()
            form.data["based_on"] = _mark_of(post)  # sending again is then meant
            form.add_error("text", stale)
        except ValidationError as refused:
            tell(form, tray, refused, extras)
        else:
            return _edited(request, viewer, post)
    return show_composer(request, form, tray, extras=extras, post=post, other=other, status=422)


def _target(viewer: User, pk: int | None, can: Callable[[User, Post], bool]) -> Post | None:
    """Return the post that is answered or quoted, ready for display; 404 for an unseen one, 403 where it may not be."""
    if pk is None:
        return None
    post = visible_post(viewer, pk).subject
    if not can(viewer, post):
        raise PermissionDenied
    return shown_to(viewer, post.pk)


def _id_of(form: PostForm, name: str) -> int | None:
    try:
        pk: int | None = form.fields[name].clean(form.data.get(name))
    except ValidationError:
        raise Http404 from None
    return pk


def _addressee(request: HttpRequest) -> str:
    """Return for whom a message is to be begun: ``people``, a name after an @, or nothing."""
    to = request.GET.get("to", "")
    return to if to == "people" or _NAME.fullmatch(to) else ""


def _first_words(viewer: User, reply_to: Post | None, to: str) -> str:
    """Address whom a message is for, or the author of the comment that is answered, unless that is oneself."""
    if to.startswith("@"):
        return f"{to} "
    if reply_to is None or not reply_to.is_comment or reply_to.author_id == viewer.pk:
        return ""
    return f"@{reply_to.author.username} "


def _is_to_publish(request: HttpRequest) -> bool:
    """Whether the button pressed was the one that publishes; the others add, move and remove files."""
    return request.POST.get("action", "publish") == "publish"


def _publish(
    viewer: User, form: PostForm, extras: ExtrasForm, tray: Tray, *, reply_to: Post | None, quote_of: Post | None
) -> Post | ScheduledPost:
    """Publish what was handed in, or keep it for the time that was chosen."""
    check("comment" if reply_to else "post", f"user:{viewer.pk}")
    said = {
        **form.said(),
        "attachments": tray.attachments,
        "reply_to": reply_to,
        "quote_of": quote_of,
        "visibility": form.cleaned_data["visibility"],
        "poll": extras.cleaned_data["poll"],
        "quote_policy": extras.cleaned_data["quote_policy"],
        "idempotency_key": str(form.cleaned_data["key"] or ""),
    }
    due = extras.cleaned_data["due"]
    return schedule_post(viewer, due=due, **said) if due else publish_post(viewer, **said)


def _save(viewer: User, post: Post, form: PostForm, extras: ExtrasForm, tray: Tray) -> None:
    edit_post(
        viewer,
        post,
        **form.said(),
        attachments=tray.attachments,
        poll=extras.cleaned_data["poll"],
        based_on=_version_in(form),
    )
    if extras.is_whole and extras.cleaned_data["quote_policy"] != post.quote_policy:
        set_quote_policy(viewer, post, extras.cleaned_data["quote_policy"])


def tell(form: PostForm, tray: Tray, refused: ValidationError, extras: ExtrasForm) -> None:
    """Put what a service refused beside the field it is about."""
    for name, sentences in refused.message_dict.items():
        if name == "attachments":
            tray.errors += sentences
        elif name in {"poll", "due"}:
            extras.errors[name] = extras.error_class(sentences)
        else:
            form.add_error(name if name in form.fields else None, sentences)


def _done(request: HttpRequest, viewer: User, post: Post, reply_to: Post | None) -> HttpResponse:
    """Answer a publication: with the comment itself for a script, else with the page it stands on."""
    if reply_to is None or not is_htmx(request):
        return HttpResponseRedirect(_address(post))
    level = id_in(request.POST.get("level")) or (2 if reply_to.is_comment else 1)
    try:
        comment = render_comment(post, viewer, get_token(request), level=min(level, DEPTH))
    except Post.DoesNotExist:  # sent again under its key, after it was deleted
        raise Http404 from None
    return HttpResponse(comment, status=201)


def _kept(request: HttpRequest) -> HttpResponse:
    """Answer with the list of posts to come, in which the new one now stands."""
    messages.success(request, _("It will be published by itself."))
    return HttpResponseRedirect("/scheduled")


def _address(post: Post) -> str:
    """Return where to read a new post: a comment in its thread, or on its own page where the thread is long."""
    root = post.root
    if root is None or root.comments_count >= PAGE:
        return post.get_absolute_url()
    return f"{root.get_absolute_url()}#post-{post.pk}"


def _edited(request: HttpRequest, viewer: User, post: Post) -> HttpResponse:
    if is_htmx(request):
        return HttpResponse(render_comment(post, viewer, get_token(request)))
    return HttpResponseRedirect(post.get_absolute_url())


def _form_of(post: Post) -> PostForm:
    said = {name: getattr(post, name) for name in ("text", "spoiler", "is_sensitive", "language", "visibility")}
    return PostForm(initial=said | {"based_on": _mark_of(post)})


def _mark_of(post: Post) -> str:
    """Return which version of a post an editor sees."""
    return post.edited_at.isoformat() if post.edited_at else ""


def _version_in(form: PostForm) -> datetime | None:
    """Return the mark that came back with the form; one that is none belongs to no version."""
    mark = form.cleaned_data["based_on"]
    try:
        return (parse_datetime(mark) or datetime.min) if mark else None
    except ValueError:
        return datetime.min


def show_composer(
    request: HttpRequest,
    form: PostForm,
    tray: Tray,
    *,
    extras: ExtrasForm,
    scheduled: ScheduledPost | None = None,
    post: Post | None = None,
    other: Post | None = None,
    reply_to: Post | None = None,
    quote_of: Post | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the composer: for a new post, for ``post`` or for one to come; ``other`` is the version saved meanwhile."""
    room = room_of(member(request))
    context: dict[str, Any] = {
        "viewer": member(request),
        "form": form,
        "tray": tray,
        "post": post,
        "other": other,
        "reply_to": reply_to,
        "quote_of": quote_of,
        "extras": extras,
        "scheduled": scheduled,
        "action": f"/posts/{post.pk}/edit" if post else f"/scheduled/{scheduled.pk}" if scheduled else "/posts",
        "max_files": ATTACHMENTS,
        "max_text": TEXT_LENGTH,
        "room": room,
        "site_left": site_left_below(room),
        "audience_words": AUDIENCE_WORDS,
    }
    if wants_json(request) and status != 200:
        sentences = [*_sentences(form), *_sentences(extras), *tray.errors]
        return JsonResponse({"error": " ".join(sentences)}, status=status)
    if post and post.is_comment and is_htmx(request):  # htmx shows no answer but those with status 200
        return render(request, "posts/_edit_comment.html", context)
    return render(request, "posts/compose.html", context, status=status)


def _sentences(form: PostForm | ExtrasForm) -> list[str]:
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]
