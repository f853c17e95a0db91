"""Rules of the theme replication."""
