"""What is shipped works outside the checkout: the built wheel, in a folder of its own, with its data files."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", "-c", "from infra.cli.main import run; run()", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


def test_the_wheel_is_what_runs(installed: Path, tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", "-c", "import policies, components; print(policies.__file__, components.__file__)"]
    shown = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert shown.count(str(installed)) == 2


def test_rules_are_listed_with_their_data_files(installed: Path, tmp_path: Path):
    done = run(installed, tmp_path, "rules", "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["rules"]) > 60
    assert "多区域密钥" in run(installed, tmp_path, "rules", "key-rotation", "--lang", "zh").stdout


def test_a_program_elsewhere_is_audited(installed: Path, tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    program = "import pulumi_aws as aws\naws.sqs.Queue('q', region='us-east-1')\n"
    (tmp_path / "__main__.py").write_text(program)
    done = run(installed, tmp_path, "audit", str(tmp_path), "--json")
    assert done.returncode == 1, done.stderr
    rules = {f["rule"] for f in json.loads(done.stdout)["findings"] if f["verdict"] == "fail"}
    assert {"resource-inside-jurisdiction", "account-not-left-to-machine", "store-customer-key"} <= rules


def test_no_tests_and_no_stacks_are_shipped(installed: Path):
    assert not (installed / "tests").exists()
    assert not (installed / "stacks").exists()


def test_the_provider_table_is_shipped(installed: Path, tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    code = (
        "from policies.terraform import newer, provider_table as t; "
        "print(t.__file__, t.block_of(t.type_of('aws:kms/key:Key')).by_pulumi['keyUsage'].name, len(newer.newer()) > 0)"
    )
    command = [sys.executable, "-P", "-c", code]
    shown = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert shown.startswith(str(installed))
    assert shown.split()[1:] == ["key_usage", "True"]


def test_the_script_of_the_hook_is_shipped(installed: Path):
    (script,) = installed.glob("*.data/scripts/hospital-cloud-audit")
    assert script.read_bytes() == (ROOT / "ci" / "audit.sh").read_bytes()


def test_every_form_is_written_from_the_wheel(installed: Path, tmp_path: Path):
    (tmp_path / "__main__.py").write_text("import pulumi_aws as aws\naws.sqs.Queue('q', region='us-east-1')\n")
    forms = [part for form in ("html", "json", "sarif", "junit", "markdown") for part in ("--format", form)]
    done = run(installed, tmp_path, "audit", "__main__.py", *forms)
    assert done.returncode == 1, done.stderr
    assert len(list((tmp_path / "out").glob("*/report.*"))) == 5
