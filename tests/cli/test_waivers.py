"""Waivers from the file to the exit code: audit and preview, and the gate inside the program."""

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pulumi
import pytest

from infra import gate
from infra.audit import Frame, audit
from infra.preview import waivers_of
from infra.settings import load
from policies.graph import Graph
from policies.results import Verdict
from policies.waiver_file import BadWaivers
from tests.cli.conftest import Cli
from tests.conftest import ROOT
from tests.resources import resource

KEY = "aws:kms/key:Key"


def text(rule: str = "key-rotation", pattern: str = f"{KEY}::key", days: int = 30) -> str:
    return f"""schema: 1
waivers:
  - rule: {rule}
    resource: '{pattern}'
    reason: imported key material cannot rotate
    owner: cio@example.org
    expires_on: {date.today() + timedelta(days=days)}
"""


@pytest.fixture
def graph_file(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "graph.json"
    nodes = [resource("pulumi:providers:aws"), resource(KEY, "key", enableKeyRotation=False)]
    file.write_text(Graph.of(nodes, project="p", stack="s").dumps())
    yield file


def verdicts(report) -> set[Verdict]:
    return {f.verdict for f in report.findings if f.rule == "key-rotation"}


def test_an_audit_takes_the_file_it_is_given(graph_file: Path, tmp_path: Path):
    assert verdicts(audit(graph_file, Frame()).report) == {Verdict.FAIL}
    (tmp_path / "w.yaml").write_text(text())
    report = audit(graph_file, Frame(waiver_file=tmp_path / "w.yaml")).report
    assert verdicts(report) == {Verdict.WAIVED}
    assert report.head["waivers"].endswith(", 1 waivers")
    assert verdicts(audit(graph_file, Frame(waiver_file=tmp_path / "w.yaml", waive=False)).report) == {Verdict.FAIL}


def test_the_exit_code_does_not_count_what_is_waived(graph_file: Path, tmp_path: Path):
    red = {(f.rule, f.urn) for f in audit(graph_file, Frame()).report.violations if f.severity > 1}
    rows = [text(rule, pattern=f"urn:*::{urn.rpartition('::')[2]}").split("waivers:\n")[1] for rule, urn in sorted(red)]
    (tmp_path / "w.yaml").write_text("schema: 1\nwaivers:\n" + "".join(rows))
    report = audit(graph_file, Frame(waiver_file=tmp_path / "w.yaml")).report
    assert report.exit_code == 0, [f.message for f in report.violations]


def project(tmp_path: Path, program: str) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    return folder


_KEY = "import pulumi_aws as aws\naws.kms.Key('key', region='cn-north-1', enable_key_rotation=False)\n"


def test_a_program_brings_its_own_file(tmp_path: Path):
    folder = project(tmp_path, _KEY)
    assert verdicts(audit(folder, Frame()).report) == {Verdict.FAIL}
    (folder / "waivers.yaml").write_text(text())
    assert verdicts(audit(folder, Frame()).report) == {Verdict.WAIVED}
    assert verdicts(audit(folder, Frame(waive=False)).report) == {Verdict.FAIL}


def test_a_program_cannot_write_its_waivers_while_it_is_judged(tmp_path: Path):
    write = f"import pathlib\npathlib.Path(__file__).with_name('waivers.yaml').write_text({text()!r})\n"
    assert verdicts(audit(project(tmp_path, write + _KEY), Frame()).report) == {Verdict.FAIL}


def test_a_bad_file_is_bad_input(graph_file: Path, tmp_path: Path):
    (tmp_path / "w.yaml").write_text(text(days=900))
    with pytest.raises(BadWaivers, match="more than a year ahead"):
        audit(graph_file, Frame(waiver_file=tmp_path / "w.yaml"))


# --- our own stacks


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "stacks" / "waivers").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shutil.copy(ROOT / "stacks" / "Pulumi.dev.yaml", tmp_path / "stacks")
    (tmp_path / "stacks" / "waivers" / "dev.yaml").write_text(text(pattern=f"{KEY}::no-such"))
    return tmp_path


def test_a_preview_finds_the_stacks_own_file(copy: Path, monkeypatch: pytest.MonkeyPatch):
    assert waivers_of(copy / "stacks" / "Pulumi.dev.yaml").file == "stacks/waivers/dev.yaml"
    monkeypatch.chdir(copy)
    assert waivers_of(Path("stacks/Pulumi.dev.yaml")).file == "stacks/waivers/dev.yaml"
    monkeypatch.chdir(copy / "stacks")
    assert waivers_of(Path("Pulumi.dev.yaml")).file == "stacks/waivers/dev.yaml"
    assert waivers_of(Path("Pulumi.other.yaml")).rows == ()


