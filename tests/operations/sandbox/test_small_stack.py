"""A small stack in earnest: the real provider, the real emulator, and a command that is ended from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from operations.sandbox import emulator
from operations.sandbox.record import Record
from tests.operations.sandbox.command import Command, missing
from tests.operations.sandbox.graphs import ACCOUNT, REGION

pytestmark = [pytest.mark.slow(70), pytest.mark.skipif(bool(missing()), reason=missing())]


def until_some_are_made(command: Command) -> Record:
    """Waits until an apply is in its middle."""
    log = command.sandbox / "logs" / "terraform-apply.log"
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        found = command.record()
        if found.working is not None and found.working.is_alive() and log.read_text().count("apply_complete") > 1:
            return found
        time.sleep(0.1)
    raise AssertionError("no apply came to its middle")


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.small.yaml").write_text('config: {"hospital-cloud:hospital": {lifecycle: live}}\n')
    found = Command(tmp_path, "small", "tests.operations.sandbox.small_life")
    yield found
    found.discard()


def test_it_lives_and_ends_and_what_is_left_is_said(command: Command):
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
    with emulator.way_in(server, ACCOUNT, REGION).entered():
        made = boto3.Session().client("sns", region_name=REGION).create_topic(Name="made-by-hand")
    code, said = command.run("down", "--keep")
    assert code == 1, said
    assert "1 things are left of small" in said and "made-by-hand" in said
    assert emulator.answers(server), "so that whoever reads this can look"

    with emulator.way_in(server, ACCOUNT, REGION).entered():
        boto3.Session().client("sns", region_name=REGION).delete_topic(TopicArn=made["TopicArn"])
    code, said = command.run("down")
    assert code == 0, said
    assert "nothing is left of it: asked of the emulator itself" in said
    assert not emulator.answers(server)
    assert not (command.sandbox / "terraform").exists() and (command.sandbox / "summary.json").exists()


def test_a_fault_on_the_way_is_a_sentence_and_then_it_goes_on(command: Command, monkeypatch: pytest.MonkeyPatch):
    """Throttled, expired credentials, a clock that is wrong, an answer that is cut off: all in one apply, by a proxy before the
    emulator."""
    with monkeypatch.context() as disturbed:
        disturbed.setenv("SMALL_LIFE_FAULTS", "making")
        code, said = command.run("up")
    assert code == 2 and "Traceback" not in said, said
    for resource, fault in (
        ("aws:sns/topic:Topic topic (infra/blueprint/small.py:7)", "Throttling: Rate exceeded"),
        ("aws:dynamodb/table:Table table (infra/blueprint/small.py:7)", "ExpiredToken"),
        ("aws:cloudwatch/logGroup:LogGroup log (infra/blueprint/small.py:7)", "Signature expired"),
        ("aws:sqs/queue:Queue queue (infra/blueprint/small.py:7)", "SQS: CreateQueue"),
    ):
        assert any(resource in line and fault in line for line in said.splitlines()), (resource, said)
    assert "What was done stays: run the same command again to go on." in said

    code, said = command.run("up")
    assert code == 0, said
    assert "10 resources applied" in said and "a second plan is empty" in said

    with monkeypatch.context() as disturbed:
        disturbed.setenv("SMALL_LIFE_FAULTS", "listing")
        code, said = command.run("down")
    assert code == 2 and "Traceback" not in said, said
    assert f"asking for sns list_topics in {ACCOUNT}, {REGION}: AWS throttled the call" in said
    code, said = command.run("down")
    assert code == 0, said
    assert "nothing is left of it: asked of the emulator itself" in said


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
    disturb(child, until_some_are_made(command))
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
