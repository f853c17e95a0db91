"""Lines of the .tf files beside a plan (documents/hospital), and what their `lifecycle` says."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from policies.graph import Graph, Place, Resource
from policies.sources.terraform_places import with_places
from policies.sources.terraform_plan import plan_of

DOCUMENTS = Path(__file__).parent / "documents"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DOCUMENTS / "hospital", tmp_path / "hospital")
    return tmp_path / "hospital"


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return json.loads((DOCUMENTS / "plan_of_modules.json").read_text(encoding="utf-8"))


def node(graph: Graph, address: str) -> Resource:
    [found] = [r for r in graph.resources if r.name == address]
    return found


def found(plan: dict[str, Any], folder: Path) -> tuple[Graph, tuple[str, ...]]:
    state = plan_of(plan)
    return with_places(state.graph, state.modules, folder)


@pytest.mark.parametrize(
    ("address", "file", "header"),
    [
        ("aws_kms_key.main", "main.tf", 'resource "aws_kms_key" "main"'),
        ("aws_subnet.private[1]", "main.tf", 'resource "aws_subnet" "private"'),
        ('module.records["lab"].aws_s3_bucket.this', "modules/records/main.tf", 'resource "aws_s3_bucket" "this"'),
        ('module.partner["lab"].aws_s3_bucket_policy.this', "modules/records/main.tf", "policy = data.aws_iam"),
    ],
)
def test_a_resource_has_the_line_of_its_block(
    plan: dict[str, Any], folder: Path, address: str, file: str, header: str
) -> None:
    graph, notes = found(plan, folder)
    place = node(graph, address).source
    assert place and place.file == file
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    assert header in "\n".join(lines[place.line - 1 : place.line + 2])
    assert lines[place.line - 1].startswith("resource"), "not the one in the comment"
    assert any("beside the document" in note for note in notes)


def test_providers_are_told_apart_by_their_alias(plan: dict[str, Any], folder: Path) -> None:
    graph, _ = found(plan, folder)
    lines = (folder / "main.tf").read_text(encoding="utf-8").splitlines()
    first, second = (node(graph, name).source for name in ("aws", "aws.ningxia"))
    assert first and second and "alias" not in lines[first.line] and "alias" in lines[second.line]


def test_lifecycle_is_read(plan: dict[str, Any], folder: Path) -> None:
    graph, _ = found(plan, folder)
    key = node(graph, "aws_kms_key.main")
    assert key.protect is True and key.ignore_changes == ("description", "policy")
    assert node(graph, "aws_vpc.main").protect is False, "a block that does not refuse lets it go"


@pytest.mark.parametrize(
    ("old", "new"),
    [("prevent_destroy = true", "prevent_destroy = false"), ("prevent_destroy = true", "# prevent_destroy = true")],
)
def test_what_is_not_switched_on_protects_nothing(plan: dict[str, Any], folder: Path, old: str, new: str) -> None:
    file = folder / "main.tf"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert node(found(plan, folder)[0], "aws_kms_key.main").protect is False


def test_a_block_that_is_there_twice_has_no_line(plan: dict[str, Any], folder: Path) -> None:
    shutil.copy(folder / "main.tf", folder / "old.tf")
    graph, _ = found(plan, folder)
    assert node(graph, "aws_kms_key.main").source is None


def test_files_of_something_else_change_nothing(plan: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_kms_key" "other" {\n lifecycle {\n prevent_destroy = true\n }\n}\n'
    )
    state = plan_of(plan)
    assert with_places(state.graph, state.modules, tmp_path) == (state.graph, ())
    assert with_places(state.graph, state.modules, tmp_path / "nowhere") == (state.graph, ())


def test_a_module_outside_the_repository_is_not_read(plan: dict[str, Any], folder: Path) -> None:
    shutil.move(folder / "modules", folder.parent / "modules")
    for call in plan["configuration"]["root_module"]["module_calls"].values():
        assert call["source"] == "./modules/records"
    outside = json.loads(json.dumps(plan).replace("./modules/records", "../modules/records"))
    assert node(found(outside, folder)[0], 'module.records["lab"].aws_s3_bucket.this').source is None
    (folder.parent / ".git").mkdir()
    place = node(found(outside, folder)[0], 'module.records["lab"].aws_s3_bucket.this').source
    assert place == Place("../modules/records/main.tf", 10)


def test_files_that_are_no_configuration_are_passed_over(plan: dict[str, Any], folder: Path) -> None:
    (folder / "a.tf").write_bytes(b"\xff\xfe\x00resource")
    (folder / "b.tf").write_text('resource "aws_vpc" "x" {' + "{" * 10_000)
    (folder / "c.tf").mkdir()
    assert node(found(plan, folder)[0], "aws_kms_key.main").source


def test_protection_that_is_said_in_another_way_is_not_known(plan: dict[str, Any], folder: Path) -> None:
    text = (folder / "main.tf").read_text(encoding="utf-8")
    (folder / "main.tf").write_text(
        text.replace("prevent_destroy = true", "prevent_destroy = var.live"), encoding="utf-8"
    )
    assert node(found(plan, folder)[0], "aws_kms_key.main").protect is None
