"""JUnit: the grammar that CI servers read, red exactly where the gate is, and nothing of a program becomes markup."""

import xml.etree.ElementTree as ElementTree
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.reports.as_junit import JUDGEMENT, render
from policies.results import Report, Severity, Verdict
from policies.waivers import Waiver
from tests.policies.reports.samples import finding, report, urn

# element -> (required attributes, allowed attributes, allowed children), as in the schema of Jenkins' xUnit plugin
# (junit-10.xsd), which GitLab, GitHub's reporters and Azure read too.
_SAID = (set(), {"type", "message"}, set())
GRAMMAR: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "disabled", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests"},
        {"failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name"}, {"classname", "assertions", "time", "status"}, {"skipped", "error", "failure"}),
    "failure": _SAID,
    "error": _SAID,
    "skipped": _SAID,
}


def parsed(found: Report) -> ElementTree.Element:
    root = ElementTree.fromstring(render(found))  # noqa: S314  our own text
    for element in root.iter():
        required, allowed, children = GRAMMAR[element.tag]
        assert required <= set(element.attrib) <= required | allowed, element.tag
        assert {child.tag for child in element} <= children, element.tag
    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[key]) == sum(1 for case in cases if case.find(tag) is not None)
    for key in ("tests", "failures", "errors"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in root)
    return root


def cases(root: ElementTree.Element) -> dict[tuple[str, str], str]:
    """(class name, name) -> what the case says, empty where it passed."""
    found = [((c.attrib["classname"], c.attrib["name"]), c[0].tag if len(c) else "") for c in root.iter("testcase")]
    assert len(dict(found)) == len(found), "two cases of one name"
    return dict(found)


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_it_is_red_where_the_gate_is(verdict: Verdict, severity: Severity) -> None:
    found = report(finding(verdict, severity=severity))
    root = parsed(found)
    red = int(root.attrib["failures"]) + int(root.attrib["errors"])
    assert (red > 0) == (found.exit_code != 0)


def test_a_suite_a_theme_and_a_case_a_rule_and_resource() -> None:
    other = {"urn": urn("aws:sqs/queue:Queue", "q"), "type": "aws:sqs/queue:Queue", "name": "q"}
    root = parsed(
        report(
            finding(Verdict.PASS),
            finding(Verdict.PASS, **other),
            finding(found="worse", property="b"),
            finding(found="also", property="c"),
            finding(Verdict.UNKNOWN, rule="another", theme="residency"),
        )
    )
    assert [suite.attrib["name"] for suite in root] == [JUDGEMENT, "encryption-at-rest", "residency"]
    bucket = "aws:s3/bucket:Bucket images-bucket"
    assert {key: said for key, said in cases(root).items() if not key[0].startswith(JUDGEMENT)} == {
        ("encryption-at-rest.key-rotation", bucket): "failure",
        ("encryption-at-rest.key-rotation", "aws:sqs/queue:Queue q"): "",
        ("residency.another", bucket): "error",
    }
    (failure,) = root.iter("failure")
    assert failure.attrib["message"].endswith("(and 1 more)")
    for said in ("found: worse", "found: also", "remedy: Tag it.", "source: infra/blueprint.py:7"):
        assert said in (failure.text or "")


def test_resources_of_one_name_stay_apart() -> None:
    twins = [
        finding(urn=f"urn:pulumi:s::p::hospital-cloud:index:{p}$aws:s3/bucket:Bucket::images-bucket") for p in "ab"
    ]
    assert len(cases(parsed(report(*twins)))) == 2 + 2  # and the two of the judgement itself


def test_why_a_case_is_skipped() -> None:
    waiver = Waiver("key-rotation", "*", "a migration", "the owner", date(2027, 1, 31))
    root = parsed(
        report(
            finding(Verdict.WAIVED, waiver=waiver),
            finding(Verdict.NOT_APPLICABLE, rule="b", found="a trial"),
            finding(rule="c", severity=Severity.LOW),
            not_covered={},
        )
    )
    said = [element.attrib["message"] for element in root.iter("skipped")]
    assert said[:2] == ["not applicable: a trial", "advice, does not stop the gate: " + finding().message]
    assert said[2] == "waived: by the owner until 2027-01-31: a migration"


def test_a_report_that_is_not_whole_is_red() -> None:
    found = report(problems=("nothing was judged",))
    root = parsed(found)
    (error,) = root.iter("error")
    assert error.attrib["message"] == "nothing was judged" and found.exit_code == 2


def test_only_the_head_differs() -> None:
    one, two = render(report(finding())), render(report(finding(), head={"time": "2027-01-01T00:00:00+00:00"}))
    rest = [
        [line.split(" timestamp=")[0] for line in text.splitlines() if "<properties>" not in line]
        for text in (one, two)
    ]
    assert rest[0] == rest[1]


HOSTILE = st.text(max_size=30) | st.sampled_from(
    ["]]>", "<failure/>", '"/><x', "&#0;", "\x00\x08\x1b[2J", "\ud800", "\ufffe\uffff", "a\nb\r\tc", "\u202e", "&amp;"]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(HOSTILE, min_size=12, max_size=12))
def test_no_value_becomes_markup(values: list[str]) -> None:
    names = ("name", "type", "urn", "found", "wanted", "remedy", "property", "rule", "theme")
    fields: dict[str, Any] = dict(zip(names, values, strict=False))
    root = parsed(
        report(
            finding(**fields),
            finding(Verdict.UNKNOWN, **{**fields, "rule": "other"}),
            problems=(values[9],),
            head={"commit": values[10], "time": values[11]},
        )
    )
    assert sum(1 for _ in root.iter("testcase")) == 4
