"""What a user is told, and with which exit code, when the sandbox cannot do what was asked."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.sandbox import (
    commands,
    engines,
    life,
    pulumi_engine,
    record,
    stack_graph,
    terraform_cli,
    terraform_engine,
)
from operations.sandbox.commands import FAULT, VIOLATED, main
from operations.sandbox.engine import Failed, Name
from operations.sandbox.faults import CutOff, NotAsWanted, SandboxError
from tests.conftest import ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with stacks, and nothing deployed."""
    (tmp_path / "stacks").mkdir()
    for name in ("one", "two"):
        (tmp_path / "stacks" / f"Pulumi.{name}.yaml").write_text("config: {}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_stack_that_is_not_there(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["up", "--stack", "three"]) == FAULT
    said = capsys.readouterr().err
    assert said.startswith("sandbox: there is no stack 'three'") and "there are: one, two" in said


def test_a_file_that_is_not_there(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["up", "--stack", "Pulumi.x.yaml"]) == FAULT
    assert "there is no stack file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [[], ["sideways"], ["up"], ["up", "--stack", "x", "--port", "70000"], ["up", "--stack", "x", "--engine", "cdk"]],
)
def test_wrong_usage_is_a_fault(here: Path, words: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == FAULT and "usage:" in capsys.readouterr().err


FAULTS: list[tuple[BaseException, int, str]] = [
    (SandboxError("no terraform"), FAULT, "no terraform"),
    (NotAsWanted("2 would change"), VIOLATED, "2 would change"),
    (CutOff("interrupted"), FAULT, "interrupted"),
    (KeyboardInterrupt(), FAULT, "run the same command again to go on"),
    (OSError(errno.ENOSPC, "No space left on device"), FAULT, "make room, and run the same command again"),
    (Failed("terraform apply", ("aws_kms_key.x: 500",), Path("logs/apply.log")), FAULT, "aws_kms_key.x: 500"),
    (ZeroDivisionError("oops"), FAULT, "a fault of the sandbox, not of your input: ZeroDivisionError: oops"),
]


@pytest.mark.parametrize(("fault", "code", "said"), FAULTS)
@pytest.mark.parametrize("words", [["up", "--stack", "one"], ["down", "--stack", "one"]])
def test_each_fault_is_a_sentence(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: BaseException,
    code: int,
    said: str,
    words: list[str],
):
    def raising(*_: object) -> None:
        raise fault

    monkeypatch.setattr(life, "up", raising)
    monkeypatch.setattr(commands, "down", raising)
    monkeypatch.setattr(commands, "down", lambda *_, **__: raising())
    assert main(words) == code
    text = capsys.readouterr().err
    assert said in text and "Traceback" not in text


def test_one_stack_that_fails_does_not_hide_the_others(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    seen: list[str] = []

    def up(sandbox: life.Sandbox) -> int:
        seen.append(sandbox.stack)
        if sandbox.stack == "one":
            raise SandboxError("broken")
        return VIOLATED

    monkeypatch.setattr(commands, "up", up)
    monkeypatch.setattr(commands, "down", lambda *_, **__: 0)
    assert main(["all"]) == FAULT
    assert seen == ["one", "two"]
    assert "one: broken" in capsys.readouterr().err


def test_down_of_what_never_was_is_fine(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["down", "--stack", "one"]) == 0
    assert "nothing is there to be taken down" in capsys.readouterr().err
    assert main(["down", "--stack", "one", "--discard"]) == 0


def test_down_without_a_name_takes_down_all_that_stands(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert main(["down"]) == 0
    assert "no sandbox stands" in capsys.readouterr().err
    for name in ("two", "elsewhere"):
        (life.FOLDER / name).mkdir(parents=True)
        (life.FOLDER / name / record.FILE).write_text("{}")
    seen: list[str] = []
    monkeypatch.setattr(commands, "down", lambda sandbox, **_: seen.append(sandbox.stack) or 0)
    assert main(["down"]) == FAULT
    assert seen == ["two"]
    assert "elsewhere was made of a file that is not in stacks/: name it with --stack" in capsys.readouterr().err


def test_status_says_what_is_there(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["status"]) == 0
    assert capsys.readouterr().out.splitlines() == ["one: no emulator; nothing done", "two: no emulator; nothing done"]


def test_a_folder_that_cannot_be_written_is_a_sentence(here: Path, capsys: pytest.CaptureFixture[str]):
    (here / "out").write_text("a file")
    assert main(["up", "--stack", "one"]) == FAULT
    assert "cannot be written" in capsys.readouterr().err


def test_a_stack_file_that_is_none_says_what_the_program_says(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["up", "--stack", "one"]) == FAULT
    said = capsys.readouterr().err
    assert "has no graph:" in said and "Traceback" not in said


def test_a_terminated_command_ends_as_an_interrupted_one(here: Path):
    command = [sys.executable, "-m", "operations.sandbox", "up", "--stack", str(ROOT / "stacks" / "Pulumi.dev.yaml")]
    child = subprocess.Popen(command, cwd=here, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    assert child.stderr.readline() == "dev: graph ...\n"
    child.terminate()
    assert child.wait(60) == FAULT
    assert "run the same command again to go on" in child.stderr.read()
    child.stderr.close()


# --- engines ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_programs")
def test_without_any_engine_both_are_named_and_the_way_to_get_one():
    with pytest.raises(SandboxError) as refused:
        engines.choose(Name.AUTO, None)  # type: ignore[arg-type]
    for word in ("pulumi", "terraform", "tofu", "--install-engine"):
        assert word in str(refused.value)


@pytest.mark.usefixtures("no_programs")
def test_the_engine_that_is_asked_for_has_to_be_there():
    with pytest.raises(SandboxError, match="no `pulumi` on PATH"):
        engines.choose(Name.PULUMI, None)  # type: ignore[arg-type]


def _program(folder: Path, name: str) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("there", "wanted", "found"),
    [
        (["pulumi", "terraform"], Name.AUTO, Name.PULUMI),
        (["pulumi", "terraform"], Name.TERRAFORM, Name.TERRAFORM),
        (["terraform"], Name.AUTO, Name.TERRAFORM),
        (["tofu"], Name.AUTO, Name.TERRAFORM),
    ],
)
@pytest.mark.usefixtures("no_programs")
def test_pulumi_comes_first_where_both_are_there(tmp_path: Path, there: list[str], wanted: Name, found: Name):
    for name in there:
        _program(tmp_path, name)
    assert engines.choose(wanted, None).name is found  # type: ignore[arg-type]


def test_an_installer_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def fails(**_: object) -> None:
        raise RuntimeError("curl: (6) Could not resolve host: get.pulumi.com")

    monkeypatch.setattr(pulumi_engine.automation.PulumiCommand, "install", fails)
    around = type("Around", (), {"folder": tmp_path / "x", "screen": type("S", (), {"say": lambda *_: None})()})()
    with pytest.raises(SandboxError, match=r"Pulumi's installer did not install the engine: .*Could not resolve host"):
        engines.choose(Name.AUTO, around, install=True)


def test_a_mirror_without_the_provider_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TF_PLUGIN_DIR", str(tmp_path))
    with pytest.raises(SandboxError, match=r"TF_PLUGIN_DIR is .* there is no .*hashicorp/aws/5.x below it"):
        terraform_cli.find_mirror()


def _mirror(folder: Path, *versions: str) -> None:
    for version in versions:
        (folder / terraform_cli.PROVIDER / version).mkdir(parents=True)


def test_the_newest_provider_of_the_right_major_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    _mirror(tmp_path, "5.9.0", "5.100.0", "6.2.0", "4.67.0")
    monkeypatch.setenv("TF_PLUGIN_DIR", str(tmp_path))
    found = terraform_cli.find_mirror()
    assert found is not None and (found.folder, found.version) == (tmp_path, "5.100.0")
    assert f'path = "{tmp_path}"' in terraform_cli.settings(found, tmp_path)


def test_without_a_mirror_the_registry_is_asked_and_its_answer_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(terraform_cli, "mirrors", lambda: iter([tmp_path]))
    monkeypatch.delenv("TF_PLUGIN_DIR", raising=False)
    assert terraform_cli.find_mirror() is None
    assert f'plugin_cache_dir = "{tmp_path}"' in terraform_cli.settings(None, tmp_path)


# --- the stack on its way out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "check"),
    [
        ({"lifecycle": "live"}, lambda r: r["owner"] and r["reason"]),
        (
            {"lifecycle": "live", "retirement": {"owner": "cio", "reason": "x", "expires_on": "2000-01-01"}},
            lambda r: r["owner"] == "cio" and r["expires_on"] > "2026",
        ),
        (
            {"lifecycle": "live", "retirement": {"owner": "cio", "reason": "x", "expires_on": "2999-01-01"}},
            lambda r: r["expires_on"] == "2999-01-01",
        ),
    ],
)
def test_the_retiring_stack_is_the_same_with_protection_lifted(
    tmp_path: Path, before: dict[str, object], check: Callable[[dict[str, str]], bool]
):
    import yaml

    file = tmp_path / "Pulumi.one.yaml"
    whole = {"encryptionsalt": "v1:x", "config": {"hospital-cloud:hospital": {"schema": 1, **before}}}
    file.write_text(yaml.safe_dump(whole))
    copy = stack_graph.retiring(file, tmp_path / "sandbox")
    assert stack_graph.name_of(copy) == "one"
    data = yaml.safe_load(copy.read_text())
    hospital = data["config"]["hospital-cloud:hospital"]
    assert (data["encryptionsalt"], hospital["schema"], hospital["lifecycle"]) == ("v1:x", 1, "retiring")
    assert check(hospital["retirement"])
    assert yaml.safe_load(file.read_text()) == whole


def test_a_file_that_is_no_stack_has_no_end(tmp_path: Path):
    (tmp_path / "x.yaml").write_text("config: []\n")
    with pytest.raises(SandboxError, match="is no stack file"):
        stack_graph.retiring(tmp_path / "x.yaml", tmp_path)


# --- what an apply says ----------------------------------------------------------------------------------------------


def test_a_problem_names_the_resource_and_its_line():
    from tests.operations.sandbox.graphs import KEY, small, urn

    engine = terraform_engine.TerraformEngine(None)  # type: ignore[arg-type]
    engine._graph, engine._addresses = small(), {"aws_kms_key.key": urn(KEY, "key")}
    said = engine.said("aws_kms_key.key", "StatusCode: 500")
    assert "aws:kms/key:Key key (infra/blueprint/small.py:7): StatusCode: 500" in said and urn(KEY, "key") in said
    assert engine.said("", "provider: no such region") == "provider: no such region"
