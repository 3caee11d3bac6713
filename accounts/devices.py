"""What kind of device a browser says it runs on: enough to recognise one's own in a list."""

from __future__ import annotations

from typing import Final, NamedTuple

# The first word found wins: Edge also says Chrome, Chrome also says Safari.
BROWSERS: Final = [
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari/", "Safari"),
]  # fmt: skip
SYSTEMS: Final = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
]  # fmt: skip
POCKET: Final = ("iPhone", "Android")


class Device(NamedTuple):
    """A browser and a system, empty where unknown."""

    browser: str
    system: str

    @property
    def is_pocket(self) -> bool:
        """Whether it fits a pocket."""
        return self.system in POCKET


def device_of(user_agent: str) -> Device:
    """Read what a browser says about itself."""
    return Device(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(words: list[tuple[str, str]], text: str) -> str:
    return next((name for word, name in words if word in text), "")
