"""What a report proves, clause by clause: each status one field away, and what must hold of every report."""

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from infra.judgement import context_of, judge_stack
from infra.settings import load
from policies.evidence import FIRST, Status, evidence, with_evidence
from policies.frameworks_loader import Framework, Requirement, frameworks, frameworks_of
from policies.reports.as_json import to_json
from policies.reports.evidence_text import blocks
from policies.reports.terminal import findings as show_findings
from policies.results import Finding, Report, Severity, Verdict
from tests.conftest import ROOT
from tests.policies.reports.samples import finding as sample
from tests.policies.reports.samples import report as sample_report

SCHEMA = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text())
RULES = ("key-rotation", "disk-encrypted", "log-retention")


def requirement(**changes: object) -> Requirement:
    given_: dict[str, object] = {
        "id": "law-1",
        "clause": "1",
        "title": "t",
        "title_zh": "标题",
        "paraphrase": "p",
        "paraphrase_zh": "释义",
        "rules": RULES[:2],
        "document": "",
        "document_zh": "",
        "mark": "K",
        "source": "s",
    }
    return Requirement(**{**given_, **changes})  # type: ignore[arg-type]


def law(*requirements: Requirement) -> Framework:
    return Framework("law", "Law", "法", requirements or (requirement(),), ("eu",))


def of(rule: str, verdict: Verdict = Verdict.PASS, name: str = "a", **fields: object) -> Finding:
    return sample(verdict, rule=rule, urn=f"urn:pulumi:s::p::t:t/t:T::{name}", name=name, **fields)


def report(*found: Finding, **fields: object) -> Report:
    return replace(sample_report(*found), rules=RULES, **fields)  # type: ignore[arg-type]


def judged(reported: Report, asked: Requirement | None = None):
    (framework,) = evidence(reported, [law(*([asked] if asked else []))])
    return framework.requirements[0]


PROVEN = (of(RULES[0]), of(RULES[1], name="b"))


# --- each status


def test_a_pass_proves_and_names_its_resources():
    found = judged(report(*PROVEN))
    assert found.status is Status.PROVEN
    assert [urn.rpartition("::")[2] for urn in found.resources[Status.PROVEN]] == ["a", "b"]
    assert [(r.rule, r.status, dict(r.findings)) for r in found.rules] == [
        (RULES[0], Status.PROVEN, {Status.PROVEN: 1}),
        (RULES[1], Status.PROVEN, {Status.PROVEN: 1}),
    ]


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.FAIL, Status.VIOLATED),
        (Verdict.UNKNOWN, Status.UNDECIDED),
        (Verdict.WAIVED, Status.WAIVED),
        (Verdict.NOT_APPLICABLE, Status.PROVEN),
        (Verdict.PASS, Status.PROVEN),
    ],
)
@pytest.mark.parametrize("severity", list(Severity))
def test_one_finding_among_proofs_decides(verdict: Verdict, status: Status, severity: Severity):
    """What is red and low is advice: it stops no gate, and violates no requirement."""
    if severity < Severity.MEDIUM and status in (Status.VIOLATED, Status.UNDECIDED):
        status = Status.ADVISED
    assert judged(report(*PROVEN, of(RULES[0], verdict, "c", severity=severity))).status is status


def test_the_gravest_counts():
    both = [of(RULES[0], Verdict.UNKNOWN), of(RULES[1], Verdict.FAIL), of(RULES[0], Verdict.WAIVED, "w")]
    assert judged(report(*both)).status is Status.VIOLATED
    assert judged(report(both[0], both[2])).status is Status.UNDECIDED


def test_another_rules_findings_change_nothing():
    assert judged(report(*PROVEN, of(RULES[2], Verdict.FAIL))).status is Status.PROVEN


def test_without_a_resource_of_the_kind_it_is_not_applicable():
    assert judged(report()).status is Status.NOT_APPLICABLE
    assert judged(report(of(RULES[0], Verdict.NOT_APPLICABLE))).status is Status.NOT_APPLICABLE


