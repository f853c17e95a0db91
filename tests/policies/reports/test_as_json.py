"""The JSON form holds to its schema, and says everything."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from infra.audit import Frame, audit
from infra.preview import preview
from policies.reports.as_json import dumps, to_json
from policies.results import Severity, StackPlace, Verdict
from policies.waivers import Waiver
from tests.conftest import ROOT
from tests.policies.reports.samples import finding, report

SCHEMA = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text())


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_fits_the_schema(verdict: Verdict) -> None:
    for severity in Severity:
        data = json.loads(dumps(report(finding(verdict, severity=severity, region=None, stack=None, source=None))))
        jsonschema.validate(data, SCHEMA)


@pytest.mark.parametrize("stack", ["dev", "cn-clinic"])
def test_a_real_report_fits_the_schema(stack: str) -> None:
    seen = preview(Path(ROOT / "stacks" / f"Pulumi.{stack}.yaml"))
    assert seen.report.details["residency"] and seen.report.details["evidence"]
    jsonschema.validate(json.loads(dumps(seen.report)), SCHEMA)


@pytest.mark.parametrize("program", ["complies", "violates"])
def test_a_report_on_a_foreign_program_fits_the_schema(program: str) -> None:
    done = audit(ROOT / "tests" / "programs" / program, Frame())
    jsonschema.validate(json.loads(dumps(done.report)), SCHEMA)


def test_the_schema_knows_every_key() -> None:
    assert set(SCHEMA["properties"]) == set(to_json(report()))
    waiver = Waiver("r", "*", "why", "who", date(2027, 1, 1), "CHG-1", StackPlace("waivers.yaml", 3, "waivers[0]"))
    red, waived = (
        to_json(report(finding(verdict, data_class=4, unwaivable="never", waiver=waiver)))["findings"][0]
        for verdict in (Verdict.FAIL, Verdict.WAIVED)
    )
    assert set(SCHEMA["$defs"]["finding"]["properties"]) == set(red) | set(waived)
    assert set(SCHEMA["$defs"]["waiver"]["properties"]) == set(waived["waiver"])
    jsonschema.validate(to_json(report(finding(Verdict.WAIVED, waiver=waiver))), SCHEMA)


@pytest.mark.parametrize(
    ("found", "word", "code"),
    [
        ([], "complies", 0),
        ([finding(Verdict.PASS)], "complies", 0),
        ([finding(severity=Severity.LOW)], "complies", 0),
        ([finding(severity=Severity.MEDIUM)], "violated", 1),
        ([finding(Verdict.UNKNOWN)], "undecided", 2),
        ([finding(Verdict.UNKNOWN), finding()], "violated", 1),
    ],
)
def test_verdict_and_code(found: list[object], word: str, code: int) -> None:
    data = to_json(report(*found))
    assert (data["verdict"], data["exit_code"]) == (word, code)
