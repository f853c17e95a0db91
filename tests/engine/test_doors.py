"""Foreign programs in a real Pulumi engine: the pack, the preview and the state say what door 1 says of the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.audit import Frame, audit, run
from policies.context import of_jurisdiction
from policies.engine import judge
from policies.results import Severity, Verdict
from policies.sources.project import find
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="needs the Pulumi CLI on PATH"),
]
DOCUMENTS = ROOT / "tests" / "policies" / "sources" / "documents" / "engine"
PLUGIN = Path(__file__).resolve().parent / "plugin"
JUDGED = ROOT / "tests" / "programs" / "judged"
PROGRAMS = (
    *("component", "default_provider", "deleted", "updated"),
    *("bad_in_a_loop", "bad_inside_apply", "bad_open_function", "bad_snapshot_copy", "good_table", "good_two_accounts"),
)
"""Of both folders, those that ask the provider nothing that the double cannot answer."""
_MESSAGE = re.compile(r"^\s+([a-z0-9-]+) \[(?:low|medium|high|critical)\] (\S+) ([^\s,:]+)", re.MULTILINE)

Found = set[tuple[str, str]]


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of one of the programs, as a project that runs in the environment of these tests."""
    folder = tmp_path / request.param
    if (DOCUMENTS / request.param).is_dir():
        shutil.copytree(DOCUMENTS / request.param, folder)
    else:
        shutil.copytree(JUDGED, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / f"{request.param}.py").rename(folder / "__main__.py")
    (folder / "Pulumi.yaml").write_text(
        f"name: {request.param}\nruntime:\n  name: python\n  options: {{toolchain: pip, virtualenv: {sys.prefix}}}\n"
    )
    (tmp_path / "state").mkdir()
    (tmp_path / "pack").mkdir()
    shutil.copytree(ROOT / "policies", tmp_path / "pack" / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pack" / ".venv").symlink_to(Path(sys.prefix))
    pulumi(folder, "stack", "init", "dev")
    return folder


def pulumi(project: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and what was printed."""
    path = os.environ["PATH"]
    if shutil.which("pulumi-resource-aws") is None:
        path = f"{path}{os.pathsep}{PLUGIN}"
    known = {
        "PATH": path,
        "PULUMI_HOME": str(project.parent / "home"),
        "PULUMI_BACKEND_URL": f"file://{project.parent / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "HOSPITAL_CLOUD_PYTHON": sys.executable,
    }
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=project,
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        timeout=600,
    )
    return done.returncode, done.stdout


def judged(source: Path) -> Found:
    done = audit(source, Frame(waive=False))
    return {(f.rule, f.name) for f in done.report.findings if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)}


def violated(source: Path) -> Found:
    return {(f.rule, f.name) for f in audit(source, Frame(waive=False)).report.violations}


def said(printed: str) -> Found:
    """What the pack reported."""
    return {(match[1], match[3]) for match in _MESSAGE.finditer(printed)}


@pytest.mark.parametrize("project", PROGRAMS, indirect=True)
def test_each_door_says_the_same_of_a_foreign_program(project: Path) -> None:
    strict = judge(
        run(find(project), "cn-mainland", 300, strict=True).graph,
        of_jurisdiction("cn-mainland"),
    )
    as_in_a_preview = {(f.rule, f.name) for f in strict.violations}
    closes = any(f.severity >= Severity.MEDIUM for f in strict.violations)
    pack = str(project.parent / "pack" / "policies")

    code, printed = pulumi(project, "preview", "--policy-pack", pack)
    assert (code != 0) is closes, "a mandatory violation ends the preview"
    assert said(printed) == as_in_a_preview

    code, printed = pulumi(project, "preview", "--json")
    assert code == 0
    preview = project.parent / "preview.json"
    preview.write_text(printed)
    assert violated(preview) == as_in_a_preview

    assert pulumi(project, "up", "--yes", "--skip-preview")[0] == 0
    state = project.parent / "state.json"
    assert pulumi(project, "stack", "export", "--file", str(state))[0] == 0
    assert judged(state) == judged(project)
    assert said(pulumi(project, "policy", "analyze", "--policy-pack", pack, "--file", str(state))[1]) == violated(
        project
    )
    assert said(pulumi(project, "preview", "--policy-pack", pack)[1]) == violated(project), (
        "what was unknown is known now"
    )
    [checkpoint] = (project.parent / "state" / ".pulumi" / "stacks").glob("*/dev.json")
    assert judged(checkpoint) == judged(state)


@pytest.mark.parametrize("project", ["deleted"], indirect=True)
def test_a_change_that_deletes_a_store_is_found_in_its_preview_alone(project: Path) -> None:
    assert pulumi(project, "up", "--yes", "--skip-preview")[0] == 0
    (project / "change.py").replace(project / "__main__.py")
    preview = project.parent / "preview.json"
    for arguments in (("--show-sames",), ()):
        preview.write_text(pulumi(project, "preview", "--json", *arguments)[1])
        assert ("store-kept-through-change", "images") in violated(preview)
