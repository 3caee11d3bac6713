"""The tree of comments under a post: who answers whom, how much of it a page shows, and how much is left.

The shape of a thread is read first (ids only), then the posts that will be shown: the number of queries does not
depend on the number of comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import pairwise

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import moment_of
from core.prepared import Prepared, person_at
from posts.display import get_cards
from posts.models import Post

PAGE = 60
DEPTH = 8  # deeper answers open as a page of their own
CONVERSATION = 1000  # answers given to a program at once
CONTEXT = 2  # comments shown above one that has a page of its own


class Order(models.TextChoices):
    """How the comments right under a post are sorted; answers to comments keep the order of the talk."""

    OLDEST = "oldest", _("Oldest first")
    NEWEST = "newest", _("Newest first")
    LIKED = "liked", _("Most liked")


@dataclass(frozen=True)
class Gone:
    """The empty place of a comment that the reader may not see, kept because of the answers below it."""

    pk: int
    is_gone: bool = True
    author: None = None
    attachments_count: int = 0


@dataclass
class Node:
    """A comment in its place. ``more`` counts comments below it that ``replies`` leave out."""

    pk: int
    depth: int
    replies: list[Node] = field(default_factory=list)
    more: int = 0
    is_focus: bool = False
    post: Post | Gone = field(init=False)

    @property
    def last(self) -> int | None:
        """The id after which the answers go on that are not shown."""
        return self.replies[-1].pk if self.replies else None


@dataclass
class Thread:
    """What a page shows of a conversation; ``root`` is ``None`` where the reader may not see the post on top."""

    root_id: int
    root: Post | None = None
    nodes: list[Node] = field(default_factory=list)
    more: int = 0
    total: int = 0
    above: int = 0
    voices: int = 0
    first_reply: timedelta | None = None

    @property
    def last(self) -> int | None:
        """The id after which the list goes on."""
        return self.nodes[-1].pk if self.nodes else None

    @property
    def faces(self) -> list[User]:
        """The people on the page, in the order they appear, each once."""
        posts = [node.post for node in walk(self.nodes)]
        people = [post.author for post in [self.root, *posts] if isinstance(post, Post)]
        return list({person.pk: person for person in people}.values())


def load_thread(root_id: int, viewer: User | None, *, order: str = Order.OLDEST, size: int = PAGE) -> Thread:
    """Return the first ``size`` comments under a post in the order of the tree."""
    shape = _Shape(root_id, viewer, order)
    picker = _Picker(shape, size)
    thread = shape.thread()
    thread.nodes, thread.more = picker.below(root_id, 1)
    return _fill(thread, viewer)


def load_part(
    parent: Post, viewer: User | None, *, after: int | None, order: str = Order.OLDEST, level: int = 1, size: int = PAGE
) -> Thread:
    """Return what comes after the answer ``after`` among the answers to ``parent``, which may be a comment."""
    shape = _Shape(parent.thread_root_id, viewer, order)
    thread = shape.thread()
    thread.nodes, thread.more = _Picker(shape, size).below(parent.pk, level, after)
    return _fill(thread, viewer, with_root=False)


def load_context(comment: Post, viewer: User | None, *, size: int = PAGE) -> Thread:
    """Return a comment with what it answers above it (the nearest two) and its answers below it."""
    shape = _Shape(comment.thread_root_id, viewer, Order.OLDEST)
    thread = shape.thread()
    path = shape.path(comment.pk)
    shown = path[-CONTEXT - 1 :]
    thread.above = len(path) - len(shown)
    nodes = [Node(pk, depth) for depth, pk in enumerate(shown, 1)]
    for upper, lower in pairwise(nodes):
        upper.replies = [lower]
    focus = nodes[-1]
    focus.is_focus = True
    focus.replies, focus.more = _Picker(shape, size).below(comment.pk, len(shown) + 1)
    thread.nodes = nodes[:1]
    return _fill(thread, viewer)


def conversation_around(post: Post, viewer: User | None, *, limit: int = CONVERSATION) -> tuple[list[int], list[int]]:
    """Return the ids of what ``post`` answers, from the top down, and of the answers below it, parents first.

    Only what the viewer may see, and of the answers only the first ``limit``.
    """
    shape = _Shape(post.thread_root_id, viewer, Order.OLDEST)
    path = [shape.root_id, *shape.path(post.pk)[:-1]] if post.is_comment else []
    above = [pk for pk in path if pk == shape.root_id or pk in shape.rows]
    below, stack = list[int](), shape.sorted_below(post.pk)[::-1]
    while stack and len(below) < limit:
        pk = stack.pop()
        below += [pk] if pk in shape.rows else []
        stack += shape.sorted_below(pk)[::-1]
    return above, below


def single(comment: Post, depth: int = 1) -> Node:
    """Return a comment just written (from ``for_display``) as a node without answers."""
    node = Node(comment.pk, depth)
    node.post = comment
    return node


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield every node of a tree, parents before their answers."""
    for node in nodes:
        yield node
        yield from walk(node.replies)


