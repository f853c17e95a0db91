"""Shared by the tests of settings."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest


@pytest.fixture
def cpu() -> Callable[[], float]:
    """Seconds of processor time since the test began: it does not depend on what else a machine does."""
    begin = time.process_time()
    return lambda: time.process_time() - begin
