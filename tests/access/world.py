"""A small community in which everything that can be hidden exists, and could leak."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import User
from accounts.services.standing import begin_leaving, suspend_person
from media.models import Attachment
from posts.models import Post, Visibility
from posts.services.change import delete_post, hide_post
from posts.services.interact import bookmark_post, like_post, share_post
from tests import make
from tests.access.table import GONE, SEES_POST, VIEWERS

VISIBILITY = {"unlisted": Visibility.UNLISTED, "followers": Visibility.FOLLOWERS, "direct": Visibility.DIRECT}


@dataclass
class World:
    """People by what they are to the author; posts by (thing, state)."""

    people: dict[str, User] = field(default_factory=dict)
    authors: dict[str, User] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)

    def viewer(self, name: str) -> User | None:
        """Return who looks; whoever is suspended or not signed in is nobody."""
        return None if name in {"anonymous", "suspended"} else self.people[name]


def marker(thing: str, state: str) -> str:
    """Return the word that stands in one post and nowhere else."""
    return f"Zz{thing}{state}zZ"


def build() -> World:
    """Publish everything while all are friends; then delete, hide, suspend, leave and block."""
    world = World()
    _people(world)
    _posts(world)
    _marks(world)
    _part(world)
    return world


def _people(world: World) -> None:
    for name in VIEWERS:
        if name != "anonymous":
            world.people[name] = make.moderator(name) if name == "moderator" else make.user(name)
    world.people["friend"] = make.user("friend")
    other = {state: make.user(f"{state}_author") for state in ("suspended", "leaving")}
    world.authors = {state: other.get(state, world.people["author"]) for state in SEES_POST}
    for author in set(world.authors.values()):
        for name in ("follower", "friend"):
            make.follow(world.people[name], author)


def _posts(world: World) -> None:
    friend = world.people["friend"]
    open_talk = make.post(friend, "An open talk")
    for state, author in world.authors.items():
        world.files[state] = make.image(author, description=marker("file", state))
        post = make.post(
            author,
            f"{marker('post', state)} for @mentioned and @friend #Matrix",
            visibility=VISIBILITY.get(state, Visibility.PUBLIC),
            attachments=[world.files[state]],
        )
        world.posts["post", state] = post
        world.posts["comment", state] = make.comment(friend, post, marker("comment", state))
        if state == "public" or state in GONE:
            world.posts["own", state] = make.comment(author, open_talk, marker("own", state))
            make.comment(friend, world.posts["own", state], "An answer that keeps the place")
        if state not in {"followers", "direct"}:
            world.posts["share", state] = share_post(friend, post)
            world.posts["quote", state] = make.post(friend, marker("quote", state), quote_of=post)


def _marks(world: World) -> None:
    """Everybody likes and keeps whatever they can see now."""
    for person in world.people.values():
        for post in Post.objects.visible_to(person).filter(share_of=None):
            like_post(person, post)
            bookmark_post(person, post)


def _part(world: World) -> None:
    moderator = world.people["moderator"]
    for thing in ("post", "own"):
        delete_post(world.people["author"], world.posts[thing, "deleted"])
        hide_post(moderator, world.posts[thing, "hidden"])
    for author in set(world.authors.values()):
        make.block(author, world.people["blocked"])
        make.block(world.people["blocking"], author)
    suspend_person(moderator, world.authors["suspended"])
    begin_leaving(world.authors["leaving"])
    suspend_person(moderator, world.people["suspended"])
