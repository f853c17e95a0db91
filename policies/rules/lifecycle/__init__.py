"""Rules of the theme lifecycle."""