def test_a_document_is_needed_where_nothing_is_proven_and_stays_needed_where_something_is():
    asked = requirement(document="d", document_zh="文件")
    assert judged(report(), asked).status is Status.NEEDS_DOCUMENT
    assert judged(report(), requirement(rules=(), document="d", document_zh="文件")).status is Status.NEEDS_DOCUMENT
    proven = judged(report(*PROVEN), asked)
    assert proven.status is Status.PROVEN and proven.needs_document


def test_a_rule_that_did_not_run_proves_nothing():
    found = judged(replace(report(PROVEN[0]), rules=RULES[:1]))
    assert (found.status, found.why) == (Status.UNDECIDED, "did not run: disk-encrypted")


def test_an_incomplete_judgement_proves_nothing():
    found = judged(report(*PROVEN, problems=("a part was not read",)))
    assert (found.status, found.why) == (Status.UNDECIDED, "the judgement is incomplete")
    assert judged(report(of(RULES[0], Verdict.FAIL), problems=("p",))).status is Status.VIOLATED


# --- one class of data


def test_a_row_of_one_level_is_proven_by_data_of_that_level():
    asked = requirement(data_class=5)
    assert judged(report(of(RULES[0], data_class=5)), asked).status is Status.PROVEN
    assert judged(report(of(RULES[0], data_class=4)), asked).status is Status.NOT_APPLICABLE
    assert judged(report(of(RULES[0]), of(RULES[2], data_class=5)), asked).status is Status.NOT_APPLICABLE


def test_what_is_red_and_states_no_level_counts_for_each_that_is_there():
    asked = requirement(data_class=5)
    red = of(RULES[1], Verdict.FAIL)
    assert judged(report(of(RULES[0], data_class=5), red), asked).status is Status.VIOLATED
    assert judged(report(of(RULES[0], data_class=4), red), asked).status is Status.NOT_APPLICABLE
    assert judged(report(of(RULES[0], data_class=5), replace(red, data_class=4)), asked).status is Status.PROVEN


# --- properties

_FINDINGS = st.lists(
    st.builds(
        of,
        st.sampled_from(RULES),
        st.sampled_from(list(Verdict)),
        st.sampled_from("abcd"),
        data_class=st.none() | st.integers(3, 5),
    ),
    max_size=8,
)
_REQUIREMENTS = st.builds(
    lambda rules, document, data_class: requirement(
        rules=tuple(sorted(rules)), document=document, document_zh=document, data_class=data_class
    ),
    st.sets(st.sampled_from(RULES), min_size=1),
    st.sampled_from(["", "d"]),
    st.none() | st.integers(3, 5),
)


@settings(max_examples=300, deadline=None)
@given(_FINDINGS, _REQUIREMENTS)
def test_what_holds_of_every_report(found: list[Finding], asked: Requirement):
    about = [f for f in found if f.rule in asked.rules]
    if asked.data_class is None:
        verdicts = {f.verdict for f in about}
        status = judged(report(*found), asked).status
        assert (status is Status.VIOLATED) == (Verdict.FAIL in verdicts), "one violated rule violates the requirement"
        assert status is not Status.PROVEN or Verdict.UNKNOWN not in verdicts, "what is unknown is never proven"
    without = [f for f in found if f.verdict is not Verdict.PASS]
    assert judged(report(*without), asked).status is not Status.PROVEN, "without the last proof nothing is proven"
    assert evidence(report(*found), [law(asked)]) == evidence(report(*reversed(found)), [law(asked)])


@settings(max_examples=200, deadline=None)
@given(_FINDINGS, _REQUIREMENTS, st.integers(0, 7))
def test_a_proof_less_never_makes_it_better(found: list[Finding], asked: Requirement, index: int):
    order = [Status.VIOLATED, Status.UNDECIDED, Status.WAIVED, Status.PROVEN]
    if index >= len(found) or found[index].verdict is not Verdict.PASS:
        return
    before = judged(report(*found), asked).status
    after = judged(report(*found[:index], *found[index + 1 :]), asked).status
    assert after is before or (before is Status.PROVEN and after not in order) or asked.data_class is not None


