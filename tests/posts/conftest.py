"""Moments the tests of posts need."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone


@pytest.fixture
def future() -> datetime:
    """A moment after everything that happens in a test."""
    return timezone.now() + timedelta(hours=2)
