"""Shared fixtures."""

from __future__ import annotations

import pytest

from tests.operations.verify.world import World


@pytest.fixture
def world(emulator: str) -> World:
    """An empty emulated account."""
    return World(emulator)
