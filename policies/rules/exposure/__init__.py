"""Rules of the theme exposure."""
