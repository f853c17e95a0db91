"""Rules of the theme deployment."""
