"""A large community made up by dice, the same for the same numbers: what the figures of bin/bench are measured on.

Popularity follows Zipf's law, as it does among people: a few are followed by nearly everybody and write most. Rows go
straight into the tables (COPY on PostgreSQL); every counter is what the services would have counted.
"""

from __future__ import annotations

import itertools
import json
import random
from array import array
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from accounts.models import Follow, User
from core.ids import RANDOM_BITS, id_at_ms
from core.words import sought_in
from media.models import Attachment, Kind, State
from posts.models import Hashtag, Like, Post, PostAttachment, PostTag, Visibility
from search.index import fill_index

DAYS = 500
GREAT_FOLLOWERS = 20  # people who follow very many
GREAT_FOLLOWS = 2000
TALK = 60  # comments under the newest post
SHARE_EVERY = 12
FILES_EVERY = 4
TAG_EVERY = 3
PASSWORD = "benchmark"  # noqa: S105  (made-up people)

FIRST = "Mira Theo Hannes Aylin Jonas Noor Ida Emil Leyla Marek Sofia Anton Yara Peter Lina Omar Greta Luis Hana Ben"
LAST = "Okonkwo Lindqvist Voß Demir Brandt Haddad Keller Novak Rossi Sato Weber Diallo Jansen Petit Kaya Moreau"
WORDS = (
    "morning river fog coffee workshop paper knot bridge garden letter evening light harbour bread window "
    "rain music neighbour street market table story summer bicycle library question answer always never sometimes "
    "quietly together again slowly between under after before because where when somebody nobody everybody"
)
SYLLABLES = "bacodufegihojukaleminopurasotivawexoyuze"
SELDOM = (20_000, 3)  # words that few posts have: how many there are, and how many of them each post has
TAGS = [
    f"{a}{b}" for a in ("river", "paper", "night", "garden", "harbour", "music") for b in ("", "club", "talk", "pics")
]


@dataclass(frozen=True)
class Size:
    """How large the community is."""

    users: int
    follows: int
    posts: int
    comments: int
    likes: int


class Zipf:
    """Draws indexes below ``n``, the first ones most often."""

    def __init__(self, n: int, dice: random.Random, exponent: float) -> None:
        self.dice, self.n = dice, n
        self.sums = array("d", itertools.accumulate((rank + 1) ** -exponent for rank in range(n)))

    def draw(self) -> int:
        """Return one index."""
        return bisect(self.sums, self.dice.random() * self.sums[-1], 0, self.n - 1)

    def several(self, count: int) -> list[int]:
        """Return ``count`` different indexes (all there are, if that is fewer)."""
        found: dict[int, None] = {}
        while len(found) < min(count, self.n):
            found[self.draw()] = None
        return list(found)


class Table:
    """Writes rows of a model: ``fields`` vary, everything else is as a new row has it."""

    def __init__(self, model: type[models.Model], *fields: str) -> None:
        new = model()
        known = {f.name: f for f in model._meta.concrete_fields}
        varying = [known[name] for name in fields]
        fixed = [f for f in model._meta.concrete_fields if f not in varying and not isinstance(f, models.AutoField)]
        self.name = model._meta.db_table
        self.columns = [str(f.column) for f in (*varying, *fixed)]
        self.fixed = tuple(_prepared(f, new) for f in fixed)

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add the rows."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        whole = (row + self.fixed for row in rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{self.name}" ({names}) FROM STDIN') as copy:
                    for row in whole:
                        copy.write_row(row)
            else:
                marks = ", ".join(["?"] * len(self.columns))
                raw = cursor.connection.cursor()
                raw.executemany(f'INSERT INTO "{self.name}" ({names}) VALUES ({marks})', whole)  # noqa: S608


def _prepared(field: Any, new: models.Model) -> Any:
    value = field.pre_save(new, add=True)
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


