"""Waits for something that never comes."""

while True:
    pass
