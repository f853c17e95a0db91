"""What judging gives: outcomes from rules, findings with their places, the report. Plain data, one form for every
rendering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from policies.graph import SECRET, Place, Unknown, Value, references_in

if TYPE_CHECKING:
    from policies.waivers import Waiver


class Verdict(str, Enum):
    """The closed set of answers."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"
    WAIVED = "waived"
    UNKNOWN = "unknown"


class Severity(IntEnum):
    """How bad a violation is. Medium and above stops the gate."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer of one rule about one resource."""

    verdict: Verdict
    urn: str
    property: str = ""
    found: str = ""
    wanted: str = ""
    remedy: str = ""
    """How to mend this very case; empty: the rule's own fix says it."""


@dataclass(frozen=True, slots=True)
class StackPlace:
    """A value in a stack file: `data_centres.beijing.region` on line 14."""

    file: str
    line: int
    path: str


computed = property
"""`property` by a name that a field called `property` does not hide."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome with its rule, its resource and its places."""

    rule: str
    theme: str
    severity: Severity
    verdict: Verdict
    urn: str
    type: str
    name: str
    region: str | None
    account: str | None
    property: str
    found: str
    wanted: str
    remedy: str
    stack: StackPlace | None = None
    source: Place | None = None
    component: Place | None = None
    data_class: int | None = None
    """Class of the data it is about, 1 to 5; None where neither the resource nor what it belongs to says."""
    waiver: Waiver | None = None
    """What covers it, where the verdict is `waived` by a reviewed file."""
    unwaivable: str = ""
    """Why no waiver may cover it; empty: one may."""

    @computed
    def message(self) -> str:
        """One sentence: resource, value found, value wanted."""
        where = f"{self.type} {self.name}" + (f", {self.property}" if self.property else "")
        if self.verdict is Verdict.PASS:
            return f"{where}: {self.found or 'as it should be'}"
        if self.verdict is Verdict.UNKNOWN:
            return f"{where}: cannot be decided: {self.found}; wanted: {self.wanted}"
        return f"{where}: found {self.found}; wanted {self.wanted}"

    @computed
    def sort_key(self) -> tuple[Any, ...]:
        return (-int(self.severity), self.rule, self.urn, self.property, self.found)


@dataclass(frozen=True)
class Report:
    """Everything a judgement says; each rendering shows a part of it.

    `head` tells what was judged with what (commit, hashes, versions, door, time); everything else is the same for the same input.
    """

    findings: tuple[Finding, ...]
    """All findings, passes too, in canonical order."""
    rules: tuple[str, ...]
    """Ids of the rules that ran."""
    not_covered: Mapping[str, int]
    """Resource types that no rule knows, with how many there are."""
    problems: tuple[str, ...] = ()
    """Faults that make the judgement incomplete; each is a sentence."""
    notes: tuple[str, ...] = ()
    """What a reader must know: synthetic answers, unverified capabilities that use their fallback."""
    head: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    """Parts that only some programs have: sizing, promises, resource tree."""

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict is Verdict.FAIL)

    @cached_property
    def unknowns(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict is Verdict.UNKNOWN)

    @cached_property
    def advice(self) -> tuple[Finding, ...]:
        """What is violated or undecided and does not stop the gate."""
        return tuple(f for f in (*self.violations, *self.unknowns) if f.severity < Severity.MEDIUM)

    @cached_property
    def waived(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict is Verdict.WAIVED)

    @cached_property
    def tally(self) -> Mapping[str, Counter[Verdict]]:
        """Theme -> how many findings of each verdict."""
        themes: dict[str, Counter[Verdict]] = {}
        for finding in self.findings:
            themes.setdefault(finding.theme, Counter())[finding.verdict] += 1
        return dict(sorted(themes.items()))

    @property
    def exit_code(self) -> int:
        """1: something is violated that gates; else 2: something could not be decided; else 0."""
        if any(f.severity >= Severity.MEDIUM for f in self.violations):
            return 1
        if self.problems or any(f.severity >= Severity.MEDIUM for f in self.unknowns):
            return 2
        return 0


def _name_in(urn: str) -> str:
    """The name at the end of a URN; of a Terraform address with the quotes that a URN cannot hold."""
    return unquote(urn.rpartition("::")[2]) if urn.startswith("urn:pulumi:terraform::") else urn.rpartition("::")[2]


def shown(value: Value, limit: int = 200) -> str:
    """A value as a message shows it: short, on one line, secrets hidden, references by resource name."""
    if value is SECRET:
        return "(secret)"
    if isinstance(value, Unknown):
        names = ", ".join(_name_in(r.urn) + (f".{r.property}" if r.property else "") for r in value.references)
        return f"(known after deploy, from {names})" if names else "(known after deploy)"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        text = "[" + ", ".join(shown(v, limit) for v in value) + "]"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{k}: {shown(v, limit)}" for k, v in value.items()) + "}"
    else:
        text = str(value)
        for reference in references_in(text):
            name = _name_in(reference.urn)
            start = text.find("${urn:")
            end = text.find("}", start) + 1
            text = f"{text[:start]}({name}.{reference.property}){text[end:]}"
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
