"""Brings the demo's people and their talk in, through the services that the site itself uses.

Everything gets the id of the moment at which it is said to have happened, so lists stand in a believable order. What is
done, by whom and to what is the same each time; only the moments move along with the clock.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Site, User
from accounts.services.joining import join_site, set_up_site
from accounts.services.profile import change_picture, change_preferences, change_profile
from accounts.services.ties import follow_person
from community.demo.story import FILES, Resident, Said, Story, read_story
from core.ids import id_at, ids_from
from media.models import Attachment, Purpose, State
from media.services.process import process_file
from media.services.receive import receive_file
from media.video.convert import make_qualities
from moderation.services.acts import act
from moderation.services.reports import report_post
from moderation.services.team import appoint_moderator
from notifications.services import mark_seen
from posts.models import Post, Visibility
from posts.services.change import edit_post
from posts.services.interact import bookmark_post, like_post, share_post
from posts.services.publish import publish_post

ABOUT = """
Nordhof is a small town by a river, and this is where it talks. Nobody sells anything here, except Ben, his accordion.

This community is a demo: its people are invented.
"""
RULES = """
1. Write as if we meet at the market on Saturday.
2. No advertising. One accordion a week.
3. No insults, no shaming, no private details of other people.
4. Say what there is to see: describe your pictures.
5. Put a warning in front of what may upset people.
"""
HALF_A_MONTH = timedelta(days=14)
LATEST = timedelta(minutes=2)  # nothing is newer than this


@dataclass
class Town:
    """What has been brought in so far."""

    story: Story
    now: datetime
    rng: random.Random
    password: str
    people: dict[str, User] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    files: dict[str, list[Attachment]] = field(default_factory=dict)
    plan: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    order: count[int] = field(default_factory=count)

    def at(self, moment: datetime, do: Callable[[], object]) -> None:
        """Plan something for a moment."""
        self.plan.append((min(moment, self.now - LATEST), next(self.order), do))

    def happen(self) -> None:
        """Do what was planned, in the order of its moments."""
        for moment, _order, do in sorted(self.plan, key=lambda entry: entry[:2]):
            with ids_from(moment):
                do()
        self.plan.clear()


def build(password: str, *, on_empty_site: bool) -> Town:
    """Bring everybody and everything in; the first resident owns a site that was empty."""
    town = Town(read_story(), timezone.now(), random.Random("Nordhof"), password)  # noqa: S311  (a story, no secret)
    _move_in(town, on_empty_site=on_empty_site)
    _tie(town)
    _bring_files(town)
    moments = _plan_posts(town)
    _plan_comments(town, moments)
    town.happen()
    _moderate(town)
    _read_old_notifications(town)
    return town


# --- people ---------------------------------------------------------------------------------------------------------
def _move_in(town: Town, *, on_empty_site: bool) -> None:
    secret = make_password(town.password)
    for n, resident in enumerate(town.story.people):
        moment = town.now - HALF_A_MONTH + timedelta(minutes=20 * n)
        with ids_from(moment):
            person = (
                _own_site(town, resident) if on_empty_site and resident.role == "owner" else _join(resident, secret)
            )
            User.objects.filter(pk=person.pk).update(date_joined=moment, approved_at=moment)
            _describe(person, resident)
        town.people[resident.name] = person
    for resident in town.story.people:
        if resident.role == "moderator" and on_empty_site:
            with ids_from(town.now - HALF_A_MONTH + timedelta(hours=5)):
                appoint_moderator(
                    town.people["lena"], town.people[resident.name], reason="Everybody trusts her anyway."
                )


def _own_site(town: Town, resident: Resident) -> User:
    return set_up_site(
        username=resident.name,
        email=_address(resident.name),
        password=town.password,
        name="Nordhof",
        tagline="A small town by a river, and its talk.",
        about=ABOUT.strip(),
        rules=RULES.strip(),
        language="en",
    )


def _join(resident: Resident, secret: str) -> User:
    address = _address(resident.name)
    person = join_site(User(username=resident.name, email=address, password=secret), door=Site.Door.OPEN)
    EmailAddress.objects.create(user=person, email=address, primary=True, verified=True)
    return person


def _address(name: str) -> str:
    return f"{name}@nordhof.example"


def _describe(person: User, resident: Resident) -> None:
    rows = [(name, value) for name, value in resident.fields]
    change_profile(person, display_name=resident.shown, bio=resident.bio, fields=rows)
    change_preferences(person, language=resident.language)
    for place, name in ((Purpose.AVATAR, resident.face), (Purpose.HEADER, resident.header)):
        if name:
            change_picture(person, place.value, _receive(person, name, purpose=place))


def _tie(town: Town) -> None:
    for n, (name, others) in enumerate(town.story.follows.items()):
        for k, other in enumerate(others):
            with ids_from(town.now - HALF_A_MONTH + timedelta(hours=6 + n, minutes=3 * k)):
                follow_person(town.people[name], town.people[other])
    for resident in town.story.people:
        if resident.locked:
            change_preferences(town.people[resident.name], is_locked=True)
    for n, (name, others) in enumerate(town.story.asks.items()):
        for other in others:
            with ids_from(town.now - timedelta(hours=8 + 9 * n)):
                follow_person(town.people[name], town.people[other])


# --- files ----------------------------------------------------------------------------------------------------------
def _bring_files(town: Town) -> None:
    """Take in what the posts show, and prepare it here, so that nothing is missing when the first page opens."""
    for said in town.story.posts:
        with ids_from(town.now - timedelta(hours=said.hours, minutes=1)):
            author = town.people[said.by]
            rows = [_receive(author, name, description=what) for name, what in said.files]
        for row in rows:
            process_file(row.pk, converts=True)
            row.refresh_from_db()
            if row.state == State.WAITING:  # no browser plays it as it is
                make_qualities(row.pk)
                row.refresh_from_db()
        town.files[said.id] = rows


def _receive(owner: User, name: str, *, description: str = "", purpose: str = Purpose.POST) -> Attachment:
    upload = SimpleUploadedFile(name, (FILES / name).read_bytes())
    return receive_file(owner, upload, description=description, purpose=purpose)


# --- talk -----------------------------------------------------------------------------------------------------------
def _plan_posts(town: Town) -> dict[str, datetime]:
    """Plan posts with their likes and shares; returns when each is said."""
    moments = {}
    for said in town.story.posts:
        moment = town.now - timedelta(hours=said.hours)
        moments[said.id] = moment
        town.at(moment, lambda said=said: _publish(town, said))  # type: ignore[misc]
        if said.edit:
            town.at(moment + timedelta(minutes=9), lambda said=said: _edit(town, said))  # type: ignore[misc]
        for name in town.rng.sample(_readers(town, said), min(said.likes, len(_readers(town, said)))):
            later = moment + timedelta(minutes=town.rng.expovariate(1 / 200) + 1)
            town.at(later, lambda said=said, name=name: like_post(town.people[name], town.posts[said.id]))  # type: ignore[misc]
        for name in said.shares:
            later = moment + timedelta(minutes=town.rng.uniform(15, 400))
            town.at(later, lambda said=said, name=name: share_post(town.people[name], town.posts[said.id]))  # type: ignore[misc]
    return moments


def _readers(town: Town, said: Said) -> list[str]:
    """Return the names of those who see a post and are not its author."""
    others = [name for name in town.people if name != said.by]
    if said.visibility == "followers":
        return [name for name in others if said.by in town.story.follows[name]]
    return [name for name in others if f"@{name}" in said.text] if said.visibility == "direct" else others


def _publish(town: Town, said: Said) -> None:
    town.posts[said.id] = publish_post(
        town.people[said.by],
        text=said.text.strip(),
        attachments=town.files[said.id],
        quote_of=town.posts[said.quote] if said.quote else None,
        visibility=Visibility[said.visibility.upper()],
        spoiler=said.spoiler,
        is_sensitive=said.sensitive,
        language=said.lang,
    )


def _edit(town: Town, said: Said) -> None:
    post, files = town.posts[said.id], town.files[said.id]
    edit_post(town.people[said.by], post, text=said.edit.strip(), attachments=files, language=said.lang)


def _plan_comments(town: Town, moments: dict[str, datetime]) -> None:
    """Plan comments: in a thread, each comes a while after the one before."""
    thread_of: dict[str, str] = {}
    latest = dict(moments)
    for n, said in enumerate(town.story.comments):
        key = said.id or f"comment {n}"
        thread = thread_of[key] = thread_of.get(said.to, said.to)
        latest[thread] += timedelta(minutes=town.rng.uniform(3, 45))
        moment = min(latest[thread], town.now - LATEST)
        town.at(moment, lambda said=said, key=key: _comment(town, said, key))  # type: ignore[misc]
        for name in town.rng.sample(
            [name for name in town.people if name != said.by], town.rng.choice([0, 1, 1, 2, 4])
        ):
            if _may_read(town, name, thread):
                later = moment + timedelta(minutes=town.rng.uniform(1, 90))
                town.at(later, lambda key=key, name=name: like_post(town.people[name], town.posts[key]))  # type: ignore[misc]


def _may_read(town: Town, name: str, thread: str) -> bool:
    said = next(post for post in town.story.posts if post.id == thread)
    return name in _readers(town, said)


def _comment(town: Town, said: Said, key: str) -> None:
    town.posts[key] = publish_post(
        town.people[said.by], text=said.text, reply_to=town.posts[said.to], language=said.lang
    )


# --- afterwards -----------------------------------------------------------------------------------------------------
def _moderate(town: Town) -> None:
    """One decision in the log, and one report that waits."""
    people, accordion = town.people, town.posts["spam"]
    if people["noor"].is_staff:
        with ids_from(town.now - timedelta(hours=25)):
            act(people["noor"], "warn", person=people["ben"], reason="One accordion a week, please. It is rule two.")
    with ids_from(town.now - timedelta(hours=4)):
        comment = "It is funny, but it is the third time. Could somebody please take that accordion?"
        report_post(people["priya"], accordion, category="spam", comment=comment)
    with ids_from(town.now - timedelta(hours=3)):
        for name, post in (("theo", "recipe"), ("lena", "trails"), ("mira", "bell"), ("lena", "bench-done")):
            bookmark_post(people[name], town.posts[post])


def _read_old_notifications(town: Town) -> None:
    """Everybody has read their bell until yesterday evening."""
    until = id_at(town.now - timedelta(hours=12))
    for person in town.people.values():
        mark_seen(person, until)
