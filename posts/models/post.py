"""A post, and the one place that says who may see it.

A comment is a post with ``reply_to``; a share is a post with ``share_of``; a quote is a post with ``quote_of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.ids import TimedModel, moment_of
from media.models import Attachment
from posts.models.reactions import Bookmark, Like

TEXT_LENGTH = 5000
SPOILER_LENGTH = 200
ATTACHMENTS = 10


class Visibility(models.IntegerChoices):
    """Who a post is for."""

    PUBLIC = 0, _("Everybody")
    UNLISTED = 1, _("Everybody, but not in public timelines")
    FOLLOWERS = 2, _("Followers")
    DIRECT = 3, _("People mentioned")


class QuotePolicy(models.IntegerChoices):
    """Who may quote a post that everybody may read."""

    EVERYBODY = 0, _("Everybody may quote this")
    FOLLOWERS = 1, _("Only my followers may quote this")
    NOBODY = 2, _("Nobody may quote this")


class PostQuerySet(models.QuerySet["Post"]):
    """Questions about posts."""

    def visible_to(self, viewer: User | None) -> Self:
        """Posts that ``viewer`` may see; ``None`` is the public. Nothing else decides this.

        Comments are for whom the post they answer is for: ``audience`` is the person whose followers may read, and
        whoever the post at the top mentions reads the talk below it.
        A share is seen by those who may see both the share and the post it shares.
        """
        return self.standing().meant_for(viewer)

    def standing(self) -> Self:
        """Posts that are neither deleted nor hidden, by people who are active; the same for what a share shares."""
        return self.filter(deleted_at=None, hidden_at=None, author__is_active=True).filter(
            Q(share_of=None) | Q(share_of__deleted_at=None, share_of__hidden_at=None, share_of__author__is_active=True)
        )

    def meant_for(self, viewer: User | None) -> Self:
        """Posts for an audience that ``viewer`` belongs to, whether they still stand or not.

        On its own only for saying that something is gone to those who could see it.
        """
        public = Q(visibility__in=[Visibility.PUBLIC, Visibility.UNLISTED])
        if viewer is None:
            return self.filter(public)
        followers = Q(visibility=Visibility.FOLLOWERS) & (Q(audience=viewer) | Q(audience__in=viewer.following()))
        mentions = viewer.mentions.values("post")
        addressed = Q(pk__in=mentions) | Q(root__in=mentions)
        apart = viewer.apart_from()
        return (
            self.filter(public | Q(author=viewer) | followers | addressed)
            .exclude(author__in=apart)
            .exclude(audience__in=apart)
            .exclude(share_of__author__in=apart)
            .exclude(share_of__audience__in=apart)
        )

    def wanted_by(self, viewer: User | None) -> Self:
        """Leave out people the viewer has muted. A matter of taste: for timelines, never for access."""
        if viewer is None:
            return self
        muted = viewer.muting()
        return self.exclude(author__in=muted).exclude(share_of__author__in=muted)

    def for_display(self, viewer: User | None) -> Self:
        """The same posts, carrying all that a card shows; a fixed number of queries, however many cards."""
        subject = Coalesce(OuterRef("share_of"), OuterRef("pk"))
        thread = Coalesce(OuterRef("share_of__root"), OuterRef("share_of"), OuterRef("root"), OuterRef("pk"))
        mine = {
            "liked": Exists(Like.objects.filter(post=subject, user=viewer)),
            "bookmarked": Exists(Bookmark.objects.filter(post=subject, user=viewer)),
            "shared": Exists(Post.objects.filter(share_of=subject, author=viewer, deleted_at=None)),
            "pinned": Exists(_pins(viewer).filter(post=subject)),
            "muted": Exists(_thread_mutes(viewer).filter(root=thread)),
        }
        if viewer is None:
            mine = {name: models.Value(False) for name in mine}  # type: ignore[misc]
        files = Prefetch("post_attachments", PostAttachment.objects.select_related("attachment").order_by("position"))
        shared_files = Prefetch("share_of__post_attachments", files.queryset)
        quoted = Post.objects.visible_to(viewer).select_related("author__avatar")
        return (
            self.select_related("author__avatar", "share_of__author__avatar", "reply_to__author")
            .prefetch_related(
                files,
                shared_files,
                Prefetch("quote_of", quoted.prefetch_related(files)),
                Prefetch("share_of__quote_of", quoted.prefetch_related(files)),
                Prefetch("poll", _polls(viewer)),
                Prefetch("share_of__poll", _polls(viewer)),
            )
            .annotate(**mine)
        )

    def comments(self) -> Self:
        """Only comments."""
        return self.exclude(reply_to=None)

    def top_level(self) -> Self:
        """Posts and shares, no comments."""
        return self.filter(reply_to=None)

    def in_thread(self, root: Post) -> Self:
        """All comments under ``root``, at any depth."""
        return self.filter(root=root)

    def by(self, author: User) -> Self:
        """Posts, comments and shares of one person."""
        return self.filter(author=author)


class Post(TimedModel):
    """Something a person said, showed or passed on."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="posts",
        db_index=False,
        verbose_name=_("author"),
    )
    audience = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Whose followers may read a post for followers: the author, or the author of the thread's root."),
    )
    reply_to = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="replies",
        db_index=False,
        verbose_name=_("answer to"),
    )
    root = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="thread",
        db_index=False,
        verbose_name=_("top of the thread"),
    )
    share_of = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="shares",
        db_index=False,
        verbose_name=_("share of"),
    )
    quote_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="quotes", verbose_name=_("quote of")
    )

    text = models.TextField(_("text"), max_length=TEXT_LENGTH, blank=True)
    html = models.TextField(blank=True, editable=False)
    spoiler = models.CharField(_("content warning"), max_length=SPOILER_LENGTH, blank=True)
    is_sensitive = models.BooleanField(_("sensitive media"), default=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    visibility = models.PositiveSmallIntegerField(_("for"), choices=Visibility, default=Visibility.PUBLIC)

    has_poll = models.BooleanField(_("with a poll"), default=False, db_default=False, editable=False)
    quote_policy = models.PositiveSmallIntegerField(
        _("may be quoted by"), choices=QuotePolicy, default=QuotePolicy.EVERYBODY, db_default=0
    )
    quote_revoked_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When the author of the quoted post took the quote back.")
    )

    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    attachments = models.ManyToManyField(Attachment, through="PostAttachment", related_name="posts")
    attachments_count = models.PositiveSmallIntegerField(default=0, editable=False)
    likes_count = models.PositiveIntegerField(pgettext_lazy("noun", "likes"), default=0, editable=False)
    shares_count = models.PositiveIntegerField(pgettext_lazy("noun", "shares"), default=0, editable=False)
    quotes_count = models.PositiveIntegerField(pgettext_lazy("noun", "quotes"), default=0, db_default=0, editable=False)
    replies_count = models.PositiveIntegerField(default=0, editable=False, help_text=_("Direct answers."))
    comments_count = models.PositiveIntegerField(
        _("comments"), default=0, editable=False, help_text=_("All answers below, any depth.")
    )

    objects = PostQuerySet.as_manager()

    # Filled by ``for_display``.
    liked: bool
    bookmarked: bool
    shared: bool
    pinned: bool
    muted: bool

    # Filled by a timeline that shows a post once for several people who shared it.
    also_shared_by: Sequence[User] = ()

    # Filled by the reader's filters: folded under these names, media covered.
    folded_by: Sequence[str] = ()
    is_covered = False

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [
            models.Index(
                fields=["-id"], include=["author", "visibility"], condition=Q(reply_to=None), name="post_walk"
            ),
            models.Index(
                fields=["author", "-id"], include=["visibility"], condition=Q(reply_to=None), name="post_merge"
            ),
            models.Index(fields=["author", "-id"], name="post_by_author"),
            models.Index(fields=["author", "-id"], condition=Q(attachments_count__gt=0), name="post_media_by_author"),
            models.Index(fields=["root", "id"], condition=Q(root__isnull=False), name="post_thread"),
            models.Index(fields=["reply_to", "id"], condition=Q(reply_to__isnull=False), name="post_replies"),
            models.Index(fields=["share_of"], condition=Q(share_of__isnull=False), name="post_shares"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["share_of", "author"], condition=Q(share_of__isnull=False, deleted_at=None), name="share_once"
            ),
            models.CheckConstraint(
                condition=Q(reply_to=None, root=None) | Q(reply_to__isnull=False, root__isnull=False),
                name="comment_has_root",
            ),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="post_visibility_known"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the permanent address."""
        return f"/posts/{self.pk}"

    @property
    def created(self) -> datetime:
        """When it was written (UTC)."""
        return moment_of(self.pk)

    @property
    def subject(self) -> Post:
        """The post a card shows: the shared one for a share, else this one."""
        return self.share_of or self

    @property
    def is_comment(self) -> bool:
        """Whether this answers another post."""
        return self.reply_to_id is not None

    @property
    def is_gone(self) -> bool:
        """Whether only its place in a thread is left."""
        return bool(self.deleted_at or self.hidden_at)

    @property
    def thread_root_id(self) -> int:
        """The id of the post at the top of this thread."""
        return self.root_id or self.pk

    @cached_property
    def files(self) -> list[Attachment]:
        """The attachments in order; read after ``for_display``, or set by ``posts.display``."""
        return [row.attachment for row in self.post_attachments.all()]


class PostAttachment(models.Model):
    """A file's place in a post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="post_attachments")
    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, related_name="post_place", verbose_name=_("file")
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("file of a post")
        verbose_name_plural = _("files of posts")
        ordering = ["post", "position"]

    def __str__(self) -> str:
        return f"{self.post_id}[{self.position}]"


class PostEdit(TimedModel):
    """How a post read before an edit; its id says when that version was replaced."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="edits")
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    spoiler = models.CharField(_("content warning"), max_length=SPOILER_LENGTH, blank=True)
    is_sensitive = models.BooleanField(_("sensitive media"), default=False)
    files: Any = models.JSONField(default=list, help_text=_("[{id, description}] as they were."))
    poll: Any = models.JSONField(null=True, blank=True, help_text=_("The answers of the poll, as they were."))

    class Meta:
        verbose_name = _("former version")
        verbose_name_plural = _("former versions")

    def __str__(self) -> str:
        return f"{self.post_id} before {moment_of(self.pk):%Y-%m-%d %H:%M}"


# What is tied to a post is written down beside it, and names it: asked for by name.
def _polls(viewer: User | None) -> models.QuerySet[Any]:
    polls: models.QuerySet[Any] = apps.get_model("posts", "Poll").objects.for_display(viewer)
    return polls


def _pins(viewer: User | None) -> models.QuerySet[Any]:
    return apps.get_model("posts", "Pin")._default_manager.filter(user=viewer)


def _thread_mutes(viewer: User | None) -> models.QuerySet[Any]:
    return apps.get_model("posts", "ThreadMute")._default_manager.filter(user=viewer)
