"""What a real terraform with the real AWS provider plans for a graph, against an emulator on loopback."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from policies.graph import Graph
from policies.terraform.providers import Target
from policies.terraform.render import render
from tests.truth import provider_schema

_EMULATOR = """
import json, sys
from moto.stepfunctions.responses import StepFunctionResponse
StepFunctionResponse.validate_state_machine_definition = lambda self: (200, {}, json.dumps({"result": "OK", "diagnostics": []}))
from moto.server import main
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
"""
_PASSWORD = '{"username":"owner","password":"only-for-a-plan-1234567890"}'
_SECONDS = 600


def missing() -> str:
    """Why there is no real plan here; empty where there can be one."""
    why = provider_schema.missing()
    if not why and shutil.which("terraform") is None:
        why = f"{provider_schema.NEEDS}: the provider is here, terraform is not"
    return why


def planned(graph: Graph, folder: Path, root: Path) -> dict[str, Any]:
    """`terraform show -json` of a plan of the graph's rendering for provider 5. Raises RuntimeError with its words."""
    found = provider_schema.find_provider()
    assert found is not None
    for name, content in render(graph, Target.V5, root=root).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    _to_the_emulator(folder)
    settings = folder / "settings.tfrc"
    settings.write_text(
        f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(found[0]))}\n  }}\n}}\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "AWS_"))}
    variables = {
        **kept,
        "TF_CLI_CONFIG_FILE": str(settings),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }
    emulator = subprocess.Popen(
        [sys.executable, "-c", _EMULATOR, str(port)],
        env={**kept, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        for words in (
            ["init", "-input=false"],
            ["plan", "-input=false", "-out=plan.bin"],
            ["show", "-json", "plan.bin"],
        ):
            command = ["terraform", *words, *([] if words[0] == "show" else ["-no-color"])]
            done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=_SECONDS)
            if done.returncode:
                raise RuntimeError(f"terraform {words[0]}: {done.stderr.strip()[-3000:]}")
    finally:
        emulator.kill()
        emulator.wait()
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def _to_the_emulator(folder: Path) -> None:
    """Credentials that open nothing, and a value for each secret."""
    file = folder / "providers.tf.json"
    document = json.loads(file.read_text())
    for provider in document["provider"]["aws"]:
        provider |= {"access_key": "none", "secret_key": "none", "max_retries": 2, "s3_use_path_style": True}
        provider |= dict.fromkeys(("skip_credentials_validation", "skip_region_validation"), True)
        provider["skip_metadata_api_check"] = "true"
        accounts = provider.get("allowed_account_ids")
        if accounts and not provider.get("assume_role"):
            partition = "aws-cn" if provider["region"].startswith("cn-") else "aws"
            provider["assume_role"] = [{"role_arn": f"arn:{partition}:iam::{accounts[0]}:role/plan"}]
    file.write_text(json.dumps(document))
    variables = folder / "variables.tf.json"
    if variables.exists():
        names = json.loads(variables.read_text())["variable"]
        (folder / "terraform.tfvars.json").write_text(json.dumps(dict.fromkeys(names, _PASSWORD)))


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the emulator does not answer")
