"""One rule set: a folder a theme, a file a rule."""
