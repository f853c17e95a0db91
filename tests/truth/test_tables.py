"""The tables of exceptions stay short and true: every line names something, and says what the rules would not find."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import StringShape

from policies.terraform import provider_table
from policies.terraform.newer import In5, Newer, newer
from policies.terraform.provider_table import Block, Field
from tests.truth import botocore_models, provider_schema, sdk_types, service_members, tf_names
from tests.truth.naming import joined, snake
from tests.truth.provider_table import paired, sdk_fields
from tests.truth.samples import GOOD

NEWER_AT_MOST = 20
"""Each line is a thing that nobody checks: a newer provider at hand is better than a longer list."""

TERRAFORM = tf_names.table()
MODELS = service_members.table()
without_terraform = pytest.mark.skipif(bool(provider_schema.missing()), reason=provider_schema.missing() or "-")


def rows(table: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
    return [(owner, path, value) for owner, inner in table.items() for path, value in inner.items()]


def token_of(prefix: str) -> str:
    return next(t for t in sdk_types.tokens() if t.startswith(prefix + ":"))


def sdk_argument(token: str, path: str) -> sdk_types.Argument:
    """The SDK's argument at a path of a type; KeyError where it has none."""
    cls = sdk_types.resource_class(token)
    assert cls is not None, token
    at: type | None = sdk_types.arguments_class(cls)
    *parents, last = path.split(".")
    for name in parents:
        assert at is not None, path
        found = sdk_types.arguments(at)[name].types
        at = next((t.cls for outer in found for t in (outer, *outer.item) if t.cls), None)
    assert at is not None, path
    return sdk_types.arguments(at)[last]


def provider_field(token: str, path: str) -> Field | None:
    """The table's field at a path of a Pulumi type; None where it has none."""
    type_name = provider_table.type_of(token)
    block = provider_table.block_of(type_name, token) if type_name else None
    found: Field | None = None
    for name in path.split("."):
        found = block.by_pulumi.get(name) if block else None
        block = found.block if found else None
    return found


# --- Terraform -------------------------------------------------------------------------------------------------------


