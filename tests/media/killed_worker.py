"""The real worker with short patience, in a process of its own that tests may kill: ``python … brisk|usual``.

``brisk`` shortens what a test would only wait for: leases, signs of life, the pauses of chores. What is done in which
order stays as it is; ``usual`` changes nothing.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from community import beat, chores, worker  # noqa: E402
from media import lease, sandbox, store  # noqa: E402

if sys.argv[1] == "brisk":
    beat.FRESH, worker.SECONDS = 2.0, 0.5
    lease.LEASE, lease.BEAT_SECONDS = timedelta(seconds=2), 0.5
    sandbox.BEAT_SECONDS, store.LOCKED_WITHIN = 0.5, 1.0
    chores.FIRST_AFTER = 1
    chores.CHORES = tuple(chore._replace(every=1.0) if chore.every <= 60 else chore for chore in chores.CHORES)
worker.run_worker()
