"""A rendering, validated and planned by a real terraform with the real AWS provider; nothing is applied.

The provider asks the account who it is while it plans, which the emulator answers, and has Step Functions look at each state machine,
which the emulator cannot and an answer made up here does.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.sandbox.terraform_cli import find_mirror, find_program, settings
from policies.terraform.render import Rendering


@dataclass(frozen=True)
class Planned:
    """What terraform said while planning, the plan, and what it cost Terraform and its provider."""

    said: list[dict[str, Any]]
    plan: dict[str, Any]
    cpu_s: float


@contextmanager
def emulator() -> Iterator[str]:
    """The address of an emulator, in this process, that answers what the provider asks while planning."""
    import pytest
    from moto.server import ThreadedMotoServer
    from moto.stepfunctions.responses import StepFunctionResponse

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    answer = (200, {}, json.dumps({"result": "OK", "diagnostics": []}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StepFunctionResponse, "validate_state_machine_definition", lambda _self: answer, raising=False)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


def planned(folder: Path, rendering: Rendering, url: str) -> Planned:
    """Init, plan and show in a folder of their own."""
    _write(folder, rendering)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(folder / "settings.tfrc"),
        "CHECKPOINT_DISABLE": "1",
        "GOGC": os.environ.get("GOGC", "100"),
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "emulator",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        **{f"TF_VAR_{name}": '{"username": "owner", "password": "made-up-0123456789"}' for name in rendering.variables},
    }

    def run(*words: str) -> str:
        command = [str(find_program()), *words]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    before = _children_s()
    run("init", "-input=false", "-no-color")
    said = [json.loads(line) for line in run("plan", "-input=false", "-json", "-out=plan.bin").splitlines()]
    spent = _children_s() - before
    return Planned(said, json.loads(run("show", "-json", "plan.bin")), spent)


def _write(folder: Path, rendering: Rendering) -> None:
    mirror = find_mirror()
    assert mirror
    for name, content in rendering.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    override = [
        {
            "alias": block["alias"],
            "skip_credentials_validation": True,
            "skip_metadata_api_check": "true",
            "s3_use_path_style": True,
            "assume_role": block.get("assume_role")
            or [{"role_arn": f"arn:aws:iam::{block['allowed_account_ids'][0]}:role/deployer"}],
        }
        for block in json.loads(rendering.files["providers.tf.json"])["provider"]["aws"]
    ]
    (folder / "emulator_override.tf.json").write_text(json.dumps({"provider": {"aws": override}}))
    (folder / "plugins").mkdir()
    (folder / "settings.tfrc").write_text(settings(mirror, folder / "plugins"))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
