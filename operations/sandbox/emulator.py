"""The AWS emulator: started as a child that outlives the command, found again by the next, ended by `down`.

What it holds is in its memory: an emulator that ended, however, has lost everything.
"""

from __future__ import annotations

import http.client
import importlib.util
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

from jurisdictions.loader import partition_of_region
from operations.live import telling
from operations.sandbox import moto_process, processes
from operations.sandbox.faults import SandboxError
from operations.sandbox.record import Server

HOST: Final = moto_process.HOST
LOG: Final = "emulator.log"
_PORT_FILE: Final = "emulator.port"
_START_S: Final = 60
_TAIL: Final = 5
_QUICK: Final = Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=30)


def start(folder: Path, port: int = 0, on_start: Callable[[Server], None] = lambda _server: None) -> Server:
    """A new emulator, ready to answer. `port` 0: any that is free. `on_start` records it: it stays only after that, so
    that a command that is killed in between leaves none that nobody knows of. Raises SandboxError with the end of its
    log where it does not come up."""
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask_cors") is None:
        raise SandboxError(
            "the emulator is not installed: it is the extra `sandbox` of this package "
            "(pip install 'hospital-cloud[sandbox]'), and part of what `make setup` installs"
        )
    told_in, log = folder / _PORT_FILE, folder / LOG
    told_in.unlink(missing_ok=True)
    try:
        with log.open("wb") as output:
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "operations.sandbox.moto_process", str(port), str(told_in.resolve())],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=_environment(),
                start_new_session=True,
            )
    except OSError as error:
        raise SandboxError(f"the emulator cannot be started: {error.strerror}") from None
    try:
        process = processes.started(child.pid)
        taken = _port(child, told_in, log, port)
        if process is None or child.stdin is None:
            raise SandboxError(f"the emulator ended at once; the end of its log:\n{_tail(log)}")
        server = Server(process, taken, secrets.token_hex(8))
        on_start(server)
        child.stdin.write(moto_process.STAY)
        child.stdin.close()
    except BaseException:
        child.kill()
        child.wait()
        raise
    return server


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MOTO_"))}
    # moto asks botocore for models; nothing of the user's own setup may change what it answers.
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def _port(child: subprocess.Popen[bytes], told_in: Path, log: Path, wanted: int) -> int:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if told_in.exists():
            port = int(told_in.read_text(encoding="utf-8"))
            if _answers(port):
                return port
        elif child.poll() is not None:
            text = _tail(log)
            if "Address already in use" in text or "in use" in text:
                raise SandboxError(
                    f"port {wanted} of {HOST} is in use by another program; name another with --port, or none"
                )
            raise SandboxError(f"the emulator did not start; the end of its log ({log}):\n{text}")
        time.sleep(0.05)
    raise SandboxError(
        f"the emulator did not answer within {_START_S} seconds; the end of its log ({log}):\n{_tail(log)}"
    )


def answers(server: Server) -> bool:
    """Whether this very emulator runs and answers."""
    return server.process.is_alive() and _answers(server.port)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/moto-api/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stop(server: Server) -> bool:
    """Ends it. False where it was gone already, or the id belongs to another process by now."""
    return server.process.end(patience_s=5) is not processes.End.GONE


def _tail(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(f"  {line[:200]}" for line in lines[-_TAIL:]) or "  (empty)"


# --- who one is there ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """How the emulator is asked: as the account that the stack's own credentials would be of. From there, other
    accounts are reached as in the cloud, by assuming a role (the emulator lets anybody assume any)."""

    endpoint_url: str
    key: Mapping[str, str]

    def environment(self) -> dict[str, str]:
        """For programs that read AWS's variables. What would leave this machine goes to a proxy that is not there;
        plain HTTP goes through the emulator: S3's control API puts the account into the host's name, which no
        resolver knows."""
        return {
            **self.key,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "HTTP_PROXY": self.endpoint_url,
            "HTTPS_PROXY": f"http://{HOST}:9",
            "NO_PROXY": f"{HOST},localhost",
        }

    @contextmanager
    def entered(self) -> Iterator[None]:
        """For what is asked from this very process: the variables, for as long as it takes. Everything goes through the
        emulator: Python would take an account before the host for a part of this machine's name, and look it up."""
        mine = {key: value for key, value in self.environment().items() if key != "NO_PROXY"}
        kept = {k: v for k, v in os.environ.items() if k.startswith("AWS_") or k.upper().endswith("_PROXY")}
        for name in kept:
            del os.environ[name]
        os.environ.update(mine)
        try:
            yield
        finally:
            for name in mine:
                os.environ.pop(name, None)
            os.environ.update(kept)


def way_in(server: Server, account_id: str, region: str) -> Way:
    """Credentials of an account in the emulator, made up by itself. Raises LiveError."""
    url = f"http://{HOST}:{server.port}"
    partition = partition_of_region(region)
    arn = f"arn:{partition.id if partition else 'aws'}:iam::{account_id}:role/sandbox"
    # Whoever comes with any key is taken in; nothing of the user's own setup is read.
    anybody = Way(url, {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"})
    with anybody.entered(), telling("asking the emulator for credentials"):
        client: Any = boto3.Session().client("sts", endpoint_url=url, region_name=region, config=_QUICK)
        got = client.assume_role(RoleArn=arn, RoleSessionName="sandbox")["Credentials"]
    key = {
        "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
        "AWS_SESSION_TOKEN": got["SessionToken"],
    }
    return Way(url, key)
