"""Rules of the theme backup."""
