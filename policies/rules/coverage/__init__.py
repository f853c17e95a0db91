"""Rules of the theme coverage."""
