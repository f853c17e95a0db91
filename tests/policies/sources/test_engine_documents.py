"""The same program gives the same findings through doors 1 and 3, on documents that a real engine wrote."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from infra.audit import Audit, Frame, audit, run
from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import Fate
from policies.results import Finding, Verdict
from policies.sources.project import find

DOCUMENTS = Path(__file__).parent / "documents" / "engine"
PROGRAMS = sorted(path.parent.name for path in DOCUMENTS.glob("*/preview.json"))
CHANGED = sorted(path.parent.name for path in DOCUMENTS.glob("*/change.json"))

Found = set[tuple[str, str, str, str]]

SPELLED_OUT: Found = {
    ("no-secret-in-clear", "token", "secretString", "fail"),
    ("no-secret-in-clear", "records", "password", "fail"),
}
"""What only a program tells: that the word under a secret mark stands in its files or settings."""


def judged(source: Path) -> Audit:
    return audit(source, Frame(waive=False))


def found(done: Audit) -> Found:
    return red(done.report.findings)


def red(findings: Iterable[Finding]) -> Found:
    """Rule, resource, property, verdict of all that is not as it should be."""
    wrong = (Verdict.FAIL, Verdict.UNKNOWN)
    return {(f.rule, f.name, f.property, f.verdict.value) for f in findings if f.verdict in wrong}


def document(program: str, name: str) -> Path:
    return DOCUMENTS / program / f"{name}.json"


def as_in_a_preview(folder: Path) -> Found:
    """What door 1 finds where computed values are unknown, as they are in a preview."""
    project = find(folder)
    child = run(project, "cn-mainland", 300, strict=True)
    return red(judge(child.graph, of_jurisdiction("cn-mainland")).findings)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_judged_alike_through_its_state(program: str) -> None:
    by_program = found(judged(DOCUMENTS / program))
    assert by_program, "each of these programs has something to find"
    assert found(judged(document(program, "export"))) == by_program - SPELLED_OUT


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_judged_alike_through_its_preview(program: str) -> None:
    assert found(judged(document(program, "preview"))) == as_in_a_preview(DOCUMENTS / program) - SPELLED_OUT


def test_only_a_program_tells_what_it_spells_out_under_a_secret_mark() -> None:
    assert found(judged(DOCUMENTS / "secrets")) >= SPELLED_OUT


def test_what_a_preview_hides_is_undecided_where_the_program_shows_it() -> None:
    """A policy that is written around an output is whole in door 1, and one unknown text in a preview."""
    by_program, by_preview = found(judged(DOCUMENTS / "policies")), found(judged(document("policies", "preview")))
    only_program = {row for row in by_program - by_preview if row[3] == "fail"}
    assert {("no-public-principal", "images"), ("no-public-principal", "reports")} <= {r[:2] for r in only_program}
    undecided = {(rule, name) for rule, name, _, verdict in by_preview if verdict == "unknown"}
    assert {row[:2] for row in only_program} <= undecided


@pytest.mark.parametrize("program", CHANGED)
def test_a_changed_program_is_judged_alike_through_its_preview(program: str, tmp_path: Path) -> None:
    """All but what only a preview can tell: what the change takes away."""
    folder = tmp_path / program
    shutil.copytree(DOCUMENTS / program, folder)
    (folder / "change.py").replace(folder / "__main__.py")
    seen = found(judged(document(program, "change")))
    assert {row for row in seen if row[0] != "store-kept-through-change"} == as_in_a_preview(folder)


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_finding_has_the_line_that_asked_for_it(program: str) -> None:
    def lines(done: Audit) -> set[tuple[str, str, str]]:
        return {(f.rule, f.name, str(f.source)) for f in done.report.violations if f.type.startswith(("aws:", "kub"))}

    by_program = lines(judged(DOCUMENTS / program))
    assert by_program and not any(place == "None" for _, _, place in by_program)
    by_preview = lines(judged(document(program, "preview")))
    assert by_preview and by_preview <= by_program


@pytest.mark.parametrize(("program", "fate"), [("deleted", Fate.DELETED), ("replaced", Fate.REPLACED)])
def test_what_a_change_takes_away_is_a_critical_finding(program: str, fate: Fate) -> None:
    done = judged(document(program, "change"))
    [loss] = done.graph.losses
    assert loss.fate is fate
    [finding] = [f for f in done.report.violations if f.rule == "store-kept-through-change"]
    assert finding.name == loss.resource.name and finding.severity.label == "critical"
    assert finding.region == "cn-north-1" and finding.account


def test_what_is_deleted_is_judged_as_gone_and_what_stays_as_it_will_be() -> None:
    done = judged(document("deleted", "change"))
    assert {r.name for r in done.graph.resources if r.type.startswith("aws:")} == {"notices"}
    updated = judged(document("updated", "change"))
    assert not updated.graph.losses and not updated.graph.hidden
    rules = {(f.rule, f.name) for f in updated.report.violations}
    assert {("key-rotation", "key"), ("security-group-ingress-limited", "gate")} <= rules
    before = {(f.rule, f.name) for f in judged(document("updated", "export")).report.violations}
    assert not {("key-rotation", "key"), ("security-group-ingress-limited", "gate")} & before


def test_unchanged_resources_that_are_not_shown_leave_the_whole_undecided(tmp_path: Path) -> None:
    """What `pulumi preview --json` prints without `--show-sames`."""
    data: dict[str, Any] = json.loads(document("updated", "change").read_text())
    data["steps"] = [s for s in data["steps"] if s["op"] != "same" or s["urn"].count("pulumi:pulumi:Stack::")]
    file = tmp_path / "p.json"
    file.write_text(json.dumps(data))
    done = judged(file)
    assert done.graph.hidden > 0 and done.report.exit_code == 1, "what is shown is violated"
    assert any("pulumi preview --json --show-sames" in problem for problem in done.report.problems)
    assert not {f.rule for f in done.report.violations} & {"no-path-out-of-jurisdiction", "backup-coverage"}
    data["steps"] = [s for s in data["steps"] if s["op"] == "same"]
    file.write_text(json.dumps(data))
    assert judged(file).report.exit_code == 2


def test_no_secret_of_a_program_is_in_what_is_made_of_its_documents() -> None:
    for door in ("preview", "export"):
        text = judged(document("secrets", door)).graph.dumps()
        assert "hush" not in text and "hunter2" not in text
