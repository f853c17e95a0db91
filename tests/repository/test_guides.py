"""What the guides tell people to copy is well-formed, and the same in both languages."""

import json
import re
from datetime import date
from importlib import resources
from typing import Any

import jsonschema
import pytest
import yaml

from infra.cli.renderings import Format
from policies.evidence import Status
from policies.waiver_file import read_text
from tests.conftest import ROOT

GUIDES = ROOT / "docs" / "guides"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


def blocks(name: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", (GUIDES / name).read_text(), re.M | re.S)


def schema(name: str) -> Any:
    return json.loads(resources.files("check_jsonschema").joinpath("builtin_schemas", "vendor", name).read_text())


def test_the_workflow() -> None:
    workflow, more, *_ = blocks("ci.md")
    data = yaml.safe_load(workflow + more)
    data["on"] = data.pop(True)  # in YAML 1.1 the word is true
    jsonschema.validate(data, schema("github-workflows.json"))
    (job,) = data["jobs"].values()
    (used,) = [step for step in job["steps"] if "hospital-cloud@" in step.get("uses", "")]
    assert set(used["with"]) <= set(ACTION["inputs"])
    assert data["permissions"] == {"contents": "read"}
    assert not any("${{" in step.get("run", "") for step in job["steps"]), "text put into a script could be run"


def test_the_pipeline_and_the_hook() -> None:
    _, _, pipeline, hook = blocks("ci.md")
    jsonschema.validate(yaml.safe_load(pipeline), schema("gitlab-ci.json"))
    template = (ROOT / "ci" / "gitlab" / "hospital-cloud.gitlab-ci.yml").read_text()
    script = (ROOT / "ci" / "audit.sh").read_text()
    for name in yaml.safe_load(pipeline)["variables"]:
        assert name in template or name in script
    (repository,) = yaml.safe_load(hook)["repos"]
    assert [row["id"] for row in repository["hooks"]] == [
        row["id"] for row in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    ]


def test_every_input_and_variable_is_named() -> None:
    text = (GUIDES / "ci.md").read_text()
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in text, name
    for name in set(re.findall(r"HOSPITAL_CLOUD(_\w+)\b", (ROOT / "ci" / "audit.sh").read_text())):
        assert f"{name}`" in text or f"HOSPITAL_CLOUD{name}" in text, name


@pytest.mark.parametrize("name", ["auditor.md", "auditor.zh-CN.md"])
def test_the_waiver_is_one(name: str) -> None:
    (block,) = blocks(name)
    assert len(read_text(block.encode(), today=date(2026, 11, 1)).rows) == 1


@pytest.mark.parametrize("name", ["auditor.md", "auditor.zh-CN.md"])
def test_every_answer_is_explained(name: str) -> None:
    text = (GUIDES / name).read_text()
    assert [status.value for status in Status if f"| {status.value}" not in text] == []
    for file in ("report.json", "report.html", "report.sarif", "report.xml"):
        assert f"`{file}`" in text


def test_both_languages_have_the_same_parts() -> None:
    texts = [(GUIDES / name).read_text() for name in ("auditor.md", "auditor.zh-CN.md")]
    heads = [re.findall(r"^## (\d)\.", text, re.M) for text in texts]
    assert heads[0] == heads[1] and len(heads[0]) == 7
    assert texts[0].count("\n|") == texts[1].count("\n|")


@pytest.mark.parametrize("guide", sorted(path.name for path in GUIDES.glob("*.md")))
def test_links_lead_somewhere(guide: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (GUIDES / guide).read_text()):
        assert (GUIDES / target).exists(), target


def test_forms_that_are_named_exist() -> None:
    named = set(re.findall(r"--format (\w+)", "".join(p.read_text() for p in GUIDES.glob("*.md"))))
    assert named and named <= {form.value for form in Format}
