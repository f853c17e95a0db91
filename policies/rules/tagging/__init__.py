"""Rules of the theme tagging."""
