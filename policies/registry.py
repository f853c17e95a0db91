"""Rules, each registered once with what people must know about it.

A rule is a function in a file of its own, `policies/rules/<theme>/<name>.py`. Its id is the function's name with hyphens, its
theme the folder's name, its docstring its page in the reference.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

from policies.facts import Facts
from policies.graph import Resource, Unknown, Value
from policies.results import Outcome, Severity, Verdict, shown
from policies.rules._paths import is_hidden


class Scope(str, Enum):
    """What a rule is called with."""

    RESOURCE = "resource"
    """Each resource of its types, alone: can be judged before the resource is made, also inside the engine."""
    GRAPH = "graph"
    """Each resource of its types, with all others: can be judged when all inputs are known."""
    CHANGE = "change"
    """Each resource of its types that a change takes away, as it was before (`Graph.losses`): can be judged where a door
    shows the change itself."""


ResourceCheck = Callable[[Resource, Facts], Iterable[Outcome]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule and its metadata; every other form of the metadata is derived from this."""

    id: str
    theme: str
    title: str
    title_zh: str
    severity: Severity
    scope: Scope
    types: tuple[str, ...]
    """Types it is called with; a type that ends in `*` is a prefix."""
    data_classes: str
    why: str
    fix: str
    page: str
    check: ResourceCheck
    good: str
    bad: str
    unwaivable: str = ""
    """Why no waiver may cover what it finds; empty: one may."""
    unwaivable_from_class: int = 1
    """The data class from which that holds."""
    undecided_waivable: bool = False
    """Whether a waiver may nevertheless cover what it leaves undecided: a person may know what no program shows."""

    def concerns(self, type_token: str) -> bool:
        """Whether the rule judges resources of this type."""
        return any(type_token == t or (t.endswith("*") and type_token.startswith(t[:-1])) for t in self.types)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Its page, paragraph by paragraph, each on one line."""
        return tuple(" ".join(part.split()) for part in inspect.cleandoc(self.page).split("\n\n") if part.strip())

    @property
    def is_general(self) -> bool:
        """Whether it judges every type alike, and so says nothing of any type's own properties."""
        return any(t.endswith(":*") or t == "*" for t in self.types)


def is_prose(example: str) -> bool:
    """Whether an example tells in words what is wrong, where no single line of code could show it."""
    return not any(sign in example for sign in "(=:")


_RULES: dict[str, Rule] = {}


def rule(
    *,
    title: str,
    title_zh: str,
    severity: Severity,
    types: Iterable[str],
    why: str,
    fix: str,
    scope: Scope = Scope.RESOURCE,
    data_classes: str = "1-5",
    good: str = "",
    bad: str = "",
    unwaivable: str = "",
    unwaivable_from_class: int = 1,
    undecided_waivable: bool = False,
) -> Callable[[ResourceCheck], ResourceCheck]:
    """Registers the function below as a rule. `good` and `bad` are Pulumi snippets for the reference, or words; `unwaivable` says
    why no waiver may cover what it finds on data of `unwaivable_from_class` and up."""

    def register(check: ResourceCheck) -> ResourceCheck:
        identifier = check.__name__.replace("_", "-")
        module = check.__module__.split(".")
        if identifier in _RULES and _RULES[identifier].check.__module__ != check.__module__:
            raise ValueError(f"two rules are called {identifier}")
        _RULES[identifier] = Rule(
            id=identifier,
            theme=module[-2].replace("_", "-"),
            title=title,
            title_zh=title_zh,
            severity=severity,
            scope=scope,
            types=tuple(types),
            data_classes=data_classes,
            why=why,
            fix=fix,
            page=(check.__doc__ or "").strip(),
            check=check,
            good=good,
            bad=bad,
            unwaivable=unwaivable,
            unwaivable_from_class=unwaivable_from_class,
            undecided_waivable=undecided_waivable,
        )
        return check

    return register


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in order of theme and id."""
    package = importlib.import_module("policies.rules")
    for module in pkgutil.walk_packages(package.__path__, "policies.rules."):
        importlib.import_module(module.name)
    return tuple(sorted(_RULES.values(), key=lambda r: (r.theme, r.id)))


# --- what a rule answers with ----------------------------------------------------------------------------------------


def passed(resource: Resource, path: str = "", found: Value = "") -> Outcome:
    """The resource is as it should be; `found` is the evidence."""
    return Outcome(Verdict.PASS, resource.urn, path, shown(found))


def failed(resource: Resource, path: str, found: Value, wanted: str, remedy: str = "") -> Outcome:
    """The resource is not as it should be."""
    return Outcome(Verdict.FAIL, resource.urn, path, shown(found), wanted, remedy)


def undecided(resource: Resource, path: str, found: Value, wanted: str) -> Outcome:
    """Cannot be told before deploy, or not at all from what this door shows."""
    return Outcome(Verdict.UNKNOWN, resource.urn, path, shown(found), wanted)


def not_applicable(resource: Resource, why: str) -> Outcome:
    """The rule does not concern this resource, for a reason a reader should see."""
    return Outcome(Verdict.NOT_APPLICABLE, resource.urn, "", why)


def expect(
    resource: Resource, path: str, good: Callable[[Value], bool], wanted: str, remedy: str = ""
) -> Iterator[Outcome]:
    """The common shape: the input at `path` must satisfy `good`. Absent fails unless `good(None)`; unknown stays
    unknown."""
    value = resource.get(path)
    if isinstance(value, Unknown):
        yield undecided(resource, path, value, wanted)
    elif good(value):
        yield passed(resource, path, value)
    else:
        yield failed(resource, path, value, wanted, remedy)


def decided(resource: Resource, path: str, value: Value, good: Callable[[Value], bool], wanted: str) -> Outcome:
    """The answer to one value, wherever the rule found it: it must satisfy `good`; what cannot be seen before deploy, a
    secret too, is undecided."""
    if is_hidden(value):
        return undecided(resource, path, value, wanted)
    return passed(resource, path, value) if good(value) else failed(resource, path, value, wanted)
