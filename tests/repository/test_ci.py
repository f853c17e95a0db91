"""The GitHub action, the GitLab template and the pre-commit hook: well-formed, and their very scripts judge a good and a
bad project in a repository of their own."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.conftest import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab" / "hospital-cloud.gitlab-ci.yml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
PROGRAMS = ROOT / "tests" / "programs"
COMMAND = Path(sys.executable).parent / "hospital-cloud"
pytestmark = pytest.mark.slow
FILES = {"report.html", "report.json", "report.sarif", "report.xml", "report.md"}
GIT = {
    **{f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}


def git(where: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(where), *arguments], capture_output=True, text=True, check=True, env={**os.environ, **GIT}
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a project that complies, one that violates and one that cannot be run."""
    top = tmp_path / "a repository"
    for name in ("complies", "violates", "raises"):
        shutil.copytree(PROGRAMS / name, top / "infra" / name)
    subprocess.run(["git", "init", "--quiet", str(top)], check=True)
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "first")
    return top


def run(script: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A script as CI starts it."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd,
        env={**os.environ, **GIT, "HOSPITAL_CLOUD_COMMAND": str(COMMAND), **variables},
        capture_output=True,
        text=True,
        timeout=300,
    )


def written(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# --- the GitHub action -----------------------------------------------------------------------------------------------


def step() -> dict[str, Any]:
    (found,) = [s for s in ACTION["runs"]["steps"] if "run" in s]
    return found


def action(repository: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
    """The action's own step with its inputs; what it ended with, its outputs, its summary."""
    given = {name: str(row["default"]) for name, row in ACTION["inputs"].items()}
    given["base-ref"] = ""  # its default is the pull request's, which GitHub puts in
    given.update({name.replace("_", "-"): value for name, value in inputs.items()})
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], value)
        for name, value in step()["env"].items()
    }
    outputs, summary = repository.parent / "outputs", repository.parent / "summary"
    for file in (outputs, summary):
        file.write_text("")
    done = run(
        step()["run"],
        repository,
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_OUTPUT=str(outputs),
        GITHUB_STEP_SUMMARY=str(summary),
        **environment,
    )
    return done, dict(line.split("=", 1) for line in outputs.read_text().splitlines()), summary.read_text()


def test_the_action_is_well_formed() -> None:
    schema = json.loads(
        resources.files("check_jsonschema").joinpath("builtin_schemas", "vendor", "github-actions.json").read_text()
    )
    jsonschema.validate(ACTION, schema)
    assert "${{" not in step()["run"], "text put into a script could be run"
    used = [s["uses"] for s in ACTION["runs"]["steps"] if "uses" in s]
    assert all(re.fullmatch(r"actions/[\w-]+@(v\d+|[0-9a-f]{40})", name) for name in used)
    assert set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"]))) == set(ACTION["inputs"])
    assert "secrets" not in (ROOT / "action.yml").read_text()


@pytest.mark.parametrize(("program", "code", "word"), [("complies", 0, "complies"), ("violates", 1, "violated")])
def test_the_action_judges(repository: Path, program: str, code: int, word: str) -> None:
    done, outputs, summary = action(repository, project=f"infra/{program}")
    assert done.returncode == code, done.stderr
    assert outputs == {"exit-code": str(code), "report": "hospital-cloud-report"}
    folder = repository / "hospital-cloud-report"
    assert written(folder) == FILES
    assert summary == (folder / "report.md").read_text() and f"hospital-cloud: {word}" in summary
    (log,) = json.loads((folder / "report.sarif").read_text())["runs"]
    places = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["results"]}
    assert places == ({"infra/violates/__main__.py"} if code else set())


def test_the_action_reports_in_chinese(repository: Path) -> None:
    done, _, summary = action(repository, project="infra/violates", lang="zh")
    assert done.returncode == 1, done.stderr
    assert "hospital-cloud: 违规" in summary
    assert '<html lang="zh-CN">' in (repository / "hospital-cloud-report" / "report.html").read_text("utf-8")


