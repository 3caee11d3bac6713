"""Every write to files."""

from media.services.process import process_file
from media.services.receive import receive_file, set_description, set_focus
from media.services.recover import recover_files
from media.services.remove import delete_files, discard_attachment
from media.services.sweep import sweep_orphans
from media.store import StorageFull

__all__ = [
    "StorageFull",
    "delete_files",
    "discard_attachment",
    "process_file",
    "receive_file",
    "recover_files",
    "set_description",
    "set_focus",
    "sweep_orphans",
]
