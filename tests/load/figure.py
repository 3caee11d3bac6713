"""A line of what bin/bench prints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of bin/bench. ``goal`` is what ``value`` may be at most, or at least where more is better."""

    name: str
    value: float
    unit: str
    floor: float
    goal: float
    more_is_better: bool = False
    sound: bool = True  # every answer was a success
    note: str = ""

    def line(self) -> str:
        """Return the figure as JSON."""
        is_met = self.value >= self.goal if self.more_is_better else self.value <= self.goal
        told: dict[str, Any] = {
            "name": self.name,
            "value": round(self.value, 2),
            "unit": self.unit,
            "floor": round(self.floor, 2),
            "ratio": round(self.value / self.floor, 4) if self.floor else None,
            "goal": self.goal,
            "ok": is_met and self.sound,
        }
        return json.dumps(told | ({"note": self.note} if self.note else {}))