# --- in reports


def test_the_jurisdiction_chooses_and_what_is_asked_for_wins():
    chosen = with_evidence(report(), "eu", None).details["evidence"]
    assert [f["id"] for f in chosen["frameworks"]] == ["gdpr", "iso-27001"] and chosen["asked"] == []
    asked = with_evidence(report(), "eu", None, ["hipaa"]).details["evidence"]
    assert [f["id"] for f in asked["frameworks"]] == ["hipaa"] and asked["asked"] == ["hipaa"]


def test_the_notes_say_what_no_clause_is_proven_for():
    notes = with_evidence(report(problems=("p",)), "eu", None).details["evidence"]["notes"]
    assert notes == [
        "1 resources of 1 types are judged by no rule of their own: no clause is proven for them",
        "the judgement is incomplete, so no clause is proven",
    ]


def test_the_json_form_fits_the_schema_and_knows_every_key():
    many = [of("key-rotation", name=f"n{n:02}") for n in range(FIRST + 5)]
    said = with_evidence(replace(report(*many), rules=("key-rotation",)), "cn-mainland", 3)
    jsonschema.validate(json.loads(json.dumps(to_json(said))), SCHEMA)
    row = said.details["evidence"]["frameworks"][0]["requirements"][0]
    assert set(row) == set(SCHEMA["$defs"]["requirement"]["properties"])
    listed = [
        part
        for f in said.details["evidence"]["frameworks"]
        for q in f["requirements"]
        for part in q["resources"].values()
    ]
    assert listed and all(part["count"] == FIRST + 5 and len(part["first"]) == FIRST for part in listed)


def _text(printed: Report, width: int = 200) -> str:
    console = Console(width=width, record=True, force_terminal=False, color_system=None)
    show_findings(console, printed)
    return console.export_text()


def test_the_terminal_shows_a_line_for_each_framework_and_clauses_when_asked():
    short = _text(with_evidence(report(of("key-rotation")), "eu", None))
    assert "Evidence by framework" in short and "gdpr" in short and "32(1)(a)" not in short
    clauses = _text(with_evidence(report(of("key-rotation")), "eu", None, ["gdpr"]))
    assert "32(1)(a)" in clauses and "The procedure of notification" in clauses


def test_names_from_a_program_do_not_reach_the_terminal_raw():
    evil = with_evidence(
        replace(report(of("key-rotation", name="a\x1b[2Jb")), rules=("key-rotation",)), "eu", None, ["all"]
    )
    assert "\x1b" not in _text(evil, 400)


def test_a_report_without_evidence_prints_none():
    assert list(blocks(report())) == []


@pytest.mark.parametrize("stack", ["cn-clinic", "eu-university"])
def test_our_stacks_violate_no_clause(graphs, stack: str):
    loaded = load(ROOT / "stacks" / f"Pulumi.{stack}.yaml")
    context = context_of(loaded)
    judged_ = judge_stack(loaded, graphs[stack])
    assert judged_.exit_code == 0
    parts = evidence(judged_, frameworks_of(context.jurisdiction.id, context.mlps_level))
    assert parts
    for part in parts:
        assert not part.counts[Status.VIOLATED] and not part.counts[Status.UNDECIDED], part.framework.id
        assert part.counts[Status.PROVEN] or not any(q.is_provable for q in part.framework.requirements)
    assert [p.to_json() for p in parts] == [p.to_json() for p in evidence(judged_, [p.framework for p in parts])]


def test_every_requirement_of_every_framework_can_be_judged():
    for part in evidence(replace(sample_report(), rules=()), frameworks()):
        for found in part.requirements:
            assert found.status in (Status.UNDECIDED, Status.NEEDS_DOCUMENT), "nothing ran, so nothing is proven"
