"""A small stack in earnest: the real provider, the real emulator, and a command that is ended from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from operations.sandbox import emulator, record
from operations.sandbox.faults import SandboxError
from operations.sandbox.record import Record
from operations.sandbox.terraform_cli import find_mirror, find_program
from tests.conftest import ROOT
from tests.operations.sandbox.graphs import ACCOUNT, REGION


def missing() -> str:
    """Why the real provider cannot be had here; empty where it can."""
    try:
        there = find_program() is not None and find_mirror() is not None
    except SandboxError:
        there = False
    return "" if there else "needs terraform and the hashicorp/aws provider in a local mirror (TF_PLUGIN_DIR)"


pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]


class Command:
    """The sandbox's command, in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "stacks").mkdir()
        (folder / "stacks" / "Pulumi.small.yaml").write_text('config: {"hospital-cloud:hospital": {lifecycle: live}}\n')

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.operations.sandbox.small_life", *words, "--stack", "small"]
        if words[0] != "status":
            command += ["--engine", "terraform"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *words: str) -> tuple[int, str]:
        done = self.start(*words)
        said, _ = done.communicate(timeout=600)
        return done.returncode, said

    @property
    def sandbox(self) -> Path:
        return self.folder / "out" / "sandbox" / "small"

    def record(self) -> Record:
        return record.load(self.sandbox, "small")[0]

    def until_some_are_made(self) -> Record:
        """Waits until an apply is in its middle."""
        log = self.sandbox / "logs" / "terraform-apply.log"
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            found = self.record()
            if found.working is not None and found.working.is_alive() and log.read_text().count("apply_complete") > 1:
                return found
            time.sleep(0.1)
        raise AssertionError("no apply came to its middle")


@pytest.fixture
def command(tmp_path: Path):
    found = Command(tmp_path)
    yield found
    if found.record().server is not None:
        found.run("down", "--discard")


def test_it_lives_and_ends(command: Command):
    code, said = command.run("up")
    assert code == 0, said
    assert "10 resources applied, 1 only made up" in said and "a second plan is empty" in said
    summary = json.loads((command.sandbox / "summary.json").read_text())
    assert summary["resources"] == {"applied": 10, "echoed": 1, "added": 0}
    assert {"graph", "adapt", "emulator", "init", "apply", "second plan", "verify"} <= set(summary["seconds"])
    assert summary["types"]["aws:kms/key:Key"] == {"applied": 1, "echoed": 0}

    server = command.record().server
    assert server is not None
    with emulator.way_in(server, ACCOUNT, REGION).entered():
        assert boto3.Session().client("sqs", region_name=REGION).list_queues()["QueueUrls"]
        key = boto3.Session().client("kms", region_name=REGION).describe_key(KeyId="alias/small")["KeyMetadata"]
        assert key["Description"] == "small"

    assert "the emulator answers" in command.run("status")[1]
    code, said = command.run("down")
    assert code == 0, said
    assert "nothing is left of it: asked of the emulator itself" in said
    assert not emulator.answers(server)
    assert not (command.sandbox / "terraform").exists() and (command.sandbox / "summary.json").exists()


def test_something_left_is_said(command: Command):
    assert command.run("up")[0] == 0
    server = command.record().server
    assert server is not None
    with emulator.way_in(server, ACCOUNT, REGION).entered():
        boto3.Session().client("sns", region_name=REGION).create_topic(Name="made-by-hand")
    code, said = command.run("down")
    assert code == 1
    assert "1 things are left of small" in said and "made-by-hand" in said


def _terminate(child: subprocess.Popen[str], _found: Record) -> None:
    child.terminate()


def _kill_the_command(child: subprocess.Popen[str], _found: Record) -> None:
    child.kill()


def _kill_terraform(_child: subprocess.Popen[str], found: Record) -> None:
    assert found.working is not None
    os.kill(found.working.pid, signal.SIGKILL)


def _kill_the_emulator(_child: subprocess.Popen[str], found: Record) -> None:
    assert found.server is not None
    os.kill(found.server.process.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("disturb", "code", "first", "then"),
    [
        (_terminate, 2, "asked to stop, and has saved its state", "going on from the state it saved"),
        (_kill_the_command, -signal.SIGKILL, "", "an engine of an earlier run is still at work"),
        (_kill_terraform, 2, "run the same command again to go on", "going on from the state it saved"),
        (_kill_the_emulator, 2, "the emulator ended while the engine worked", "starting afresh"),
    ],
    ids=["terminated", "killed", "terraform-killed", "emulator-killed"],
)
def test_a_disturbed_apply_ends_where_an_undisturbed_one_does(
    command: Command, disturb: Callable[[subprocess.Popen[str], Record], None], code: int, first: str, then: str
):
    child = command.start("up")
    disturb(child, command.until_some_are_made())
    said, _ = child.communicate(timeout=300)
    assert child.returncode == code and first in said, said
    assert "Traceback" not in said
    again, said = command.run("up")
    assert again == 0, said
    assert then in said and "a second plan is empty" in said
    assert _left_at_work(command.sandbox) == []


def _left_at_work(folder: Path) -> list[str]:
    """Programs that still work in the sandbox's folder: plugins that nobody ended."""
    asked = shutil.which("ps")
    shown = subprocess.run([asked or "ps", "-eo", "pid,args"], capture_output=True, text=True).stdout
    found = []
    for line in shown.splitlines()[1:]:
        pid = line.split()[0]
        try:
            where = Path(f"/proc/{pid}/cwd").readlink()
        except OSError:
            continue
        if where == folder / "terraform":
            found.append(line)
    return found


def test_an_error_of_apply_names_resource_and_line(command: Command, monkeypatch: pytest.MonkeyPatch):
    """The emulator holds a bucket of that name already, as somebody else's."""
    child = command.start("up")
    deadline = time.monotonic() + 120
    while (server := command.record().server) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server is not None
    with emulator.way_in(server, "999988887777", REGION).entered():
        s3 = boto3.Session().client("s3", region_name=REGION)
        s3.create_bucket(Bucket="small-sandbox-bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    said, _ = child.communicate(timeout=300)
    assert child.returncode == 2
    assert "aws:s3/bucket:Bucket bucket (infra/blueprint/small.py:7): creating S3 Bucket" in said, said
    assert "run the same command again to go on" in said
