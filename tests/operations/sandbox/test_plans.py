"""All five stacks, whole, before Terraform's real AWS provider: validated and planned with no error and no warning; and what the plan
says is judged as the program is.

Nothing is applied here, so nothing has to be left out; but the provider asks the account who it is while it plans, which the emulator
answers, and has Step Functions look at each state machine, which the emulator cannot and this test's own answer does.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.judgement import engine_config
from infra.settings import load
from operations.sandbox.terraform_cli import find_mirror, find_program, settings
from policies.context import from_config
from policies.engine import judge
from policies.graph import Graph
from policies.results import Verdict
from policies.sources.states import state_in
from policies.terraform.providers import Target
from policies.terraform.render import Rendering, render
from tests.conftest import ROOT, STACKS
from tests.truth import provider_schema

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform plans")]

NOT_SEEN = {
    "bucket-refuses-plain-http": "a policy that names its bucket by reference is not known before apply",
    "database-requires-tls": "the group of parameters is named by reference",
    "deliveries-inside-jurisdiction": "the text around a reference is not in a plan",
    "function-settings-key": "a map with one value that is not known is not known as a whole",
    "no-foreign-account": "the text around a reference is not in a plan",
    "no-foreign-partition": "the text around a reference is not in a plan",
    "no-public-principal": "the text around a reference is not in a plan",
    "policy-without-wildcard": "the text around a reference is not in a plan",
    "role-trust-limited": "the text around a reference is not in a plan",
}
"""Rule -> why a plan leaves it undecided. Undecided is never passed: such a plan ends with exit code 2."""


@pytest.fixture(scope="module")
def asked() -> Iterator[str]:
    """An emulator that answers what the provider asks while planning."""
    if why := provider_schema.missing():
        pytest.skip(why)
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


def planned(folder: Path, rendering: Rendering, url: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What terraform says while planning, and the plan."""
    mirror, program = find_mirror(), find_program()
    assert mirror and program
    for name, content in rendering.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    blocks = json.loads(rendering.files["providers.tf.json"])["provider"]["aws"]
    override = [
        {
            "alias": block["alias"],
            "skip_credentials_validation": True,
            "skip_metadata_api_check": "true",
            "s3_use_path_style": True,
            "assume_role": block.get("assume_role")
            or [{"role_arn": f"arn:aws:iam::{block['allowed_account_ids'][0]}:role/deployer"}],
        }
        for block in blocks
    ]
    (folder / "emulator_override.tf.json").write_text(json.dumps({"provider": {"aws": override}}))
    (folder / "settings.tfrc").write_text(settings(mirror, folder / "plugins"))
    (folder / "plugins").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(folder / "settings.tfrc"),
        "CHECKPOINT_DISABLE": "1",
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "emulator",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        **{f"TF_VAR_{name}": '{"username": "owner", "password": "made-up-0123456789"}' for name in rendering.variables},
    }

    def run(*words: str) -> str:
        done = subprocess.run([str(program), *words], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    run("init", "-input=false", "-no-color")
    lines = [json.loads(line) for line in run("plan", "-input=false", "-json", "-out=plan.bin").splitlines()]
    return lines, json.loads(run("show", "-json", "plan.bin"))


@pytest.mark.parametrize("stack", STACKS)
def test_the_real_provider_plans_every_resource(
    graphs: Mapping[str, Graph], asked: str, tmp_path: Path, stack: str
) -> None:
    rendering = render(graphs[stack], Target.V5, root=ROOT)
    lines, plan = planned(tmp_path, rendering, asked)
    said = [line["diagnostic"] for line in lines if line.get("type") == "diagnostic"]
    assert not said, "errors or warnings of the provider"
    created = {row["address"] for row in plan["resource_changes"] if row["change"]["actions"] == ["create"]}
    assert created == set(rendering.addresses.values())

    read = state_in(plan, "plan.json").graph
    hospital = load(ROOT / "stacks" / f"Pulumi.{stack}.yaml").hospital
    findings = judge(read, from_config(engine_config(hospital))).findings
    assert not [f.message for f in findings if f.verdict is Verdict.FAIL], "the program complies, so does its plan"
    undecided = {f.rule: f.message for f in findings if f.verdict is Verdict.UNKNOWN}
    assert undecided.keys() <= NOT_SEEN.keys(), {r: m for r, m in undecided.items() if r not in NOT_SEEN}
