"""A stack file -> one typed, frozen hospital, or every error at once with file, line, path, value, what is allowed."""

from infra.settings.errors import Problem, StackError, StackFileErrors
from infra.settings.loader import KEY, Loaded, from_config, load, load_text, stack_file
from infra.settings.model import Hospital

__all__ = [
    "KEY",
    "Hospital",
    "Loaded",
    "Problem",
    "StackError",
    "StackFileErrors",
    "from_config",
    "load",
    "load_text",
    "stack_file",
]
