"""An emulator of AWS on loopback, in this process, and ways into its accounts. No real credentials are ever read."""

from __future__ import annotations

import json
import logging
import os
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import botocore.retries.standard as standard
import pytest

from infra.bootstrap import Prepared, prepare
from operations.bootstrap import Step, steps
from operations.live import Live
from tests.conftest import ROOT
from tests.operations.accounts import HOME
from tests.operations.bootstrapping import ACCOUNT, way_in

EMULATED_ACCOUNT = "123456789012"
"""The account of credentials that the emulator has not given out."""


@pytest.fixture(scope="session")
def emulator_url() -> Iterator[str]:
    """The emulator's address; it holds what earlier tests left there: see `emulator`."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def emulator(emulator_url: str, credentials: Path) -> str:
    """The address of an emulator with nothing in it."""
    _reset(emulator_url)
    return emulator_url


_MANAGED = ("SecurityAudit", "ViewOnlyAccess")
"""The policies of AWS's own that bootstrap attaches: with all of them each empty account takes a second to make."""


@pytest.fixture
def bootstrap_emulator(emulator_url: str, credentials: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an emulator with nothing in it but AWS's own policies that bootstrap attaches."""
    import moto.iam.models as models

    every = json.loads(models.aws_managed_policies_data)
    monkeypatch.setattr(models, "aws_managed_policies_data", json.dumps({name: every[name] for name in _MANAGED}))
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    _reset(emulator_url)
    return emulator_url


@pytest.fixture
def reset(bootstrap_emulator: str) -> Callable[[], None]:
    """Empties the emulator."""
    return lambda: _reset(bootstrap_emulator)


@pytest.fixture
def live(bootstrap_emulator: str) -> Live:
    """A way into the emulated workload account."""
    return way_in(bootstrap_emulator)


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    """What bootstrap would make for cn-tertiary."""
    return prepare(ROOT / "stacks" / "Pulumi.cn-tertiary.yaml")


@pytest.fixture(scope="session")
def plan(prepared: Prepared) -> tuple[Step, ...]:
    """Its steps in the workload account."""
    return steps(prepared.graph, prepared.loaded.hospital.law, ACCOUNT, HOME)


def _reset(url: str) -> None:
    urllib.request.urlopen(f"{url}/moto-api/reset", data=b"", timeout=30).close()  # noqa: S310  loopback


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
