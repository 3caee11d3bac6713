"""Work that nobody waits for. Each task survives a vanished row and a second run."""

from __future__ import annotations

from django_tasks import task


@task(queue_name="media")
def process_attachment(pk: int) -> None:
    """Make of an uploaded file what pages show."""
    from media.services.process import process_file  # it puts these tasks into the queue itself

    process_file(pk)


@task(queue_name="convert")
def convert_attachment(pk: int) -> None:
    """Write a sound anew for browsers. It takes long, so it has a queue of its own: no picture waits for it."""
    from media.services.process import process_file  # it puts these tasks into the queue itself

    process_file(pk, converts=True)


@task(queue_name="convert")
def convert_film(pk: int) -> None:
    """Make the qualities of a film."""
    from media.video.convert import make_qualities  # as above

    make_qualities(pk)


@task(queue_name="convert", priority=-10)
def remake_variants(pk: int) -> None:
    """Make again what was evicted of a picture or a sound."""
    from media.services.evict import remake_file  # as above

    remake_file(pk)


@task()
def make_room(size: int) -> None:
    """Evict what can be made again until so many bytes are free."""
    from media.services.evict import evict_files  # as above

    evict_files(size)


@task(priority=10)  # in the queue of short tasks: it does not wait for a film
def delete_folder(folder: str) -> None:
    """Delete everything of a file whose row is gone."""
    from media.services.remove import delete_files  # as above

    delete_files(folder)
