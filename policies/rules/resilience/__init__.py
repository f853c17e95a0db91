"""Rules of the theme resilience."""