@cache
def _shape_query(is_anonymous: bool) -> Prepared:
    def build(*places: int) -> models.QuerySet[Post, tuple[int, int | None, int, int]]:
        viewer = None if is_anonymous else person_at(User, places[0])
        thread = Post.objects.visible_to(viewer).filter(root=places[-1])
        return thread.values_list("pk", "reply_to", "likes_count", "author")

    return Prepared(build, 1 if is_anonymous else 2)


class _Shape:
    """Who answers whom under one post, as far as the viewer may know."""

    def __init__(self, root_id: int, viewer: User | None, order: str) -> None:
        self.root_id, self.order = root_id, order
        who = () if viewer is None else (viewer.pk,)
        self.rows = {row[0]: row for row in _shape_query(viewer is None).rows(*who, root_id)}
        self.parents: dict[int, int | None] = {pk: row[1] for pk, row in self.rows.items()}
        if any(parent != root_id and parent not in self.rows for parent in self.parents.values()):
            self._keep_places(dict(Post.objects.filter(root=root_id).values_list("pk", "reply_to")))
        self.answers = self._answers()
        self.sizes = self._sizes()

    def thread(self) -> Thread:
        """Return the figures of the conversation, without comments yet."""
        first = min(self.rows, default=None)
        wait = moment_of(first) - moment_of(self.root_id) if first else None
        voices = len({row[3] for row in self.rows.values()})
        return Thread(self.root_id, total=len(self.rows), voices=voices, first_reply=wait)

    def path(self, pk: int) -> list[int]:
        """Return the ids from the topmost comment down to ``pk``."""
        path = [pk]
        while (parent := self.parents.get(path[0])) is not None and parent != self.root_id:
            path.insert(0, parent)
        return path

    def sorted_below(self, pk: int) -> list[int]:
        """Return the direct answers to a post in their order."""
        answers = sorted(self.answers.get(pk, ()))
        if pk == self.root_id and self.order == Order.NEWEST:
            answers.reverse()
        if self.order == Order.LIKED:
            answers.sort(key=lambda answer: -self.rows[answer][2] if answer in self.rows else 0)
        return answers

    def _keep_places(self, all_parents: dict[int, int | None]) -> None:
        """Add the places of unseen comments above seen ones."""
        for pk in list(self.rows):
            above = self.parents[pk]
            while above is not None and above != self.root_id and above not in self.parents:
                self.parents[above] = all_parents.get(above)
                above = self.parents[above]

    def _answers(self) -> dict[int, list[int]]:
        answers: dict[int, list[int]] = {}
        for pk, parent in self.parents.items():
            answers.setdefault(self.root_id if parent is None else parent, []).append(pk)
        return answers

    def _sizes(self) -> dict[int, int]:
        """Return how many seen comments stand at and below each place; leaves first, without recursion."""
        order, stack = [], list(self.answers.get(self.root_id, ()))
        while stack:
            pk = stack.pop()
            order.append(pk)
            stack.extend(self.answers.get(pk, ()))
        sizes: dict[int, int] = {}
        for pk in reversed(order):
            sizes[pk] = (pk in self.rows) + sum(sizes[answer] for answer in self.answers.get(pk, ()))
        return sizes


class _Picker:
    """Chooses which comments a page has room for, in the order of the tree."""

    def __init__(self, shape: _Shape, size: int) -> None:
        self.shape, self.left = shape, size

    def below(self, pk: int, depth: int, after: int | None = None) -> tuple[list[Node], int]:
        """Return the answers to a post as nodes, and how many comments below it have no place here."""
        answers = self.shape.sorted_below(pk)
        if after is not None:
            answers = answers[answers.index(after) + 1 :] if after in answers else []
        nodes: list[Node] = []
        for n, answer in enumerate(answers):
            if self.left <= 0 or depth > DEPTH:
                return nodes, sum(self.shape.sizes[rest] for rest in answers[n:])
            self.left -= 1
            node = Node(answer, depth)
            node.replies, node.more = self.below(answer, depth + 1)
            nodes.append(node)
        return nodes, 0


def _fill(thread: Thread, viewer: User | None, *, with_root: bool = True) -> Thread:
    """Load the posts of all nodes (and the one on top) at once."""
    nodes = list(walk(thread.nodes))
    wanted = [node.pk for node in nodes] + ([thread.root_id] if with_root else [])
    posts = get_cards(wanted, viewer)
    for node in nodes:
        node.post = posts.get(node.pk) or Gone(node.pk)
    thread.root = posts.get(thread.root_id)
    return thread
