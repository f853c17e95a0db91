"""`checkov`: Checkov's own checks by the command, and merged into `audit` and `preview`."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from policies.checkov_runner import ask as asking
from policies.checkov_runner.environment import NoEnvironment
from tests.cli.conftest import PROGRAMS, Cli


def test_a_program_that_violates(cli: Cli) -> None:
    ended = cli("checkov", PROGRAMS / "violates", "--compact")
    assert ended.code == 1, ended.err
    failed = "FAILED CKV_AWS_20 aws:s3/bucket:Bucket images __main__.py:5: S3 Bucket has an ACL defined which allows public READ access."
    assert failed in ended.out
    assert "PASSED CKV_AWS_57 aws:s3/bucket:Bucket images" in ended.out
    assert "passed " in ended.out.splitlines()[-1]
    assert "store-customer-key" not in ended.out  # our rules are not asked


def test_flags_as_in_checkovs_own_command(cli: Cli) -> None:
    arguments = ("checkov", PROGRAMS / "violates", "--check", "CKV_AWS_2?,CKV2_AWS_6", "--skip-check", "CKV_AWS_21")
    ended = cli(*arguments, "--quiet", "-s", "-o", "json")
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    assert {f["rule"] for f in report["findings"]} == {"CKV_AWS_20", "CKV2_AWS_6"}
    assert report["exit_code"] == 1 and report["head"]["checkov"] and "evidence" not in report["details"]
    assert {f["theme"] for f in report["findings"]} == {"checkov"}


def test_other_tools_read_it(cli: Cli) -> None:
    sarif = json.loads(cli("checkov", PROGRAMS / "violates", "-o", "sarif", "--check", "CKV_AWS_20").out)
    result = sarif["runs"][0]["results"][0]
    assert result["ruleId"] == "CKV_AWS_20"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 5
    junit = cli("checkov", PROGRAMS / "violates", "-o", "junitxml", "--check", "CKV_AWS_20")
    root = ElementTree.fromstring(junit.out)  # noqa: S314  our own text
    assert any(
        "CKV_AWS_20" in (case.get("name") or "") + (case.get("classname") or "") for case in root.iter("testcase")
    )


def test_nothing_to_check_is_not_said_to_comply(cli: Cli) -> None:
    ended = cli("checkov", PROGRAMS / "violates", "--check", "CKV_AWS_999", "--compact")
    assert ended.code == 2 and "no check of Checkov that was asked for knows any of these resources" in ended.out


@pytest.mark.parametrize("bad", ["a b", "CKV;rm", "x" * 100])
def test_what_is_no_id(cli: Cli, bad: str) -> None:
    ended = cli("checkov", PROGRAMS / "violates", "--check", bad)
    assert ended.code == 2 and "is no id of a check; wanted: CKV_AWS_18" in ended.err


def test_merged_into_an_audit(cli: Cli, tmp_path: Path) -> None:
    ended = cli("audit", PROGRAMS / "violates", "--checkov")
    assert ended.code == 1 and "FAIL CKV_AWS_20 [high]" in ended.out and "FAIL store-customer-key" in ended.out
    report = json.loads((tmp_path / "out" / "audit-violates" / "report.json").read_text())
    assert report["themes"]["checkov"]["fail"] >= 3 and "CKV_AWS_20" in report["rules"]
    assert (tmp_path / "out" / "audit-violates" / "report.html").read_text().count("CKV_AWS_20")


def test_a_waiver_covers_a_check(cli: Cli, tmp_path: Path) -> None:
    from datetime import date, timedelta

    (tmp_path / "waivers.yaml").write_text(
        "schema: 1\nwaivers:\n  - rule: CKV_AWS_20\n    resource: aws:s3/bucket:Bucket::images\n"
        "    reason: published on purpose, holds the hospital's leaflets\n    owner: web team\n"
        f"    expires_on: {date.today() + timedelta(days=30)}\n"
    )
    arguments = ("checkov", PROGRAMS / "violates", "--check", "CKV_AWS_20", "--waivers", tmp_path / "waivers.yaml")
    ended = cli(*arguments, "--compact")
    assert ended.code == 0 and "SKIPPED CKV_AWS_20" in ended.out
    assert cli(*arguments[:4], "--no-waivers", "--compact").code == 1


def test_without_an_environment(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(**_: object) -> Path:
        raise NoEnvironment("Checkov's environment is not there, and no package index can be reached to make it")

    monkeypatch.setattr(asking.environment, "python", nowhere)
    alone = cli("checkov", PROGRAMS / "complies")
    assert alone.code == 2 and alone.out == "" and "no package index can be reached" in alone.err
    merged = cli("audit", PROGRAMS / "complies", "--checkov")
    assert merged.code == 2 and "no package index can be reached" in merged.out  # the rest of the report stands
    assert " passed, 0 violated" in merged.out
