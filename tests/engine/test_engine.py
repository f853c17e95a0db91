"""The whole life of a stack in a real Pulumi engine: preview with the policy pack, up, nothing to change, nothing
drifted, retiring, destroy. Runs where a `pulumi` is on PATH; where a `pulumi-resource-aws` is on PATH too it is used,
else the recording test double beside this file."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, STACKS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the Pulumi CLI on PATH"),
]
PLUGIN = Path(__file__).resolve().parent / "plugin"
COPIED = (
    "Pulumi.yaml",
    "infra",
    "components",
    "policies",
    "jurisdictions",
    "services",
    "operations",
    "stacks",
    "uv.lock",
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A copy of the project, with the environment that these tests run in."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, tmp_path / name)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    (tmp_path / "state").mkdir()
    yield tmp_path


def workspace(project: Path, stack: str, **environment: str):
    from pulumi import automation

    path = os.environ["PATH"]
    if shutil.which("pulumi-resource-aws") is None:
        path = f"{path}{os.pathsep}{PLUGIN}"
    options = automation.LocalWorkspaceOptions(
        work_dir=str(project),
        pulumi_home=str(project / "home"),
        env_vars={
            "PATH": path,
            "PULUMI_BACKEND_URL": f"file://{project / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_API": "http://127.0.0.1:9",
            "HOSPITAL_CLOUD_PYTHON": sys.executable,
            "HOSPITAL_CLOUD_RECORD": str(project / "calls.jsonl"),
            **environment,
        },
    )
    return automation.create_or_select_stack(stack_name=stack, work_dir=str(project), opts=options)


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_lives_and_ends(project: Path, stack: str):
    life = workspace(project, stack)
    pack = str(project / "policies")
    previewed = life.preview(policy_packs=[pack])
    assert previewed.change_summary.get("create", 0) > 50

    life.up(policy_packs=[pack])
    again = life.preview(expect_no_changes=True)
    assert set(map(str, again.change_summary)) <= {"same", "OpType.SAME"}
    life.refresh(expect_no_changes=True)
    assert not [c for c in calls(project) if c["call"] == "invoke"]

    from pulumi.automation import ConfigValue

    life.set_config("hospital-cloud:hospital.lifecycle", ConfigValue("retiring"), path=True)
    life.up(policy_packs=[pack])
    assert not [r for r in life.export_stack().deployment["resources"] if r.get("protect")]
    destroyed = life.destroy()
    assert destroyed.summary.result == "succeeded"
    left = [
        r["urn"]
        for r in life.export_stack().deployment.get("resources") or []
        if "pulumi:pulumi:Stack" not in r["type"]
    ]
    assert not left


def test_a_red_gate_stops_a_plain_up(project: Path):
    """No policy pack given: the program refuses by itself, with the finding, before anything is registered."""
    from pulumi.automation import CommandError

    life = workspace(project, "dev")
    from pulumi.automation import ConfigValue

    life.set_config("hospital-cloud:hospital.data", ConfigValue("patient"), path=True)
    with pytest.raises(CommandError) as refused:
        life.up()
    assert "gate is red" in str(refused.value)
    assert "Traceback" not in str(refused.value).partition("gate is red")[0]
    assert not calls(project)


def test_a_wrong_stack_file_is_a_sentence(project: Path):
    from pulumi.automation import CommandError, ConfigValue

    life = workspace(project, "dev")
    life.set_config("hospital-cloud:hospital.lifecycle", ConfigValue("alive"), path=True)
    with pytest.raises(CommandError) as refused:
        life.preview()
    assert "lifecycle" in str(refused.value) and "live" in str(refused.value)


def test_the_pack_stops_what_the_program_would_let_through(project: Path):
    """The second line: a violation that only a transform brings in is stopped before the resource is made."""
    from pulumi.automation import CommandError

    main = project / "infra" / "__main__.py"
    transform = """
import pulumi
from infra import gate
gate.require_green = lambda *_: None  # what somebody in a hurry would do

def weaken(args):
    if args.type_ == "aws:kms/key:Key":
        args.props["enableKeyRotation"] = False
        return pulumi.ResourceTransformResult(args.props, args.opts)

pulumi.runtime.register_resource_transform(weaken)
"""
    main.write_text(main.read_text().replace("\nmain()", f"{transform}\nmain()"))
    life = workspace(project, "dev")
    with pytest.raises(CommandError) as refused:
        life.up(policy_packs=[str(project / "policies")])
    assert "key-rotation" in str(refused.value)
    assert not [c for c in calls(project) if c["call"] == "create" and "kms/key:Key" in c["urn"]]


def calls(project: Path) -> list[dict]:
    path = project / "calls.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
