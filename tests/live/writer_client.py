"""The near end of a process that writes to a site's database."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.browser.server import ROOT, Site


class Writer:
    """A process that writes to the site's database."""

    def __init__(self, site: Site) -> None:
        command = [sys.executable, "-m", "tests.live.writer"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, env=site.env, stdin=pipe, stdout=pipe, text=True)

    def do(self, what: str, **order: Any) -> dict[str, Any]:
        """Have something written and return the answer."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"do": what} | order), file=self.process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def stop(self) -> None:
        """End it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)
