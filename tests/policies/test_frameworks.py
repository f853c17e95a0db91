"""Requirements and rules, held against each other both ways."""

import re

import pytest

import jurisdictions
from policies.frameworks_loader import NoSuchFramework, _framework, clauses_of, frameworks, frameworks_of
from policies.registry import all_rules
from policies.results import Severity

ASKED_FOR_BY_NO_LAW: dict[str, str] = {}
"""Rule of medium severity or above -> why it stands although no clause asks for it."""


def test_the_frameworks_are_there():
    assert [f.id for f in frameworks()] == [
        "cybersecurity-law",
        "data-security-law",
        "gbt-39725",
        "gdpr",
        "health-sector",
        "hipaa",
        "incident-reporting",
        "iso-27001",
        "mlps-level-3",
        "network-data-regulation",
        "pipl",
        "record-retention",
    ]


@pytest.mark.parametrize("framework", frameworks(), ids=lambda f: f.id)
def test_every_rule_named_exists_and_once(framework):
    known = {rule.id for rule in all_rules()}
    for requirement in framework.requirements:
        assert set(requirement.rules) <= known, (requirement.id, set(requirement.rules) - known)
        assert len(set(requirement.rules)) == len(requirement.rules), requirement.id


def test_every_rule_that_weighs_is_asked_for():
    unasked = {rule.id for rule in all_rules() if rule.severity >= Severity.MEDIUM and not clauses_of(rule.id)}
    assert unasked == set(ASKED_FOR_BY_NO_LAW), "name it in policies/frameworks/*.yaml, or review it into the list"


def test_ids_are_unique_and_texts_are_there():
    requirements = [r for f in frameworks() for r in f.requirements]
    assert len({r.id for r in requirements}) == len(requirements)
    for r in requirements:
        assert all((r.clause, r.title, r.title_zh, r.paraphrase, r.paraphrase_zh, r.source)), r.id
        assert bool(r.document) == bool(r.document_zh), r.id
        assert all(re.search(r"[\u4e00-\u9fff]", t) for t in (r.title_zh, r.paraphrase_zh, r.document_zh) if t), r.id


def test_each_framework_applies_somewhere_and_each_jurisdiction_has_one():
    for framework in frameworks():
        assert framework.applies_in and set(framework.applies_in) <= set(jurisdictions.names())
    for name in jurisdictions.names():
        assert frameworks_of(name, None), name


def test_a_stack_answers_to_the_laws_of_its_jurisdiction_and_level():
    china = {f.id for f in frameworks_of("cn-mainland", 3)}
    assert {"mlps-level-3", "pipl", "record-retention", "iso-27001"} <= china and not china & {"gdpr", "hipaa"}
    assert china - {f.id for f in frameworks_of("cn-mainland", 2)} == {"mlps-level-3"}
    assert [f.id for f in frameworks_of("eu", None)] == ["gdpr", "iso-27001"]
    assert [f.id for f in frameworks_of("us", None)] == ["hipaa", "iso-27001"]


def test_frameworks_may_be_asked_for():
    assert [f.id for f in frameworks_of("eu", None, ["pipl", "hipaa", "pipl"])] == ["hipaa", "pipl"]
    assert frameworks_of("eu", None, ["all"]) == frameworks()
    with pytest.raises(NoSuchFramework, match="there is no framework 'gpdr'; allowed: all, cybersecurity-law"):
        frameworks_of("eu", None, ["gdpr", "gpdr"])


def test_all_93_controls_of_iso_27001_are_there():
    named = set()
    for requirement in next(f for f in frameworks() if f.id == "iso-27001").requirements:
        numbers = [tuple(map(int, n.split("."))) for n in re.findall(r"\d+\.\d+", requirement.clause)]
        last = numbers[-1][1] if " to " in requirement.clause else None
        named |= {(numbers[0][0], n) for n in range(numbers[0][1], last + 1)} if last else set(numbers)
    expected = {5: 37, 6: 8, 7: 14, 8: 34}
    assert named == {(part, n) for part, most in expected.items() for n in range(1, most + 1)}


def test_every_level_of_the_health_data_guide_has_its_row():
    rows = next(f for f in frameworks() if f.id == "gbt-39725").requirements
    assert [r.data_class for r in rows if r.data_class] == [1, 2, 3, 4, 5]


def test_what_no_infrastructure_shows_names_its_document():
    assert all(r.document for f in frameworks() for r in f.requirements if not r.is_provable)


def test_the_amended_law_keeps_both_numbers():
    law = next(f for f in frameworks() if f.id == "cybersecurity-law")
    assert all("before 2026" in r.clause for r in law.requirements)


def test_clauses_of_a_rule():
    assert "GB/T 22239-2019, level 3, 8.1.4.9 b)" in [str(c) for c in clauses_of("real-time-off-site-copy")]
    assert clauses_of("no-such-rule") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mark: V", "neither rules nor a document"),
        ("mark: V\n    document: d", "in one language only"),
        ("mark: X\n    document: d\n    document_zh: d", "mark 'X'"),
    ],
)
def test_mistakes_in_a_file_are_errors(tmp_path, text, problem):
    file = tmp_path / "law.yaml"
    row = "".join(f"    {key}: x\n" for key in ("title", "title_zh", "paraphrase", "paraphrase_zh", "source"))
    row = f"  - id: a\n    clause: '1'\n{row}    {text}\n"
    file.write_text(f"id: law\ntitle: t\ntitle_zh: t\napplies_in: [eu]\nrequirements:\n{row}")
    with pytest.raises(ValueError, match=problem):
        _framework(file)


def test_a_file_bears_its_id(tmp_path):
    (tmp_path / "law.yaml").write_text("id: other\n")
    with pytest.raises(ValueError, match="not the file's name"):
        _framework(tmp_path / "law.yaml")


def test_a_jurisdiction_that_is_not_there_is_an_error(tmp_path):
    (tmp_path / "law.yaml").write_text("id: law\ntitle: t\ntitle_zh: t\napplies_in: [atlantis]\nrequirements: []\n")
    with pytest.raises(ValueError, match="atlantis"):
        _framework(tmp_path / "law.yaml")
