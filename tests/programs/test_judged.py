"""Programs as a hospital's engineers write them, good ones and ones a field or an edge away: what each must be told, and
what it must not, was written down before it was run.

A program of `judged/` states it in its first comments: `jurisdiction`; `exit`, the codes that are right; `says: RULE @ NAME`,
a rule (or one of several, with `|`) that must fail or be undecided on a resource of that name; `silent: RULE @ NAME`, one that must
not; `silent: everything else`, no other rule may stop the gate. The names may be left out, and may be a part of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.registry import all_rules
from policies.results import Finding, Severity, Verdict
from policies.sources import child
from policies.sources.child import record_in_child
from tests.programs.foreign.run import _ask

FOLDER = Path(__file__).with_name("judged")
SHARED = {"hospital_in_china", "clinic_in_europe", "group_in_china", "university_in_europe"}
PROGRAMS = sorted(p for p in FOLDER.glob("*.py") if p.stem not in SHARED)
_LINE = re.compile(r"^# (jurisdiction|exit|says|silent): (.+)$", re.MULTILINE)
_ALL = "everything else"


@dataclass(frozen=True)
class Expected:
    jurisdiction: str
    exits: frozenset[str]
    says: tuple[tuple[frozenset[str], str], ...]
    silent: tuple[tuple[frozenset[str], str], ...]
    nothing_else: bool


def expected(program: Path) -> Expected:
    lines = _LINE.findall(program.read_text(encoding="utf-8"))
    rows: dict[str, list[str]] = {key: [v for k, v in lines if k == key] for key in ("exit", "says", "silent")}
    return Expected(
        jurisdiction=next(v for k, v in lines if k == "jurisdiction"),
        exits=frozenset(code for value in rows["exit"] for code in value.split("|")),
        says=tuple(_row(value) for value in rows["says"]),
        silent=tuple(_row(value) for value in rows["silent"] if value != _ALL),
        nothing_else=_ALL in rows["silent"],
    )


def _row(value: str) -> tuple[frozenset[str], str]:
    rules, _, name = value.partition("@")
    return frozenset(rules.strip().split("|")), name.strip()


def loud(program: Path, jurisdiction: str) -> list[Finding]:
    """What fails or cannot be decided, in the process that an audit would run the program in."""
    with mock.patch.object(child, "_ask", _ask):
        recording = record_in_child(
            program, root=FOLDER, project="judged", stack="dev", jurisdiction=jurisdiction, time_limit_s=120
        )
    findings = judge(recording.graph, of_jurisdiction(jurisdiction)).findings
    return [f for f in findings if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]


def _differences(wanted: Expected, found: list[Finding]) -> Iterator[str]:
    gating = [f for f in found if f.severity >= Severity.MEDIUM]
    code = "1" if any(f.verdict is Verdict.FAIL for f in gating) else "2" if gating else "0"
    if wanted.exits and code not in wanted.exits:
        yield f"exit {code}, wanted {' or '.join(sorted(wanted.exits))}"
    for rules, name in wanted.says:
        if not any(f.rule in rules and name in f.name for f in found):
            yield f"not said: {' or '.join(sorted(rules))} of {name or 'anything'}"
    for rules, name in wanted.silent:
        yield from (f"said: {_shown(f)}" for f in found if f.rule in rules and name in f.name)
    if wanted.nothing_else:
        said = {rule for rules, _ in wanted.says for rule in rules}
        yield from (f"said besides: {_shown(f)}" for f in gating if f.rule not in said)


def _shown(finding: Finding) -> str:
    return f"{finding.rule} of {finding.name}: {finding.found[:200]}"


def test_what_is_written_down_names_rules_that_there_are():
    known = {rule.id for rule in all_rules()}
    for program in PROGRAMS:
        wanted = expected(program)
        named = {rule for rules, _ in (*wanted.says, *wanted.silent) for rule in rules}
        assert named <= known, f"{program.name}: {sorted(named - known)}"
        assert wanted.says or wanted.silent or wanted.nothing_else or wanted.exits, program.name
    assert len(PROGRAMS) >= 20


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_it_is_judged_as_was_written_down(program: Path):
    wanted = expected(program)
    assert list(_differences(wanted, loud(program, wanted.jurisdiction))) == []