class Community:
    """The plan of a community: who follows whom, who wrote what when, and what became of it."""

    def __init__(self, size: Size, end: datetime, seed: int = 1) -> None:
        self.size, self.seed = size, seed
        self.begin, self.ms = end - timedelta(days=DAYS), DAYS * 86_400_000
        self.person_ids = self._ids(size.users, "people")
        self.post_ids = self._ids(size.posts, "posts", from_day=1)

    def _dice(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed} {purpose}")  # noqa: S311  (no secrets)

    def _ids(self, count: int, purpose: str, from_day: int = 0) -> array[int]:
        """Return rising ids spread evenly over the time, those of ``people`` in its first day."""
        dice = self._dice(f"{purpose} ids")
        span = self.ms - from_day * 86_400_000 if from_day else 86_400_000
        start = int(self.begin.timestamp() * 1000) + from_day * 86_400_000
        step = span / max(count, 1)
        random_part = dice.getrandbits
        return array("q", (id_at_ms(start + int(n * step)) | random_part(RANDOM_BITS - 1) for n in range(count)))

    @cached_property
    def follows(self) -> list[tuple[int, int]]:
        """Pairs of indexes (follower, followee)."""
        popular = Zipf(self.size.users, self._dice("follows"), 0.8)
        great = self.size.users // GREAT_FOLLOWERS or 1
        pairs = []
        for follower in range(self.size.users):
            count = max(GREAT_FOLLOWS, self.size.follows) if follower % great == great - 1 else self.size.follows
            pairs += [(follower, other) for other in popular.several(count) if other != follower]
        return pairs

    @cached_property
    def authors(self) -> array[int]:
        """Who wrote each post."""
        busy = Zipf(self.size.users, self._dice("authors"), 0.8)
        return array("q", (busy.draw() for _ in range(self.size.posts)))

    @cached_property
    def shared(self) -> dict[int, int]:
        """Which posts are shares, and of which; nobody shares the same twice."""
        dice, made, pairs = self._dice("shares"), dict[int, int](), set[tuple[int, int]]()
        for n in range(SHARE_EVERY, self.size.posts - 1, SHARE_EVERY):
            source = n - 1 - int(dice.random() ** 3 * min(n - 1, 5000))
            pair = (self.authors[n], source)
            if source not in made and self.visibility(source) == Visibility.PUBLIC and pair not in pairs:
                pairs.add(pair)
                made[n] = source
        return made

    def visibility(self, n: int) -> int:
        """For whom post ``n`` is: 88 % public, 4 % unlisted, 7 % followers, 1 % only people mentioned."""
        if n == self.size.posts - 1:
            return Visibility.PUBLIC
        d = self.post_ids[n] * 2_654_435_761 % 100
        return Visibility.PUBLIC if d < 88 else Visibility.UNLISTED if d < 92 else 2 if d < 99 else 3

    def files_of(self, n: int) -> int:
        """How many pictures post ``n`` has."""
        return 0 if n % FILES_EVERY or n in self.shared else 1 + n // FILES_EVERY % 3

    @cached_property
    def comments(self) -> list[tuple[int, int, int, int]]:
        """Comments as (author, root, parent comment or -1, order); the newest post has ``TALK`` of them."""
        dice, last = self._dice("comments"), self.size.posts - 1
        made: list[tuple[int, int, int, int]] = []
        under: dict[int, list[int]] = {}
        for n in range(self.size.comments if last > 0 else 0):
            root = last if n >= self.size.comments - TALK else last - 1 - int(dice.random() ** 2 * (last - 1))
            while root in self.shared or self.visibility(root) > Visibility.FOLLOWERS:
                root = dice.randrange(last)
            earlier = under.setdefault(root, [])
            parent = dice.choice(earlier) if earlier and dice.random() < 0.5 else -1
            earlier.append(n)
            made.append((dice.randrange(self.size.users), root, parent, n))
        return made

    @cached_property
    def comment_ids(self) -> array[int]:
        """Ids of the comments: after all posts, in the last hour."""
        dice = self._dice("comment ids")
        start = int(self.begin.timestamp() * 1000) + self.ms
        step = 3_600_000 / max(len(self.comments), 1)
        return array("q", (id_at_ms(start + int(n * step)) | dice.getrandbits(RANDOM_BITS - 1)
                           for n in range(len(self.comments))))  # fmt: skip

    @cached_property
    def likes(self) -> set[tuple[int, int]]:
        """Pairs (person, post); newer posts have more."""
        dice, last = self._dice("likes"), self.size.posts - 1
        found: set[tuple[int, int]] = set()
        possible = min(self.size.likes, self.size.users * max(last, 0) // 4)
        while len(found) < possible:
            post = last - int(dice.random() ** 2 * last)
            if post not in self.shared:
                found.add((dice.randrange(self.size.users), post))
        return found


def load(size: Size, end: datetime, seed: int = 1) -> Iterator[str]:
    """Write a community into an empty database, saying after each step what is done."""
    plan = Community(size, end, seed)
    steps = (_people, _follows, _posts, _comments, _files, _tags, _likes, _index)
    with transaction.atomic():
        for step in steps:
            yield step(plan)


def _people(plan: Community) -> str:
    followers = Counter(followee for _, followee in plan.follows)
    following = Counter(follower for follower, _ in plan.follows)
    written = Counter(plan.authors)
    last = {author: plan.post_ids[n] for n, author in enumerate(plan.authors)}
    password, begin = make_password(PASSWORD), connection.ops.adapt_datetimefield_value(plan.begin)
    table = Table(User, "id", "username", "display_name", "sought", "email", "password", "approved_at", "date_joined",
                  "followers_count", "following_count", "posts_count", "last_post_id")  # fmt: skip
    names = [f"{first} {last}" for last in LAST.split() for first in FIRST.split()]
    shown = [(name, sought_in(name)) for name in names]
    table.write(
        (pk, f"person{n + 1}", *shown[n % len(shown)], f"person{n + 1}@example.org", password, begin, begin,
         followers[n], following[n], written[n], last.get(n))
        for n, pk in enumerate(plan.person_ids)
    )  # fmt: skip
    return f"{plan.size.users} people"


def _follows(plan: Community) -> str:
    ids, people = plan._ids(len(plan.follows), "follows"), plan.person_ids
    pairs = zip(ids, plan.follows, strict=True)
    Table(Follow, "id", "follower", "followee").write((pk, people[a], people[b]) for pk, (a, b) in pairs)
    return f"{len(plan.follows)} follows"


def _posts(plan: Community) -> str:
    texts = _texts(plan._dice("texts"))
    seldom = Zipf(SELDOM[0], plan._dice("seldom words"), 1.0)
    likes = Counter(post for _, post in plan.likes)
    shares = Counter(plan.shared.values())
    comments = Counter(root for _, root, _, _ in plan.comments)
    direct = Counter(root for _, root, parent, _ in plan.comments if parent < 0)
    table = Table(Post, "id", "author", "audience", "share_of", "text", "html", "language", "visibility",
                  "attachments_count", "likes_count", "shares_count", "comments_count", "replies_count")  # fmt: skip

    def rows() -> Iterator[tuple[Any, ...]]:
        for n, pk in enumerate(plan.post_ids):
            author, source = plan.person_ids[plan.authors[n]], plan.shared.get(n)
            words = _seasoned(texts[n * 7919 % len(texts)], [seldom_word(seldom.draw()) for _ in range(SELDOM[1])])
            text, html = ("", "") if source is not None else _tagged(words, _tag_of(plan, n))
            seen_by = Visibility.PUBLIC if source is not None else plan.visibility(n)
            origin = None if source is None else plan.post_ids[source]
            yield (pk, author, author, origin, text, html, "en" if text else "", int(seen_by), plan.files_of(n),
                   likes[n], shares[n], comments[n], direct[n])  # fmt: skip

    table.write(rows())
    return f"{plan.size.posts} posts, {len(plan.shared)} of them shares"


def _comments(plan: Community) -> str:
    texts = _texts(plan._dice("answers"), longest=30)
    answers = Counter(parent for _, _, parent, _ in plan.comments if parent >= 0)
    table = Table(Post, "id", "author", "audience", "root", "reply_to", "text", "html", "visibility", "replies_count")

    def rows() -> Iterator[tuple[Any, ...]]:
        for author, root, parent, n in plan.comments:
            text, html = texts[n % len(texts)]
            top = plan.post_ids[root]
            yield (plan.comment_ids[n], plan.person_ids[author], plan.person_ids[plan.authors[root]], top,
                   top if parent < 0 else plan.comment_ids[parent], text, html, int(plan.visibility(root)),
                   answers[n])  # fmt: skip

    table.write(rows())
    return f"{len(plan.comments)} comments"


def _files(plan: Community) -> str:
    fields = ("id", "owner", "key", "kind", "state", "name", "content_type", "size", "description", "width", "height",
              "blurhash", "color", "variants")  # fmt: skip
    places = [(n, position) for n in range(plan.size.posts) for position in range(plan.files_of(n))]
    ids = [plan.post_ids[n] - 10 + position for n, position in places]
    Table(Attachment, *fields).write(
        (pk, plan.person_ids[plan.authors[n]], f"{pk:032x}", Kind.IMAGE.value, State.READY.value, "picture.jpg",
         "image/jpeg", 250_000, "A river in the fog", 1280, 960, "L5H2EC=PM+yV0g-mq.wG9c010J}I", "#8899aa",
         json.dumps(_variants(f"{pk:032x}")))
        for pk, (n, _) in zip(ids, places, strict=True)
    )  # fmt: skip
    Table(PostAttachment, "post", "attachment", "position").write(
        (plan.post_ids[n], pk, position) for pk, (n, position) in zip(ids, places, strict=True)
    )
    return f"{len(places)} pictures (rows only)"


def _variants(key: str) -> dict[str, dict[str, Any]]:
    sizes = {"original": (1280, 960), "w320": (320, 240), "w640": (640, 480), "w1280": (1280, 960)}
    return {
        name: {
            "file": f"{key[:2]}/{key}/{name}.webp",
            "type": "image/webp",
            "width": w,
            "height": h,
            "bytes": w * h // 8,
        }
        for name, (w, h) in sizes.items()
    }


def _tags(plan: Community) -> str:
    Table(Hashtag, "name", "shown").write((name, name) for name in TAGS)
    ids = dict(Hashtag.objects.values_list("name", "pk"))
    tagged = ((n, _tag_of(plan, n)) for n in range(plan.size.posts))
    Table(PostTag, "tag", "post").write((ids[tag], plan.post_ids[n]) for n, tag in tagged if tag)
    return f"{len(TAGS)} tags"


def _likes(plan: Community) -> str:
    pairs = sorted(plan.likes, key=lambda pair: pair[1])
    ids = plan._ids(len(pairs), "likes")
    Table(Like, "id", "user", "post").write(
        (pk, plan.person_ids[person], plan.post_ids[post]) for pk, (person, post) in zip(ids, pairs, strict=True)
    )
    return f"{len(pairs)} likes"


def _index(_plan: Community) -> str:
    return f"{sum(fill_index(batch=2000))} posts in the search index"


# --- words ----------------------------------------------------------------------------------------------------------
def _tag_of(plan: Community, n: int) -> str:
    return "" if n % TAG_EVERY or n in plan.shared else TAGS[n // TAG_EVERY * 31 % 97 % len(TAGS)]


def _texts(dice: random.Random, count: int = 2000, longest: int = 90) -> list[tuple[str, str]]:
    made, known = [], WORDS.split()
    for _ in range(count):
        words = dice.choices(known, k=6 + int(dice.random() ** 2 * longest))
        lines = [
            " ".join(words[: len(words) // 2]).capitalize() + ".",
            " ".join(words[len(words) // 2 :]).capitalize() + ".",
        ]
        made.append((" ".join(lines), "<p>" + " ".join(lines) + "</p>"))
    return made


def seldom_word(n: int) -> str:
    """Return the made-up word at that place; those at the front are met most often."""
    parts = [n % 20, n // 20 % 20, n // 400 % 20, n // 8000 % 20]
    return "".join(SYLLABLES[2 * part : 2 * part + 2] for part in parts)


def _seasoned(words: tuple[str, str], more: list[str]) -> tuple[str, str]:
    text, html = words
    return f"{text} {' '.join(more)}", f"{html[:-4]} {' '.join(more)}</p>"


def _tagged(words: tuple[str, str], tag: str) -> tuple[str, str]:
    text, html = words
    if not tag:
        return words
    return f"{text} #{tag}", f'{html[:-4]} <a href="/tags/{tag}" class="tag" rel="noopener nofollow ugc">#{tag}</a></p>'
