"""Rules of the theme logging."""
