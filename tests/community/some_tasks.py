"""Tasks for the tests of the worker."""

from django_tasks import task

done: list[str] = []


@task()
def note(word: str) -> None:
    """Remembers that it ran."""
    done.append(word)


@task(queue_name="media")
def break_down() -> None:
    """Fails."""
    raise ValueError("broken file")
