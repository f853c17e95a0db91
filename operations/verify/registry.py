"""Checks, each registered once with what people must know about it.

A check is a function in `operations/verify/checks/<service>.py`. Its id is the function's name with hyphens, its theme the
file's name. It is called with each resource of its types, asks the account, and yields outcomes.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from operations.verify.asking import Subject
from policies.results import Outcome, Severity

CheckFunction = Callable[[Subject], Iterable[Outcome]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check."""

    id: str
    theme: str
    title: str
    """What should be, in a few words: what is wanted where nothing could be asked."""
    types: tuple[str, ...]
    severity: Severity
    fix: str
    run: CheckFunction


_CHECKS: dict[str, Check] = {}


def check(
    *types: str, title: str, fix: str, severity: Severity = Severity.HIGH
) -> Callable[[CheckFunction], CheckFunction]:
    """Registers the function below as a check of resources of these types."""

    def register(function: CheckFunction) -> CheckFunction:
        identifier = function.__name__.replace("_", "-")
        known = _CHECKS.get(identifier)
        if known is not None and known.run.__module__ != function.__module__:
            raise ValueError(f"two checks are called {identifier}")
        theme = function.__module__.rpartition(".")[2].replace("_", "-")
        _CHECKS[identifier] = Check(identifier, theme, title, types, severity, fix, function)
        return function

    return register


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, in order of theme and id."""
    package = importlib.import_module("operations.verify.checks")
    for module in pkgutil.iter_modules(package.__path__, "operations.verify.checks."):
        importlib.import_module(module.name)
    return tuple(sorted(_CHECKS.values(), key=lambda c: (c.theme, c.id)))


@cache
def checks_by_type() -> Mapping[str, tuple[Check, ...]]:
    """Type token -> its checks."""
    found: dict[str, list[Check]] = {}
    for one in all_checks():
        for type_token in one.types:
            found.setdefault(type_token, []).append(one)
    return {key: tuple(value) for key, value in found.items()}
