"""`preview`: what is shown and written, and how each bad input ends."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pytest

from infra import program
from infra.preview import preview
from policies.reports.as_json import to_json
from policies.reports.html import render
from tests.cli.conftest import ROOT, Cli

STACKS = ROOT / "stacks"


def test_everything_but_the_head_is_the_same_twice() -> None:
    first, second = (preview(STACKS / "Pulumi.dev.yaml") for _ in range(2))
    one, two = to_json(first.report), to_json(second.report)
    assert one.pop("head").keys() == two.pop("head").keys()
    assert json.dumps(one) == json.dumps(two)
    assert first.graph.dumps() == second.graph.dumps()
    pages = [render(replace(seen.report, head={}), seen.graph) for seen in (first, second)]
    assert pages[0] == pages[1]


def test_steps_and_counts_are_told() -> None:
    steps: list[str] = []
    counts: list[int] = []
    seen = preview(STACKS / "Pulumi.dev.yaml", on_step=steps.append, on_resource=counts.append)
    assert steps == ["reading the stack file", "sizing", "running the program", "judging"]
    assert counts == list(range(1, len(counts) + 1)) and counts[-1] >= len(seen.graph.resources)


def test_a_stack_is_shown_whole(cli: Cli, tmp_path: Path) -> None:
    ended = cli("preview", "--stack", "cn-clinic")
    report = json.loads((tmp_path / "out" / "cn-clinic" / "report.json").read_text())
    assert ended.code == report["exit_code"]
    details = report["details"]
    for said in (
        "stack cn-clinic",
        f"{details['resources']['count']} resources: cn-north-1 ",
        "EncryptedStorage documents",
        "Sizes, from the demand",
        "load.outpatients_per_day",
        "Edge sites",
        "Promises",
        "recovery time",
        "Verdict per theme",
        "residency",
        "report.html",
    ):
        assert said in ended.out, said
    assert "running the program" in ended.err
    assert (tmp_path / "out" / "cn-clinic" / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert sorted(p.name for p in (tmp_path / "out" / "cn-clinic").iterdir()) == ["report.html", "report.json"]


def test_json_is_the_report_and_nothing_else(cli: Cli, tmp_path: Path) -> None:
    ended = cli("preview", "--stack", "dev", "--json")
    written = json.loads((tmp_path / "out" / "dev" / "report.json").read_text())
    assert json.loads(ended.out) == written


@pytest.fixture
def stray(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of ours that registers one bucket too many."""
    original = program.main

    def main() -> None:
        original()
        aws.s3.Bucket("stray", region="us-east-1")

    monkeypatch.setattr("infra.program.main", main)


def test_a_violation_ends_in_1_with_its_places(cli: Cli, stray: None) -> None:
    ended = cli("preview", "--stack", "dev")
    assert ended.code == 1
    block = ended.out.split("FAIL resource-inside-jurisdiction", 1)[1].split("\n\n")[0]
    assert "aws:s3/bucket:Bucket stray in us-east-1" in block
    assert "found     us-east-1" in block and "wanted    a region of Mainland China" in block
    assert "stacks/Pulumi.dev.yaml:" in block and "source    tests/cli/test_preview.py:" in block


