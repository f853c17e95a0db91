"""Which law asks for which rule: the requirements of `policies/frameworks/*.yaml`, read into frozen types.

A requirement names the rules that show it, the document that shows what no rule can, or both. The files are ours, so a
mistake in one is a programming error (`ValueError`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "frameworks"
_MARKS = ("V", "S", "K", "?")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause, in our own words. `mark` and `source` say how well it is known (docs/reference/evidence-marks.md)."""

    id: str
    clause: str
    title: str
    title_zh: str
    paraphrase: str
    rules: tuple[str, ...]
    """Ids of the rules whose verdicts show it."""
    document: str
    """What people must show beside, or instead; empty where the rules suffice."""
    mark: str
    source: str

    @property
    def is_provable(self) -> bool:
        """Whether infrastructure can show any of it."""
        return bool(self.rules)


@dataclass(frozen=True, slots=True)
class Framework:
    """A law or standard."""

    id: str
    title: str
    title_zh: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a rule is asked for."""

    framework: Framework
    requirement: Requirement

    def __str__(self) -> str:
        return f"{self.framework.title}, {self.requirement.clause}"


@cache
def frameworks() -> tuple[Framework, ...]:
    """Every framework, by id."""
    return tuple(_framework(path) for path in sorted(_FOLDER.glob("*.yaml")))


def clauses_of(rule_id: str) -> tuple[Clause, ...]:
    """The clauses that ask for a rule, in order of framework and clause; empty where none does."""
    return _clauses().get(rule_id, ())


@cache
def _clauses() -> Mapping[str, tuple[Clause, ...]]:
    found: dict[str, tuple[Clause, ...]] = {}
    for framework in frameworks():
        for requirement in framework.requirements:
            for rule_id in requirement.rules:
                found[rule_id] = (*found.get(rule_id, ()), Clause(framework, requirement))
    return found


def _framework(path: Path) -> Framework:
    with path.open("rb") as file:
        data = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe, and fast
    if data["id"] != path.stem:
        raise ValueError(f"{path.name}: the id is {data['id']!r}, not the file's name")
    return Framework(
        data["id"], data["title"], data["title_zh"], tuple(_requirement(row, path.name) for row in data["requirements"])
    )


def _requirement(row: Mapping[str, Any], file: str) -> Requirement:
    made = Requirement(**{**row, "rules": tuple(row.get("rules", ())), "document": row.get("document", "")})
    if not made.rules and not made.document:
        raise ValueError(f"{file}: {made.id} names neither rules nor a document")
    if made.mark not in _MARKS:
        raise ValueError(f"{file}: {made.id} has the mark {made.mark!r}; allowed: {', '.join(_MARKS)}")
    return made
