"""Rules of the theme residency."""
