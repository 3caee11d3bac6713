"""``bin/bench [NAME …]``: print the figures, one JSON line each."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import uvloop

from tests.load.figures import FIGURES
from tests.load.ground import ROOT, Ground, say

SIZES = {"users": 10_000, "follows": 150, "posts": 300_000, "comments": 100_000, "likes": 600_000}


def main() -> int:
    """Measure what is asked for; the exit status says whether every goal is met."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FIGURES)} (default: all)")
    parser.add_argument("--data", type=Path, default=ROOT / "bench-data", help="the folder kept between runs")
    parser.add_argument("--fresh", action="store_true", help="make the made-up community anew")
    for name, usual in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # whoever measures shares the cores with what is measured
    if unknown := set(options.names) - set(FIGURES):
        parser.error(f"there is no figure named {', '.join(sorted(unknown))}")
    sizes = [f"--{name}={getattr(options, name)}" for name in SIZES]
    ground = Ground(options.data.resolve(), sizes, fresh=options.fresh)
    try:
        return 0 if measure(ground, options.names or list(FIGURES)) else 1
    finally:
        ground.close()


def measure(ground: Ground, names: list[str]) -> bool:
    """Print the figures of these names; returns whether all goals are met."""
    met = True
    for name in names:
        try:
            for figure in FIGURES[name](ground):
                line = figure.line()
                print(line, flush=True)
                met = met and '"ok": true' in line
        except LookupError as missing:
            say(f"{name}: left out, {missing}")
            met = False
    return met


if __name__ == "__main__":
    sys.exit(main())