@without_terraform
@pytest.mark.parametrize("prefix", TERRAFORM["types"])
def test_type_exception_is_needed(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = TERRAFORM["types"][prefix]
    assert wanted in provider_schema.load().types
    monkeypatch.setattr(tf_names, "table", lambda: {"types": {}, "fields": {}})
    assert tf_names.type_of.__wrapped__(token_of(prefix)) != wanted, "the rules find it: take the line out"


@without_terraform
@pytest.mark.parametrize(("type_name", "path", "field"), rows(TERRAFORM["fields"]))
def test_field_exception_is_needed(type_name: str, path: str, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    types = {name: tokens for name in provider_schema.load().types if (tokens := provider_table.tokens_of(name))}
    owners = {
        name: sdk_fields(tokens[0])
        for name, tokens in types.items()
        if (name == type_name or type_name == "any") and path in sdk_fields(tokens[0])
    }
    assert owners
    monkeypatch.setattr(tf_names, "table", lambda: {"types": {}, "fields": {"any": {}}})
    for owner, sdk in owners.items():
        names = dict.fromkeys(provider_schema.load().names(owner))
        assert field in names or type_name == "any"
        assert paired(names, sdk, owner, "").get(field) != path, "the rules find it: take the line out"


def test_scalar_exceptions_are_those_of_the_table() -> None:
    """Where pulumi-aws makes another scalar of the provider's: all are reviewed, none is without need."""
    found: dict[str, dict[str, str]] = {}

    def collect(owner: str, block: Block, path: str) -> None:
        for name, field in block.by_pulumi.items():
            if field.scalar:
                found.setdefault(owner, {})[joined(path, name)] = field.scalar
            if field.block is not None:
                collect(owner, field.block, joined(path, name))

    for token in sdk_types.tokens():
        if type_name := provider_table.type_of(token):
            collect(type_name, provider_table.block_of(type_name, token), "")
    collect("provider", provider_table.provider_block(), "")
    assert found == TERRAFORM["scalars"]


def _cls(token: str) -> type:
    cls = sdk_types.resource_class(token)
    assert cls is not None
    return cls


def test_newer_is_short_and_has_reasons() -> None:
    found = newer()
    assert len(found) <= NEWER_AT_MOST
    assert len({(row.type, row.path) for row in found}) == len(found)
    assert all(len(row.why) > 10 for row in found)


@pytest.mark.parametrize("row", newer(), ids=lambda row: f"{row.type}-{row.path}")
def test_newer_is_in_the_sdk(row: Newer) -> None:
    assert sdk_types.resource_class(row.type) is not None
    for path in (row.path, *row.replaces):
        assert not path or sdk_argument(row.type, path)
    assert bool(row.by) == (row.in_5 is In5.REPLACE)


@pytest.mark.parametrize("row", newer(), ids=lambda row: f"{row.type}-{row.path}")
def test_newer_is_not_in_the_provider(row: Newer) -> None:
    if not row.path:
        assert provider_table.type_of(row.type) is None, "the provider has it now: take the line out"
        return
    found = provider_field(row.type, row.path)
    assert found is not None
    assert found.newer, "the provider has it now: take the line out"
    assert all(provider_field(row.type, path) for path in row.replaces)


# --- service models --------------------------------------------------------------------------------------------------


def test_services_exist() -> None:
    known = set(Loader().list_available_services("service-2"))
    modules = {t.split(":")[1].partition("/")[0] for t in sdk_types.tokens()}
    assert set(MODELS["services"]) <= modules
    assert {name for names in MODELS["services"].values() for name in names} <= known


@pytest.mark.parametrize("token", MODELS["operations"])
def test_operation_exception_is_needed(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = service_members.operations(token)
    monkeypatch.setattr(service_members, "table", lambda: {**MODELS, "operations": {}})
    found = service_members.operations.__wrapped__(token)
    assert [o.name for o in found[: len(wanted)]] != [o.name for o in wanted], "the rules find it: take the line out"


@pytest.mark.parametrize(("token", "path", "where"), rows(MODELS["members"]))
def test_member_exception_is_needed(token: str, path: str, where: str) -> None:
    assert sdk_argument(token, path)
    placed = service_members.member_at(token, path)
    assert placed is not None
    assert placed.where == where
    first, *rest = path.split(".")
    member = service_members.member_of(token, first)
    before = first
    for name in rest:
        found = member and service_members.find(
            name, service_members.inner(member.shape), service_members.words_of(before)
        )
        member = service_members.Member(f"{member.where}.{found[0]}", found[1]) if member and found else None
        before = name
    assert member is None or member.where != where, "the rules find it: take the line out"


@pytest.mark.parametrize(
    ("token", "path", "_"), rows(MODELS["values"]) + rows(MODELS["limits"]) + rows(MODELS["choices"])
)
def test_value_exception_names_an_argument(token: str, path: str, _: Any) -> None:
    assert sdk_argument(token, path)


def test_patterns_can_be_read() -> None:
    """A pattern that Python cannot read is not checked: there are few."""
    services = sorted({s for token in GOOD if token.startswith("aws:") for s in service_members.services_of(token)})
    patterns = {
        shape["pattern"]
        for service in services
        for shape in Loader().load_service_model(service, "service-2")["shapes"].values()
        if "pattern" in shape
    }
    unread = {p for p in patterns if botocore_models.compiled(p) is None}
    assert len(unread) <= len(patterns) * 0.02, unread


# --- the mapping against the documentation ---------------------------------------------------------------------------

_TELLS = re.compile(
    r"[Vv]alid (?:values|options)(?: for this argument)?(?: are|:| include)?:? ((?:`[^`]+`[^`.]{0,9})+)"
)


def _told(cls: type) -> Iterator[tuple[str, set[str]]]:
    """The arguments of a class whose documentation lists their values."""
    text = str(cls.__init__.__doc__)  # type: ignore[misc]
    for name, says in re.findall(r":param pulumi\.Input\[.*?\] (\w+): (.*?)(?=\n\s*:param|\Z)", text, re.DOTALL):
        found = _TELLS.search(says)
        if found:
            yield name, set(re.findall(r"`([\w.:/-]+)`", found.group(1)))


@pytest.mark.parametrize("token", [t for t in GOOD if t.startswith("aws:")])
def test_mapping_agrees_with_documentation(token: str) -> None:
    """The values that the SDK's documentation lists are among those of the member that an argument was placed at."""
    told = dict(_told(sdk_types.arguments_class(_cls(token))))
    for name in sdk_types.arguments(sdk_types.arguments_class(_cls(token))):
        values = told.get(snake(name))
        member = service_members.member_at(token, name) or service_members.member_of(token, name)
        if not values or member is None:
            continue
        shape = service_members.inner(member.shape)
        if isinstance(shape, StringShape) and shape.enum:
            assert values & set(shape.enum), f"{token} {name}: {values} is not {member.where}: {shape.enum}"
