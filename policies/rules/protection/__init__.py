"""Rules of the theme protection."""
