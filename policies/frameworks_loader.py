"""Which law asks for which rule: the requirements of `policies/frameworks/*.yaml`, read into frozen types.

A requirement names the rules that show it, the document that shows what no rule can, or both. The files are ours, so a
mistake in one is a programming error (`ValueError`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import jurisdictions

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
    paraphrase_zh: str
    rules: tuple[str, ...]
    """Ids of the rules whose verdicts show it."""
    document: str
    """What people must show beside, or instead; empty where the rules suffice."""
    document_zh: str
    mark: str
    source: str
    data_class: int | None = None
    """The one class of data that it speaks of; None: all."""

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
    applies_in: tuple[str, ...] = ()
    """Ids of the jurisdictions whose stacks it concerns."""
    from_mlps_level: int | None = None
    """The level of GB/T 22239 from which it concerns them; None: any, and none."""

    def concerns(self, jurisdiction: str, mlps_level: int | None) -> bool:
        """Whether a stack of this jurisdiction and level answers to it."""
        level = self.from_mlps_level
        return jurisdiction in self.applies_in and (level is None or (mlps_level is not None and mlps_level >= level))


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


class NoSuchFramework(ValueError):
    """The text says which is not there, and which are."""


def frameworks_of(jurisdiction: str, mlps_level: int | None, asked: Sequence[str] = ()) -> tuple[Framework, ...]:
    """The frameworks that a stack answers to: those asked for (`all`: every one), else those of its jurisdiction. Raises
    NoSuchFramework."""
    known = {framework.id: framework for framework in frameworks()}
    if "all" in asked:
        return frameworks()
    wrong = [name for name in asked if name not in known]
    if wrong:
        raise NoSuchFramework(f"there is no framework {wrong[0][:80]!r}; allowed: all, {', '.join(known)}")
    if asked:
        return tuple(known[name] for name in sorted(set(asked)))
    return tuple(f for f in frameworks() if f.concerns(jurisdiction, mlps_level))


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
    applies_in = tuple(data.get("applies_in", ()))
    strange = [name for name in applies_in if name not in jurisdictions.names()]
    if strange or not applies_in:
        raise ValueError(f"{path.name}: applies_in names {strange or 'nothing'}; allowed: {jurisdictions.names()}")
    rows = tuple(_requirement(row, path.name) for row in data["requirements"])
    return Framework(data["id"], data["title"], data["title_zh"], rows, applies_in, data.get("from_mlps_level"))


def _requirement(row: Mapping[str, Any], file: str) -> Requirement:
    given = {"document": "", "document_zh": "", **row, "rules": tuple(row.get("rules", ()))}
    made = Requirement(**given)
    if not made.rules and not made.document:
        raise ValueError(f"{file}: {made.id} names neither rules nor a document")
    if bool(made.document) != bool(made.document_zh):
        raise ValueError(f"{file}: {made.id} names its document in one language only")
    if made.mark not in _MARKS:
        raise ValueError(f"{file}: {made.id} has the mark {made.mark!r}; allowed: {', '.join(_MARKS)}")
    return made
