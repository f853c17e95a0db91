"""The emulator as a process of its own: it outlives commands, and only what was started is ended."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from operations.sandbox import emulator
from operations.sandbox.faults import SandboxError
from operations.sandbox.record import Server
from tests.operations.sandbox.graphs import ACCOUNT, REGION

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = emulator.start(tmp_path_factory.mktemp("emulator"))
    yield found
    emulator.stop(found)


def test_it_answers_and_is_found_again(server: Server):
    assert emulator.answers(server)
    assert emulator.answers(Server(server.process, server.port, server.id)), "as a later command would read it"


def test_one_asks_it_as_the_stacks_own_account_and_goes_to_others_by_role(server: Server):
    way = emulator.way_in(server, ACCOUNT, REGION)
    with way.entered():
        sts = boto3.Session().client("sts", region_name=REGION)
        assert sts.get_caller_identity()["Account"] == ACCOUNT
        given = sts.assume_role(RoleArn="arn:aws-cn:iam::777788889999:role/any", RoleSessionName="test")["Credentials"]
        other = boto3.Session().client(
            "sts",
            region_name=REGION,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        assert other.get_caller_identity()["Account"] == "777788889999"


def test_what_would_leave_this_machine_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch):
    """Also where a service's address was forgotten: it would go to a proxy that is not there."""
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    way = emulator.way_in(server, ACCOUNT, REGION)
    assert way.environment()["HTTPS_PROXY"] == "http://127.0.0.1:9"
    with way.entered():
        assert "AWS_PROFILE" not in os.environ
        assert os.environ["AWS_ENDPOINT_URL"] == way.endpoint_url
    assert os.environ["AWS_PROFILE"] == "real" and os.environ["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert "AWS_ENDPOINT_URL" not in os.environ


def test_an_account_in_the_hosts_name_reaches_it(server: Server):
    """S3's control API puts it there, and no resolver knows such a name."""
    with emulator.way_in(server, ACCOUNT, REGION).entered():
        client = boto3.Session().client("s3control", region_name=REGION)
        client.put_public_access_block(
            AccountId=ACCOUNT,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )


def test_a_stale_id_does_not_end_a_foreign_process(server: Server):
    foreign = replace(server.process, token="another boot:1")
    assert not emulator.stop(Server(foreign, server.port, server.id))
    assert emulator.answers(server)
    assert not emulator.answers(Server(foreign, server.port, server.id)), "nor is it taken for ours"


def test_a_port_in_use_is_a_sentence(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SandboxError, match=r"port \d+ of 127.0.0.1 is in use by another program"):
            emulator.start(tmp_path, taken.getsockname()[1])


def test_one_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "werkzeug.py").write_text("raise RuntimeError('a broken installation')")
    with pytest.raises(SandboxError, match=r"(?s)did not start; the end of its log.*a broken installation"):
        emulator.start(tmp_path)


def test_one_that_is_not_installed_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(emulator.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SandboxError, match="extra `sandbox`"):
        emulator.start(tmp_path)


def test_one_that_died_does_not_answer(tmp_path: Path):
    found = emulator.start(tmp_path)
    assert emulator.stop(found)
    assert not emulator.answers(found) and not emulator.stop(found)