def test_all_stacks_in_one_table_and_the_worst_code(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "stacks"
    folder.mkdir()
    dev = (STACKS / "Pulumi.dev.yaml").read_text()
    (folder / "Pulumi.good.yaml").write_text(dev)
    (folder / "Pulumi.wrong.yaml").write_text(dev.replace("schema: 1", "schema: 7"))
    monkeypatch.chdir(tmp_path)
    ended = cli("preview", "--all")
    assert ended.code in (1, 2)
    assert "Pulumi.wrong.yaml:" in ended.err and "schema" in ended.err
    lines = {line.split()[0]: line for line in ended.out.splitlines() if line.strip()}
    assert "bad input" in lines["wrong"]
    assert (tmp_path / "out" / "good" / "report.html").is_file()
    rows = {row["stack"]: row for row in json.loads(cli("preview", "--all", "--json").out)["stacks"]}
    assert rows["wrong"]["exit_code"] == 2
    alone = json.loads((tmp_path / "out" / "good" / "report.json").read_text())
    assert rows["good"]["resources"] == alone["details"]["resources"]["count"]


def test_a_fault_in_one_stack_does_not_hide_the_violation_in_another(
    cli: Cli, stray: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infra import preview as module

    original = module.judge_stack

    def judge(loaded: Any, graph: Any, **options: Any) -> Any:
        if graph.stack == "breaks":
            raise ZeroDivisionError("a mistake of ours")
        return original(loaded, graph, **options)

    folder = tmp_path / "stacks"
    folder.mkdir()
    for name in ("breaks", "violates"):
        (folder / f"Pulumi.{name}.yaml").write_text((STACKS / "Pulumi.dev.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("infra.preview.judge_stack", judge)
    ended = cli("preview", "--all")
    assert ended.code == 1
    assert "ZeroDivisionError: a mistake of ours" in ended.err
    lines = {line.split()[0]: line.split()[1] for line in ended.out.splitlines() if line.strip()}
    assert (lines["breaks"], lines["violates"]) == ("fault", "violated")


def test_one_preview_leaves_nothing_behind_for_the_next() -> None:
    first = preview(STACKS / "Pulumi.dev.yaml").graph.dumps()
    preview(STACKS / "Pulumi.cn-clinic.yaml")
    assert preview(STACKS / "Pulumi.dev.yaml").graph.dumps() == first


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("cn-tertary", "did you mean 'Pulumi.cn-tertiary.yaml'?"),
        ("../../etc/passwd", "is no name of a stack"),
        ("", "is no name of a stack"),
        ("a\x1b[2Jb", "is no name of a stack"),
        ("/nowhere/Pulumi.x.yaml", "/nowhere/Pulumi.x.yaml: is not there"),
        ("/dev/null.yaml", "is not there"),
        ("tests.yaml", "tests.yaml: is not there"),
    ],
)
def test_a_stack_that_is_not_there(cli: Cli, stack: str, said: str) -> None:
    ended = cli("preview", "--stack", stack)
    assert ended.code == 2 and ended.out == ""
    assert said in ended.err and "\x1b" not in ended.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("config: [", "is not YAML"),
        ("config:\n  hospital-cloud:hospital: {}\n", "schema"),
        ("\x00\x01", "Pulumi.bad.yaml"),
    ],
)
def test_a_bad_stack_file_is_sentences(cli: Cli, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "Pulumi.bad.yaml"
    file.write_text(text)
    ended = cli("preview", "--stack", file)
    assert ended.code == 2 and said in ended.err


def test_an_unreadable_stack_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.folder.yaml").mkdir()
    ended = cli("preview", "--stack", tmp_path / "Pulumi.folder.yaml")
    assert ended.code == 2 and "is not a file" in ended.err


def test_demand_that_nothing_carries(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.huge.yaml"
    text = (STACKS / "Pulumi.cn-tertiary.yaml").read_text()
    file.write_text(text.replace("outpatients_per_day: 8000", "outpatients_per_day: 1000000000"))
    ended = cli("preview", "--stack", file)
    assert ended.code == 2 and "outpatients_per_day" in ended.err and "1000000000" in ended.err


def test_a_report_that_cannot_be_written(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    ended = cli("preview", "--stack", "dev")
    assert ended.code == 2 and "cannot be written" in ended.err


def test_an_old_report_stays_whole_when_the_disk_is_full(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out" / "dev"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("infra.cli.files.os.fdopen", full)
    ended = cli("preview", "--stack", "dev")
    assert ended.code == 2 and "No space left on device" in ended.err
    assert (folder / "report.html").read_text() == "old"
    assert [p.name for p in folder.iterdir()] == ["report.html"]
