"""Rules of the theme encryption_in_transit."""
