"""An emulator of AWS on loopback, in this process, and ways into its accounts. No real credentials are ever read."""

from __future__ import annotations

import os
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import botocore.retries.standard as standard
import pytest

EMULATED_ACCOUNT = "123456789012"
"""The account of credentials that the emulator has not given out."""


@pytest.fixture(scope="session")
def emulator_url() -> Iterator[str]:
    """The emulator's address; it holds what earlier tests left there: see `emulator`."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def emulator(emulator_url: str, credentials: Path) -> str:
    """The address of an emulator with nothing in it."""
    urllib.request.urlopen(f"{emulator_url}/moto-api/reset", data=b"", timeout=30).close()  # noqa: S310  loopback
    return emulator_url


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only credentials there are: an AWS configuration with the profile `default`; its folder."""
    folder = tmp_path / "aws"
    folder.mkdir()
    (folder / "config").write_text("[default]\nregion = cn-north-1\n")
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = AKIATESTONLYTESTONLY\naws_secret_access_key = test-only\n"
    )
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return folder


@pytest.fixture
def nobody_there() -> str:
    """An address on this machine where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults are met as often as in earnest, without the waits in between."""
    monkeypatch.setattr(standard.ExponentialBackoff, "delay_amount", lambda self, context: 0)
