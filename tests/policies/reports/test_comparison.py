"""A report against an earlier one: the same finding is known again, and a hostile base is refused with a sentence."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.graph import Place
from policies.reports.as_json import dumps
from policies.reports.comparison import BadBase, base_in, changes_in_words, compared, marked
from policies.results import Report, Severity, Verdict
from tests.policies.reports.samples import finding, report


def data(*findings: Any) -> Any:
    return json.loads(dumps(report(*findings)))


def changes(now: Report, before: Any) -> dict[str, Any]:
    return compared(now, base_in(before, "base.json"))


def test_new_fixed_still() -> None:
    kept, gone, fresh = finding(rule="a"), finding(rule="b", severity=Severity.CRITICAL), finding(rule="c")
    found = changes(report(kept, fresh), data(kept, gone))
    marks = {f.rule: mark for f, mark in marked(report(kept, fresh))}
    assert found["new"] == [marks["c"]]
    assert [row["rule"] for row in found["fixed"]] == ["b"]
    assert found["still"] == 1 and found["same_rule_set"]
    assert found["base"]["commit"] == "c0ffee" and found["base"]["verdict"] == "violated"


@pytest.mark.parametrize(
    "moved",
    [
        {"source": Place("elsewhere.py", 99), "component": None, "stack": None},
        {"found": "another value", "wanted": "another wish", "remedy": "", "severity": Severity.LOW},
        {"verdict": Verdict.UNKNOWN},
        {"urn": "urn:pulumi:renamed::other-project::aws:s3/bucket:Bucket::images-bucket"},
    ],
)
def test_a_finding_that_moves_is_the_same(moved: dict[str, Any]) -> None:
    found = changes(report(replace(finding(), **moved)), data(finding()))
    assert (found["new"], found["fixed"], found["still"]) == ([], [], 1)


@pytest.mark.parametrize(
    "other", [{"rule": "x"}, {"property": "x"}, {"urn": "urn:pulumi:s::p::aws:s3/bucket:Bucket::another"}]
)
def test_another_finding_is_another(other: dict[str, str]) -> None:
    found = changes(report(replace(finding(), **other)), data(finding()))
    assert (len(found["new"]), len(found["fixed"]), found["still"]) == (1, 1, 0)


def test_several_findings_of_one_property_are_counted() -> None:
    three = [finding(found=text) for text in "abc"]
    found = changes(report(*three[:2]), data(*three))
    assert (len(found["new"]), len(found["fixed"]), found["still"]) == (0, 1, 2)


def test_a_waiver_fixes_and_its_end_breaks() -> None:
    red, waived = finding(), finding(Verdict.WAIVED)
    assert len(changes(report(waived), data(red))["fixed"]) == 1
    assert len(changes(report(red), data(waived))["new"]) == 1


def test_in_words() -> None:
    now = report(finding())
    assert changes_in_words(now) == ""
    told = replace(now, details={**now.details, "changes": changes(now, data())})
    assert changes_in_words(told) == "against the base c0ffee: 1 new, 0 fixed, 0 still there"
    before = data()
    before["head"] = {"rule set": "older", "commit": ["hostile"]}
    told = replace(now, details={**now.details, "changes": changes(now, before)})
    assert "unnamed commit" in changes_in_words(told) and "the rule set differs" in changes_in_words(told)


@pytest.mark.parametrize(
    ("base", "said"),
    [
        (None, "no report of format 1"),
        ([], "no report of format 1"),
        ({"format": 2, "findings": []}, "no report of format 1"),
        ({"format": 1, "findings": {}}, "no report of format 1"),
        ({"format": 1, "findings": [7]}, "findings[0] is no object"),
        ({"format": 1, "findings": [{"verdict": "fail"}]}, "findings[0].severity"),
        ({"format": 1, "findings": [{"verdict": "fail", "severity": "high", "rule": [1]}]}, "findings[0].rule"),
        ({"format": 1, "findings": [{"verdict": "fail", "severity": {}}] * 9}, "and 4 more"),
    ],
)
def test_a_base_that_is_none(base: Any, said: str) -> None:
    with pytest.raises(BadBase, match="wanted: a report") as error:
        base_in(base, "base.json")
    assert said in str(error.value)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ROW = st.fixed_dictionaries(
    {"verdict": st.sampled_from(["fail", "unknown", "waived", "pass"]) | ANY, "severity": st.just("high") | ANY},
    optional=dict.fromkeys(("rule", "urn", "property", "name", "type", "message"), ANY),
)


@settings(max_examples=150, deadline=None)
@given(ANY, st.lists(ROW, max_size=3), ANY)
def test_any_base_is_read_or_refused(head: Any, rows: list[Any], verdict: Any) -> None:
    base = {"format": 1, "findings": rows, "head": head, "verdict": verdict}
    try:
        read = base_in(base, "base.json")
    except BadBase:
        return
    json.dumps(compared(report(finding()), read))
