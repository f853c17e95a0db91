"""What ends a command of the sandbox, as a sentence for whoever runs it."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox could not do what was asked; the text is the sentence that says what, where, and what helps."""


class NotAsWanted(Exception):
    """Everything ran, and the result is not what it has to be: a second plan that is not empty, something left over."""


class CutOff(Exception):
    """Somebody stopped a step before its end; running the command again goes on."""