def test_the_action_compares_with_the_base(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    program = repository / "infra" / "complies"
    shutil.copy(repository / "infra" / "violates" / "__main__.py", program / "__main__.py")
    git(repository, "commit", "--quiet", "--all", "--message", "worse")
    done, _, summary = action(repository, project="infra/complies", base_ref=base)
    assert done.returncode == 1, done.stderr
    assert "### New (" in summary and "0 still there" in summary and "0 fixed" in summary
    again, _, summary = action(repository, project="infra/complies", base_ref="HEAD")
    assert again.returncode == 1 and "**0 new**" in summary
    assert git(repository, "worktree", "list").count("\n") == 0, "the base's work tree is gone"
    assert git(repository, "status", "--porcelain", "--ignored") == "?? hospital-cloud-report/"


def test_a_base_without_the_project_is_no_fault(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    git(repository, "mv", "infra/complies", "infra/moved")
    git(repository, "commit", "--quiet", "--all", "--message", "moved")
    for ref in (base, "0" * 40, "--upload-pack=touch ran;"):
        done, _, summary = action(repository, project="infra/moved", base_ref=ref)
        assert done.returncode == 0, done.stderr
        assert "nothing is compared" in done.stderr and "Against the base" not in summary
        assert not (repository / "ran").exists()


def test_the_base_has_the_waivers_that_it_had(repository: Path) -> None:
    rules = {line.split()[1] for line in _failed(repository)}
    rows = "\n".join(
        f"  - {{rule: {rule}, resource: '*::images', owner: o@example.org, expires_on: {date.today() + timedelta(30)}, "
        "reason: until the migration of the ward is done}"
        for rule in sorted(rules)
    )
    file = repository / "accepted.yaml"
    file.write_text(f"schema: 1\nwaivers:\n{rows}\n")
    done, _, summary = action(repository, project="infra/violates", waivers="accepted.yaml", base_ref="HEAD")
    assert "Waived (" in summary, done.stderr
    assert re.search(r"[1-9]\d* fixed", summary), "the base is judged without the new waivers"


def _failed(repository: Path) -> list[str]:
    done, _, _ = action(repository, project="infra/violates")
    return [line for line in done.stdout.splitlines() if line.startswith("FAIL ")]


def test_what_cannot_be_judged_says_so(repository: Path) -> None:
    action(repository, project="infra/complies")
    done, outputs, summary = action(repository, project="infra/raises")
    assert done.returncode == 2 and outputs["exit-code"] == "2"
    assert written(repository / "hospital-cloud-report") == {"report.md"}, "nothing of an earlier run"
    assert "could not be judged" in summary
    said = [line for line in summary.splitlines() if "ValueError" in line]
    assert said and all(line.startswith("    ") for line in said)


@pytest.mark.parametrize("name", ["project", "stack", "jurisdiction", "waivers", "lang", "base_ref"])
def test_an_input_is_never_run(repository: Path, name: str) -> None:
    inputs = {"project": "infra/complies", name: '$(touch "$PWD/ran"); `touch ran` & touch ran #'}
    done, _, _ = action(repository, **inputs)
    assert done.returncode in (0, 2)
    assert not (repository / "ran").exists()


# --- the GitLab template ---------------------------------------------------------------------------------------------


@pytest.fixture
def origin(tmp_path: Path) -> tuple[str, str]:
    """A repository that holds the script, as GitLab would fetch it; its address and commit."""
    top = tmp_path / "origin"
    (top / "ci").mkdir(parents=True)
    shutil.copy(ROOT / "ci" / "audit.sh", top / "ci")
    subprocess.run(["git", "init", "--quiet", str(top)], check=True)
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "first")
    return top.as_uri(), git(top, "rev-parse", "HEAD")


def gitlab(repository: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    job = GITLAB["hospital-cloud"]
    return run("\n".join(job["script"]), repository, **{**job["variables"], **variables})


def test_the_template_is_well_formed() -> None:
    schema = json.loads(
        resources.files("check_jsonschema").joinpath("builtin_schemas", "vendor", "gitlab-ci.json").read_text()
    )
    jsonschema.validate(GITLAB, schema)
    job = GITLAB["hospital-cloud"]
    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["paths"] == [job["variables"]["HOSPITAL_CLOUD_OUT"] + "/"]


@pytest.mark.parametrize(("program", "code"), [("complies", 0), ("violates", 1), ("raises", 2)])
def test_the_template_judges(repository: Path, origin: tuple[str, str], program: str, code: int) -> None:
    url, commit = origin
    done = gitlab(
        repository, HOSPITAL_CLOUD_URL=url, HOSPITAL_CLOUD_COMMIT=commit, HOSPITAL_CLOUD_PROJECT=f"infra/{program}"
    )
    assert done.returncode == code, done.stderr
    folder = repository / "hospital-cloud-report"
    assert written(folder) == (FILES if code < 2 else {"report.md"})


def test_the_template_compares_with_the_base(repository: Path, origin: tuple[str, str]) -> None:
    url, commit = origin
    done = gitlab(
        repository,
        HOSPITAL_CLOUD_URL=url,
        HOSPITAL_CLOUD_COMMIT=commit,
        HOSPITAL_CLOUD_PROJECT="infra/violates",
        CI_MERGE_REQUEST_DIFF_BASE_SHA=git(repository, "rev-parse", "HEAD"),
    )
    assert done.returncode == 1 and "**0 new**" in (repository / "hospital-cloud-report" / "report.md").read_text()


@pytest.mark.parametrize("commit", ["", "main", "abc123", "A" * 40, "g" * 40, "0" * 41])
def test_the_template_wants_a_whole_commit(repository: Path, origin: tuple[str, str], commit: str) -> None:
    done = gitlab(repository, HOSPITAL_CLOUD_URL=origin[0], HOSPITAL_CLOUD_COMMIT=commit)
    assert done.returncode == 2 and "all 40 digits" in done.stderr


def test_the_template_wants_an_address(repository: Path, origin: tuple[str, str]) -> None:
    assert gitlab(repository, HOSPITAL_CLOUD_COMMIT=origin[1]).returncode == 2
    assert gitlab(repository, HOSPITAL_CLOUD_URL="/nowhere", HOSPITAL_CLOUD_COMMIT="0" * 40).returncode == 2


# --- the pre-commit hook ---------------------------------------------------------------------------------------------


@pytest.fixture
def hook(tmp_path: Path) -> str:
    """The hook's entry as pre-commit finds it: installed beside the command, as pyproject.toml says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    scripts = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-scripts"]
    (entry,) = [row["entry"] for row in HOOKS]
    (source,) = [name for name, installed in scripts.items() if installed == entry]
    folder = tmp_path / "bin"
    folder.mkdir()
    shutil.copy(ROOT / source, folder / entry)
    (folder / "hospital-cloud").symlink_to(COMMAND)
    return str(folder / entry)


def test_the_hook_is_well_formed() -> None:
    (row,) = HOOKS
    assert {"id", "name", "entry", "language"} <= set(row)
    assert row["language"] == "python" and row["pass_filenames"] is False
    for name in ("__main__.py", "infra/a.py", "Pulumi.yaml", "infra/Pulumi.dev.yml", "stacks/Pulumi.cn-tertiary.yaml"):
        assert re.search(row["files"], name), name
    for name in ("README.md", "notPulumi.yaml", "a.pyc"):
        assert not re.search(row["files"], name), name


@pytest.mark.parametrize(("program", "code"), [("complies", 0), ("violates", 1), ("raises", 2)])
def test_the_hook_judges_and_leaves_nothing_to_commit(repository: Path, hook: str, program: str, code: int) -> None:
    done = run(f'"{hook}" "infra/{program}"', repository, HOSPITAL_CLOUD_COMMAND="", PRE_COMMIT="1")
    assert done.returncode == code, done.stderr
    assert git(repository, "status", "--porcelain", "--ignored") == ""
    folder = repository / ".git" / "hospital-cloud-report"
    assert written(folder) == (FILES if code < 2 else {"report.md"})


# --- the script ------------------------------------------------------------------------------------------------------


def test_the_script_installs_what_is_locked() -> None:
    """What it asks uv and pip for exists here; that it installs was tried by hand, as it needs an index."""
    text = (ROOT / "ci" / "audit.sh").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "--require-hashes" in text and "--frozen" in text and "--no-build-isolation" in text
    assert re.search(r"^UV_VERSION := \d", (ROOT / "Makefile").read_text(), re.M)
    assert any(row.startswith("hatchling") for row in project["dependency-groups"]["package"])
    assert os.access(ROOT / "ci" / "audit.sh", os.X_OK)


def test_the_script_is_clean_bash() -> None:
    subprocess.run(["bash", "-n", str(ROOT / "ci" / "audit.sh")], check=True)


def test_a_project_that_is_not_there(repository: Path) -> None:
    done = run(f'bash "{ROOT}/ci/audit.sh" "no such"', repository)
    assert done.returncode == 2 and "does not exist" in done.stderr
