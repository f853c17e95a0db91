"""The JSON Schema that editors read: it is what the model says, and it accepts every stack of ours."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from infra.settings import schema
from tests.conftest import ROOT, STACKS
from tests.settings.good import TEXT, with_line

STORED = ROOT / "stacks" / "hospital.schema.json"


def test_the_stored_schema_is_the_model() -> None:
    assert STORED.read_text() == schema.text(), "python -m infra.settings.schema > stacks/hospital.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    document = json.loads(STORED.read_text())
    jsonschema.Draft7Validator.check_schema(document)
    return jsonschema.Draft7Validator(document)


@pytest.mark.parametrize("stack", STACKS)
def test_it_accepts_our_stacks_and_they_name_it(stack: str, validator: jsonschema.Draft7Validator) -> None:
    text = (ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text()
    validator.validate(yaml.safe_load(text))
    assert text.split("\n")[0] == schema.FIRST_LINE
    assert STORED.name in schema.FIRST_LINE


def test_every_stack_file_is_known_to_the_tests() -> None:
    assert {path.name for path in STORED.parent.glob("Pulumi.*.yaml")} == {f"Pulumi.{stack}.yaml" for stack in STACKS}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("data: patient", "data: patients"),
        ("data: patient", "data: patient\ncolour: red"),
        ("jurisdiction: cn-mainland", "jurisdiction: mars"),
        ("short_name: test", "short_name: T"),
        ("outpatients_per_day: 5000", "outpatients_per_day: -1"),
        ("ct: 460", "cat: 460"),
        ("nodes: 9", "database_instance_class: db.r6g.huge"),
        ("schema: 1", "schema: 2"),
        ("inpatients: 2000", ""),
        ("title: Test Hospital", r'title: "a\0b"'),
    ],
)
def test_it_refuses_what_an_editor_should_underline(old: str, new: str, validator: jsonschema.Draft7Validator) -> None:
    assert validator.is_valid(yaml.safe_load(TEXT))
    assert not validator.is_valid(yaml.safe_load(with_line(old, new)))


def test_other_programs_may_have_lines_of_their_own(validator: jsonschema.Draft7Validator) -> None:
    document = yaml.safe_load(TEXT)
    document["config"]["aws:skipCredentialsValidation"] = "true"
    document["encryptionsalt"] = "v1:abc="
    assert validator.is_valid(document)
    document["config"]["hospital-cloud:hospitl"] = {}
    assert not validator.is_valid(document)
