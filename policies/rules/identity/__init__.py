"""Rules of the theme identity."""
