"""After a deploy: does the live account hold what the state says it should hold? Asked by reading calls alone."""
