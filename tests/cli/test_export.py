"""`export terraform`: what is written, what is taken away, and what is refused."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.cli.export import MANIFEST
from tests.cli.conftest import Cli


def test_a_stack_is_written_whole(cli: Cli, tmp_path: Path) -> None:
    ended = cli("export", "terraform", "--stack", "dev", "--out", tmp_path / "tf")
    assert ended.code == 0, ended.err
    folder = tmp_path / "tf"
    manifest = json.loads((folder / MANIFEST).read_text())
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == {
        *manifest["files"],
        MANIFEST,
    }
    assert f"{len(manifest['addresses'])} resources in {folder}" in ended.out
    versions = json.loads((folder / "versions.tf.json").read_text())
    assert versions["terraform"]["required_providers"]["aws"]["version"] == "~> 6.0"


def test_the_other_major_version_is_a_word_away(cli: Cli, tmp_path: Path) -> None:
    assert cli("export", "terraform", "--stack", "dev", "--provider", "5", "--out", tmp_path / "five").code == 0
    versions = json.loads((tmp_path / "five" / "versions.tf.json").read_text())
    assert versions["terraform"]["required_providers"]["aws"]["version"] == "~> 5.100"
    ended = cli("export", "terraform", "--stack", "dev", "--provider", "4", "--out", tmp_path / "four")
    assert ended.code == 2 and "'5', '6'" in ended.err


def test_what_an_earlier_export_wrote_goes_and_nothing_else(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "tf"
    folder.mkdir(parents=True)
    outside = tmp_path / "precious.tf.json"
    for file in (folder / "own.tf", folder / "old.tf.json", outside):
        file.write_text("{}")
    names = ["old.tf.json", "../precious.tf.json", str(outside), "own.tf", 7]
    (folder / MANIFEST).write_text(json.dumps({"files": names}))
    assert cli("export", "terraform", "--stack", "dev", "--out", tmp_path / "tf").code == 0
    assert (folder / "own.tf").exists() and outside.exists()
    assert not (folder / "old.tf.json").exists()


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"files": 3}', "[" * 5000])
def test_a_broken_manifest_is_no_obstacle(cli: Cli, tmp_path: Path, text: str) -> None:
    (tmp_path / "tf").mkdir(parents=True)
    (tmp_path / "tf" / MANIFEST).write_text(text)
    assert cli("export", "terraform", "--stack", "dev", "--out", tmp_path / "tf").code == 0


@pytest.mark.parametrize("code", [1, 2])
def test_a_stack_that_may_not_be_deployed_is_not_exported(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    judged = SimpleNamespace(report=SimpleNamespace(exit_code=code), graph=None)
    monkeypatch.setattr("infra.preview.preview", lambda *_arguments, **_options: judged)
    ended = cli("export", "terraform", "--stack", "dev", "--out", tmp_path / "tf")
    assert (ended.code, (tmp_path / "tf").exists()) == (code, False)
    assert "may not be deployed, so it is not exported" in ended.err


def test_a_program_of_others_is_rendered_or_every_obstacle_told(cli: Cli, tmp_path: Path) -> None:
    good = tmp_path / "good.py"
    good.write_text("import pulumi_aws as aws\naws.sns.Topic('alarms', name='alarms')\n")
    ended = cli("export", "terraform", good, "--out", tmp_path / "tf")
    assert ended.code == 0, ended.err
    [topic] = json.loads((tmp_path / "tf" / "main.tf.json").read_text())["resource"]["aws_sns_topic"].values()
    assert topic["name"] == "alarms"
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import pulumi\n"
        "class T(pulumi.CustomResource):\n"
        "    def __init__(self, n): super().__init__('acme:index:Thing', n, {}, None)\n"
        "T('one')\nT('two')\n"
    )
    ended = cli("export", "terraform", bad, "--out", tmp_path / "none")
    assert ended.code == 2 and not (tmp_path / "none").exists()
    assert "acme:index:Thing one" in ended.err and "acme:index:Thing two" in ended.err
    assert "Traceback" not in ended.err