class _Child:
    synthetic = ()

    def __init__(self, graph: Graph):
        self.graph = graph


@pytest.fixture
def engine(graphs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate, "recording", lambda: False)
    monkeypatch.setattr(gate, "record_in_child", lambda *_a, **_k: _Child(graphs["dev"]))
    monkeypatch.setattr(pulumi, "get_project", lambda: "hospital-cloud")
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", said.append)
    return said


def test_the_gate_reads_the_same_file(copy: Path, engine: list[str]):
    loaded = load(copy / "stacks" / "Pulumi.dev.yaml")
    with pytest.raises(pulumi.RunError, match="waiver-unused"):
        gate.require_green(loaded, copy)
    (copy / "stacks" / "waivers" / "dev.yaml").unlink()
    gate.require_green(loaded, copy)
    assert engine[-1].endswith("complies")


def test_a_bad_file_stops_a_deployment(copy: Path, engine: list[str]):
    (copy / "stacks" / "waivers" / "dev.yaml").write_text("schema: 1\n")
    with pytest.raises(pulumi.RunError, match=r"dev\.yaml:1: waivers: is missing"):
        gate.require_green(load(copy / "stacks" / "Pulumi.dev.yaml"), copy)


def test_a_waived_violation_lets_a_deployment_go_on_and_is_told(copy: Path, engine: list[str], graphs, monkeypatch):
    data = json.loads(graphs["dev"].dumps())
    key = next(row for row in data["resources"] if row["type"] == KEY)
    key["inputs"]["enableKeyRotation"] = False
    monkeypatch.setattr(gate, "record_in_child", lambda *_a, **_k: _Child(Graph.from_json(data)))
    loaded = load(copy / "stacks" / "Pulumi.dev.yaml")
    file = copy / "stacks" / "waivers" / "dev.yaml"
    file.unlink()
    with pytest.raises(pulumi.RunError, match="key-rotation"):
        gate.require_green(loaded, copy)
    file.write_text(text(pattern=f"{KEY}::{key['name']}"))
    gate.require_green(loaded, copy)
    assert engine[-1].endswith("complies, 1 findings waived")


# --- options


def test_the_options_reach_the_report(cli: Cli, graph_file: Path, tmp_path: Path):
    file = tmp_path / "w.yaml"
    file.write_text(text())
    ended = cli("audit", graph_file, "--waivers", file, "--framework", "gbt-39725")
    assert "WAIVED key-rotation [" in ended.out
    assert f"by cio@example.org until {date.today() + timedelta(days=30)}: imported key material" in ended.out
    assert "8.1, level 4" in ended.out and ", 1 waived" in ended.out
    report = json.loads((tmp_path / "out" / "audit-p" / "report.json").read_text())
    (row,) = [f for f in report["findings"] if f["rule"] == "key-rotation"]
    assert row["verdict"] == "waived" and row["waiver"]["owner"] == "cio@example.org"
    assert row["waiver"]["place"] == {"file": str(file), "line": 3, "path": "waivers[0]"}
    assert [f["id"] for f in report["details"]["evidence"]["frameworks"]] == ["gbt-39725"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--framework", "gpdr"], "there is no framework 'gpdr'; allowed: all, "),
        (["--waivers", "no-such.yaml"], "no-such.yaml: is not there"),
        (["--waivers", "w.yaml", "--no-waivers"], "wanted: one of them"),
    ],
)
def test_wrong_options_are_sentences(cli: Cli, graph_file: Path, options: list[str], said: str):
    for verb in (["audit", graph_file], ["preview", "--stack", "dev"]):
        ended = cli(*verb, *options)
        assert ended.code == 2 and said in ended.err, ended.err


def test_one_file_is_not_for_all_stacks(cli: Cli):
    ended = cli("preview", "--all", "--waivers", "w.yaml")
    assert ended.code == 2 and "each with a file of its own" in ended.err


def test_all_errors_of_a_file_are_told_at_once(cli: Cli, graph_file: Path, tmp_path: Path):
    file = tmp_path / "w.yaml"
    file.write_text(text(rule="no-such-rule", days=500))
    ended = cli("audit", graph_file, "--waivers", file)
    assert ended.code == 2 and f"{file}:3: waivers[0].rule: " in ended.err
    assert f"{file}:7: waivers[0].expires_on: " in ended.err
