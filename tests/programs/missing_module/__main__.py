"""Imports what is not installed."""

import the_hospitals_own_library  # noqa: F401
