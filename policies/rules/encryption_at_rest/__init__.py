"""Rules of the theme encryption_at_rest."""
