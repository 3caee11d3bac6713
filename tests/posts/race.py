"""Many people at once: fifty threads, each with a connection of its own. Run by test_races.py."""

from __future__ import annotations

import threading
from collections.abc import Callable

MANY = 50


def race() -> list[str]:
    """Let everybody do everything at the same moment; returns what went wrong, nothing when all is well."""
    from accounts.models import User
    from posts.models import Post
    from posts.services.change import delete_post, edit_post, restore_post
    from posts.services.interact import like_post, share_post, unlike_post, unshare_post
    from posts.services.publish import publish_post
    from tests import make
    from tests.posts.counting import wrong_counters

    author = make.user("author")
    people = [make.user(f"person{n}") for n in range(MANY)]
    post = make.post(author, "All at once")
    comment = make.comment(author, post, "Me first")
    one = people[0]

    def fresh(person: User) -> User:
        return User.objects.get(pk=person.pk)

    def everything(n: int) -> None:
        """Each person does another part of it, in another order."""
        acts: list[Callable[[], object]] = [
            lambda: like_post(fresh(people[n]), post),
            lambda: like_post(fresh(people[n]), comment),
            lambda: share_post(fresh(people[n]), post),
            lambda: publish_post(fresh(people[n]), text="Me too", reply_to=comment if n % 2 else post),
            lambda: publish_post(fresh(people[n]), text="Mine", idempotency_key=f"key{n % 10}"),
        ]
        for k in range(len(acts)):
            acts[(n + k) % len(acts)]()

    def same(n: int) -> None:
        """One person presses everything many times, here and there."""
        acts = [like_post, unlike_post, share_post, unshare_post]
        acts[n % 4](fresh(one), post)

    def back_and_forth(n: int) -> None:
        """The author deletes, restores and edits a comment that others like."""
        acts = [delete_post, restore_post, lambda who, what: edit_post(who, what, text=f"Edit {n}"), like_post]
        acts[n % 4](fresh(author if n % 4 < 3 else people[n]), comment)

    faults = [fault for rush in (everything, same, back_and_forth) for fault in _rush(rush)]
    counted = Post.objects.get(pk=post.pk)
    rows = Post.objects.filter(root=post, deleted_at=None).count()
    return faults + [str(wrong) for wrong in wrong_counters()] + ([] if counted.comments_count == rows else ["root"])


def _rush(act: Callable[[int], object]) -> list[str]:
    from django.core.exceptions import PermissionDenied
    from django.db import connection

    faults: list[str] = []
    ready = threading.Barrier(MANY)

    def run(n: int) -> None:
        ready.wait()
        try:
            act(n)
        except PermissionDenied:
            pass  # somebody else was first: what was deleted is not deleted again
        except Exception as fault:
            faults.append(f"{act.__name__} {n}: {type(fault).__name__}: {fault}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults
