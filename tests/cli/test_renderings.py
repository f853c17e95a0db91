"""`--format` and `--base`: what is written where, and how a bad base ends."""

import json
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAMS, Cli

ALL = ("html", "json", "sarif", "junit", "markdown")
FILES = {"report.html", "report.json", "report.sarif", "report.xml", "report.md"}


def written(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_every_form_is_written(cli: Cli, tmp_path: Path) -> None:
    ended = cli("audit", PROGRAMS / "violates", *(part for form in ALL for part in ("--format", form)))
    folder = tmp_path / "out" / "audit-violates"
    assert ended.code == 1 and written(folder) == FILES
    results = json.loads((folder / "report.sarif").read_text())["runs"][0]["results"]
    report = json.loads((folder / "report.json").read_text())
    failed = [f["rule"] for f in report["findings"] if f["verdict"] == "fail"]
    assert sorted(r["ruleId"] for r in results) == sorted(failed)
    root = ElementTree.parse(folder / "report.xml").getroot()  # noqa: S314  our own text
    gating = [f for f in report["findings"] if f["verdict"] == "fail" and f["severity"] != "low"]
    assert int(root.attrib["failures"]) == len(gating) < len(failed)
    assert f"**{len(gating)} violated**" in (folder / "report.md").read_text()


def test_only_what_was_asked_for_is_written(cli: Cli, tmp_path: Path) -> None:
    cli("audit", PROGRAMS / "complies", "--format", "sarif")
    assert written(tmp_path / "out" / "audit-complies") == {"report.sarif"}


def test_a_preview_writes_them_too(cli: Cli, tmp_path: Path) -> None:
    ended = cli("preview", "--stack", "dev", "--format", "sarif", "--format", "markdown")
    assert written(tmp_path / "out" / "dev") == {"report.sarif", "report.md"}
    assert ended.code == 0, ended.out


def test_places_are_told_from_the_repository(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "a repository" / "infra" / "ward#1"
    shutil.copytree(PROGRAMS / "violates", project)
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "a repository")], check=True)
    cli("audit", project, "--format", "sarif")
    (file,) = (tmp_path / "out").glob("*/report.sarif")
    results = json.loads(file.read_text())["runs"][0]["results"]
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results}
    assert uris == {"infra/ward%231/__main__.py"}


def test_a_document_is_where_its_findings_sit(cli: Cli, tmp_path: Path) -> None:
    row = {"urn": "urn:pulumi:s::p::aws:sqs/queue:Queue::q", "type": "aws:sqs/queue:Queue", "name": "q", "custom": True}
    file = tmp_path / "graph.json"
    file.write_text(json.dumps({"format": 1, "resources": [{**row, "inputs": {}, "region": "us-east-1"}]}))
    assert cli("audit", file, "--format", "sarif").code == 1
    (log,) = (tmp_path / "out").glob("*/report.sarif")
    results = json.loads(log.read_text())["runs"][0]["results"]
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results} == {"graph.json"}


def test_against_a_base(cli: Cli, tmp_path: Path) -> None:
    assert cli("audit", PROGRAMS / "violates").code == 1
    base = tmp_path / "base.json"
    report = json.loads((tmp_path / "out" / "audit-violates" / "report.json").read_text())
    failed = [f for f in report["findings"] if f["verdict"] == "fail"]
    gone = {**failed[0], "rule": "gone"}
    base.write_text(json.dumps({**report, "findings": [*failed[1:], gone]}))
    ended = cli("audit", PROGRAMS / "violates", "--base", base, "--format", "json", "--format", "markdown")
    said = f"1 new, 1 fixed, {len(failed) - 1} still there"
    assert said in ended.out
    folder = tmp_path / "out" / "audit-violates"
    changes = json.loads((folder / "report.json").read_text())["details"]["changes"]
    assert [row["rule"] for row in changes["fixed"]] == ["gone"]
    assert "**1 new**, 1 fixed" in (folder / "report.md").read_text()


def test_a_folder_of_bases(cli: Cli, tmp_path: Path) -> None:
    cli("audit", PROGRAMS / "complies")
    bases = tmp_path / "bases"
    shutil.copytree(tmp_path / "out", bases)
    assert "0 new, 0 fixed, 0 still there" in cli("audit", PROGRAMS / "complies", "--base", bases).out
    missing = cli("audit", PROGRAMS / "violates", "--base", bases)
    assert missing.code == 2 and "audit-violates/report.json does not exist" in missing.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; wanted: JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ("{}", "is no report of format 1; wanted: a report.json that hospital-cloud wrote"),
        ('{"format": 1, "findings": [{"verdict": "fail", "severity": "odd"}]}', "findings[0].severity is not usable"),
        ("\x00\xff", "is not JSON"),
    ],
)
def test_a_bad_base(cli: Cli, tmp_path: Path, text: str, said: str) -> None:
    base = tmp_path / "base.json"
    base.write_text(text)
    ended = cli("audit", PROGRAMS / "complies", "--base", base)
    assert ended.code == 2 and said in ended.err, ended.err


def test_one_base_is_not_for_all_stacks(cli: Cli, tmp_path: Path) -> None:
    base = tmp_path / "base.json"
    base.write_text("{}")
    ended = cli("preview", "--all", "--base", base)
    assert ended.code == 2 and "wanted: a folder with STACK/report.json" in ended.err


def test_an_unknown_form_is_named_with_what_is_allowed(cli: Cli) -> None:
    ended = cli("audit", PROGRAMS / "complies", "--format", "pdf")
    assert ended.code == 2
    assert all(form in ended.err for form in ALL)
