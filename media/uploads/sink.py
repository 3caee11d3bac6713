"""How a server in front brings a body to where a view wants it, without a thread that waits for slow bytes.

The server asks the view twice. The first time it offers a ``Sink``; a view that would take the body leaves a writing in
it, and the server pours the body in. Then it asks again with the same sink, and the view says what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media.uploads.services import Writing

SINK = "polylog.sink"  # its name in the WSGI environment


@dataclass
class Sink:
    """What a body is poured into."""

    length: int | None
    """How many bytes are announced, where that is known."""
    is_offered: bool = True
    writing: Writing | None = None
