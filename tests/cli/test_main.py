"""The command itself: fast help, three exit codes, sentences instead of tracebacks, no noise when nobody reads."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.cli.main import app, main
from tests.cli.conftest import PROGRAMS, ROOT, Cli, command, environment, on_terminal

HEAVY = ("pulumi", "pulumi_aws", "pulumi_policy", "boto3", "botocore", "pydantic", "rich", "yaml", "grpc")
VERBS = ("preview", "audit", "graph", "rules", "size", "new", "bootstrap", "verify", "checkov")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from infra.cli.main import main; code = main(['--help']); "
        f"print(code, [m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr.strip() == "0 []"
    assert all(verb in done.stdout for verb in VERBS)


def test_verbs_that_need_no_program_do_not_import_the_sdk() -> None:
    for verb in ("rules", "size"):
        code = f"import sys; from infra.cli.main import main; main(['{verb}']); sys.exit('pulumi' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT).returncode == 0, verb


def test_the_verbs_are_these() -> None:
    assert sorted(str(command.name) for command in app.registered_commands) == sorted(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(cli: Cli, verb: str) -> None:
    ended = cli(verb, "--help") if verb not in ("preview", "audit") else _help(cli, verb)
    assert ended.code == 0


def _help(cli: Cli, verb: str) -> object:
    return cli(verb, ".", "--help") if verb == "audit" else cli(verb, "--help")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prevew"], "No such command 'prevew'"),
        (["rules", "--thme", "x"], "No such option: --thme"),
        (["size", "--stack"], "requires an argument"),
        (["audit"], "Missing argument"),
        (["audit", ".", "--time-limit-s", "0"], "--time-limit-s"),
        (["audit", ".", "--mlps-level", "three"], "--mlps-level"),
        (["audit", ".", "--lifecycle", "liv"], "'live'"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_fault_is_one_sentence_and_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def breaks(*_: object) -> None:
        raise TypeError("a mistake\nof ours \x1b[2J")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("infra.settings.load", breaks)
    assert main(["size", "--stack", "any"]) == 2
    err = capsys.readouterr().err
    (log,) = (tmp_path / "out").glob("fault-*.log")
    assert err.count("\n") == 1 and "\x1b" not in err
    assert "TypeError: a mistake of ours" in err and f"out/{log.name}" in err
    assert "Traceback" in log.read_text()


def test_a_fault_that_cannot_be_written_down(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def breaks(*_: object) -> None:
        raise TypeError("a mistake")

    (tmp_path / "out").write_text("a file in the way")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("infra.settings.load", breaks)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "out"))
    assert main(["size", "--stack", "any"]) == 2
    assert "could not be written" in capsys.readouterr().err


def test_interrupted_within_a_verb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupts(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("infra.settings.load", interrupts)
    assert main(["size"]) == 2
    assert capsys.readouterr().err == "hospital-cloud: interrupted\n"


def test_interrupted_while_a_program_runs(tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("audit", PROGRAMS / "loops", "--out", tmp_path),
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )
    assert process.stderr is not None
    process.stderr.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.strip().endswith("interrupted")


def test_a_reader_that_goes_away_changes_no_verdict() -> None:
    process = subprocess.Popen(
        command("rules", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=environment()
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("arguments", [["rules"], ["--help"]])
def test_a_full_disk_is_a_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command(*arguments), stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
        )
    assert (done.returncode, done.stderr) == (2, "hospital-cloud: cannot write: No space left on device\n")


def test_colours_only_on_a_terminal_that_wants_them(start: Cli) -> None:
    colour = re.compile(r"\x1b\[(?:\d+;)*(?:3|9)[0-7]m")
    arguments = ("preview", "--stack", "dev", "--out", "/dev/null/none")
    assert "\x1b" not in start("rules").out
    assert "\x1b" not in start(*arguments).err
    assert colour.search(on_terminal(*arguments, TERM="xterm-256color").out)
    assert not colour.search(on_terminal(*arguments, TERM="xterm-256color", NO_COLOR="1").out)


def test_text_that_the_terminal_cannot_show_is_no_fault(start: Cli) -> None:
    ended = start("rules", "key-rotation", env=environment(PYTHONIOENCODING="ascii"))
    assert ended.code == 0 and "\\u" in ended.out
