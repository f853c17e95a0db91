"""Requirements and rules, held against each other both ways."""

import pytest

from policies.frameworks_loader import _framework, clauses_of, frameworks
from policies.registry import all_rules
from policies.results import Severity

ASKED_FOR_BY_NO_LAW: dict[str, str] = {}
"""Rule of medium severity or above -> why it stands although no clause asks for it."""


def test_the_frameworks_are_there():
    assert [f.id for f in frameworks()] == [
        "cybersecurity-law",
        "data-security-law",
        "gdpr",
        "hipaa",
        "mlps-level-3",
        "pipl",
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
        assert all((r.clause, r.title, r.title_zh, r.paraphrase, r.source)), r.id


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
        ("mark: X\n    document: d", "mark 'X'"),
    ],
)
def test_mistakes_in_a_file_are_errors(tmp_path, text, problem):
    file = tmp_path / "law.yaml"
    row = f"  - id: a\n    clause: '1'\n    title: t\n    title_zh: t\n    paraphrase: p\n    source: s\n    {text}\n"
    file.write_text(f"id: law\ntitle: t\ntitle_zh: t\nrequirements:\n{row}")
    with pytest.raises(ValueError, match=problem):
        _framework(file)


def test_a_file_bears_its_id(tmp_path):
    (tmp_path / "law.yaml").write_text("id: other\n")
    with pytest.raises(ValueError, match="not the file's name"):
        _framework(tmp_path / "law.yaml")
