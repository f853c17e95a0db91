"""The table of names and shapes is whole, and goes both ways, for every type: those of all services known in AWS China too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.terraform import provider_table
from policies.terraform.provider_table import Block, Field

HERE = Path(__file__).parent
EXCEPTIONS: Mapping[str, Any] = yaml.safe_load((HERE / "table_exceptions.yaml").read_text(encoding="utf-8"))
SERVICES: Mapping[str, list[str]] = yaml.safe_load((HERE / "china_services.yaml").read_text(encoding="utf-8"))
FILE = Path(provider_table.__file__).with_name("provider.json")
TABLE = json.loads(FILE.read_text(encoding="utf-8"))
TYPES = sorted(TABLE["types"])
TOKENS = {token: name for name in TYPES for token in provider_table.tokens_of(name)}


def tokens_of_service(service: str) -> list[str]:
    """All Pulumi types of a service, those that the provider has not among them."""
    known = [*TOKENS, *TABLE["absent_tokens"]]
    prefixes = tuple(f"aws:{p}" if "/" in p else f"aws:{p}/" for p in SERVICES[service])
    return sorted(token for token in known if token.startswith(prefixes))


def every_block() -> Iterator[tuple[str, Block]]:
    """Every block that a type or the provider reaches, with the type it is first found in."""
    seen: set[int] = set()

    def inside(owner: str, block: Block, path: str) -> Iterator[tuple[str, Block]]:
        if id(block) in seen:
            return
        seen.add(id(block))
        yield f"{owner} {path}".strip(), block
        for name, field in block.by_terraform.items():
            if field.block is not None:
                yield from inside(owner, field.block, f"{path}.{name}" if path else name)

    yield from inside("provider", provider_table.provider_block(), "")
    for token, name in TOKENS.items():
        yield from inside(name, provider_table.block_of(name, token), "")


def field(type_name: str, *names: str) -> Field:
    """The field at a path of Pulumi names."""
    block: Block | None = provider_table.block_of(type_name)
    found = None
    for name in names:
        assert block is not None
        found = block.by_pulumi[name]
        block = found.block
    assert found is not None
    return found


# --- what it says ----------------------------------------------------------------------------------------------------


def test_types_go_both_ways() -> None:
    assert provider_table.type_of("aws:rds/instance:Instance") == "aws_db_instance"
    assert provider_table.tokens_of("aws_db_instance") == ("aws:rds/instance:Instance",)
    assert provider_table.tokens_of("aws_s3_bucket")[0] == "aws:s3/bucket:Bucket"
    assert provider_table.type_of("aws:s3/bucketV2:BucketV2") == "aws_s3_bucket"
    for name in TYPES:
        assert {provider_table.type_of(token) for token in provider_table.tokens_of(name)} == {name}


def test_a_type_that_is_not_there_has_a_reason() -> None:
    assert provider_table.type_of("aws:dsql/clusterPolicy:ClusterPolicy") is None
    assert "pulumi-aws 7" in provider_table.why_absent("aws:dsql/clusterPolicy:ClusterPolicy")
    assert "pulumi-aws 7" in provider_table.why_absent("aws_simpledb_domain")
    assert provider_table.why_absent("aws:s3/bucket:Bucket") == provider_table.why_absent("aws_s3_bucket") == ""
    assert provider_table.why_absent("aws:kms/lock:Lock").startswith("neither")
    assert provider_table.tokens_of("aws_simpledb_domain") == ()
    with pytest.raises(KeyError):
        provider_table.block_of("aws_simpledb_domain")


def test_names() -> None:
    assert field("aws_kms_key", "deletionWindowInDays").name == "deletion_window_in_days"
    assert field("aws_lambda_function", "code").name == "filename"
    assert field("aws_security_group", "ingress", "cidrBlocks").name == "cidr_blocks"
    assert field("aws_dynamodb_table", "replicas").name == "replica"
    assert field("aws_batch_compute_environment", "name").name == "compute_environment_name"
    assert field("aws_batch_compute_environment", "name").name_in_6 == "name"
    assert field("aws_kms_key", "keyUsage").name_in_6 == "key_usage"
    assert field("aws_glue_catalog_table", "partitionIndices").name == "partition_index"
    assert field("aws_kms_key", "id").name == "id"
    assert provider_table.block_of("aws_kms_key").by_terraform["policy"].pulumi == "policy"


def test_former_types_name_their_arguments_their_own_way() -> None:
    former = provider_table.block_of("aws_s3_bucket", "aws:s3/bucketV2:BucketV2")
    assert former.by_pulumi["loggings"].name == field("aws_s3_bucket", "logging").name == "logging"
    assert not former.by_pulumi["loggings"].flat
    assert field("aws_s3_bucket", "logging").flat


def test_shapes() -> None:
    vpc = field("aws_eks_cluster", "vpcConfig")
    assert (vpc.kind, vpc.nesting, vpc.flat, vpc.required, vpc.min_items, vpc.max_items) == (
        None,
        "list",
        True,
        True,
        1,
        1,
    )
    ingress = field("aws_security_group", "ingress")
    assert (ingress.kind, ingress.nesting, ingress.attribute, ingress.flat) == (["set", "object"], "set", True, False)
    assert field("aws_security_group", "ingress", "cidrBlocks").kind == ["list", "string"]
    assert field("aws_kms_key", "tags").kind == ["map", "string"]
    assert field("aws_cloudfront_distribution", "defaultCacheBehavior", "forwardedValues", "cookies").flat


def test_flags() -> None:
    assert field("aws_kms_key", "arn").computed
    assert not field("aws_kms_key", "arn").settable
    assert field("aws_rds_cluster", "masterPassword").sensitive
    assert field("aws_s3_bucket", "logging").deprecated
    assert field("aws_kms_key", "region").newer
    assert field("aws_lb_target_group", "deregistrationDelay").scalar == "number"
    assert field("aws_lb_target_group", "deregistrationDelay").kind == "string"


def test_the_provider_itself() -> None:
    block = provider_table.provider_block()
    assert block.by_pulumi["allowedAccountIds"].name == "allowed_account_ids"
    roles = block.by_pulumi["assumeRoles"].block
    assert roles is not None
    assert roles.by_pulumi["roleArn"].name == "role_arn"


# --- whole and canonical ---------------------------------------------------------------------------------------------


def test_one_line_a_block() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    first = lines.index('"blocks": [') + 1
    blocks = lines[first : first + len(TABLE["blocks"])]
    assert [json.loads(line.removesuffix(",")) for line in blocks] == TABLE["blocks"]
    assert len(set(blocks)) == len(blocks), "equal blocks stand once"
    assert list(TABLE["types"]) == TYPES


def test_every_block_is_used() -> None:
    assert len(list(every_block())) == len(TABLE["blocks"])


def test_no_two_names_for_one_field() -> None:
    for where, block in every_block():
        named = [f for f in block.by_terraform.values() if f.pulumi]
        assert len(block.by_pulumi) == len(named), where
        for name, found in block.by_pulumi.items():
            assert block.by_terraform[found.name].pulumi == name == found.pulumi, where


def test_what_must_be_set_can_be() -> None:
    for where, block in every_block():
        unreachable = [f.name for f in block.by_terraform.values() if f.required and not f.pulumi]
        assert unreachable == [], where


def test_fields_have_a_form() -> None:
    for where, block in every_block():
        for found in block.by_terraform.values():
            what = f"{where}: {found.name}"
            assert found.required or found.optional or found.computed, what
            assert (found.nesting != "") == (found.kind is None or found.attribute), what
            assert found.block is None or found.nesting, what
            assert found.block is not None or not found.nesting or not found.pulumi, what
            assert not found.flat or found.sequence, what


def test_types_without_pulumi_are_reviewed() -> None:
    reviewed = EXCEPTIONS["types_without_pulumi"]
    found = {next((p for p in reviewed if t.startswith(p)), t) for t in TABLE["absent_types"]}
    assert found == set(reviewed), "all others have a Pulumi type, so no Pulumi type without one is a miss of the rules"


def test_fields_without_pulumi_are_reviewed() -> None:
    found: dict[str, set[str]] = {}
    for where, block in every_block():
        owner, _, path = where.partition(" ")
        for name, known in block.by_terraform.items():
            if not known.pulumi and name != "timeouts":  # Pulumi's own option
                found.setdefault(owner, set()).add(f"{path}.{name}" if path else name)
    assert found == {owner: set(fields) for owner, fields in EXCEPTIONS["fields_without_pulumi"].items()}


# --- against the SDK, service by service -----------------------------------------------------------------------------


def test_services_without_types_are_few() -> None:
    without = {service for service in SERVICES if not tokens_of_service(service)}
    assert without == {service for service, prefixes in SERVICES.items() if not prefixes}


@pytest.mark.parametrize("service", SERVICES)
def test_every_argument_has_its_field(service: str) -> None:
    """Each argument and output of each type, at any depth: there, and in the form that the table says."""
    tokens = tokens_of_service(service)
    assert all("has it" in provider_table.why_absent(token) for token in tokens if token not in TOKENS)
    assert [d for token in tokens if token in TOKENS for d in differences(token) if not reviewed(d)] == []


@pytest.mark.slow
def test_every_type_agrees_with_the_sdk() -> None:
    found = [d for token in TOKENS for d in differences(token)]
    assert [d for d in found if not reviewed(d)] == []
    used = {(d.type, pattern) for d in found for pattern in [reviewed(d)]}
    assert used == {(name, pattern) for name, rows in EXCEPTIONS["differences"].items() for pattern in rows}


@dataclass(frozen=True)
class Difference:
    """Where the SDK and the table do not agree."""

    type: str
    path: str
    says: str


def reviewed(difference: Difference) -> str:
    """The pattern of the exception that a difference falls under; empty where there is none."""
    patterns = EXCEPTIONS["differences"].get(difference.type, {})
    return next((pattern for pattern in patterns if fnmatchcase(difference.path, pattern)), "")


def differences(token: str) -> Iterator[Difference]:
    from tests.truth.provider_table import inside, sdk_fields

    name = TOKENS[token]

    def compare(sdk: Mapping[str, Any], block: Block, path: str) -> Iterator[Difference]:
        for key, argument in sdk.items():
            where = f"{path}.{key}" if path else key
            found = block.by_pulumi.get(key)
            if found is None:
                yield Difference(name, where, "has no field")
                continue
            kinds = {kind.kind for kind in argument.types}
            fields = inside(argument)
            if found.block is not None and fields is not None:
                if _form(found) not in kinds:
                    yield Difference(name, where, f"the table says {_form(found)}, the SDK {sorted(kinds)}")
                elif not found.newer:
                    yield from compare(fields, found.block, where)
            elif found.block is not None or not _fits(found.kind, found, argument.types):
                yield Difference(
                    name, where, f"the table says {found.kind}, the SDK {[str(t) for t in argument.types]}"
                )

    yield from compare(sdk_fields(token), provider_table.block_of(name, token), "")


def _form(found: Field) -> str:
    if found.sequence and not found.flat:
        return "list"
    return "map" if found.nesting == "map" else "object"


def _fits(kind: Any, found: Field, types: tuple[Any, ...]) -> bool:
    """Whether the SDK writes a value as the table says."""
    if isinstance(kind, list) and kind[0] in ("list", "set") and found.flat:
        return _fits(kind[1], found, types)
    names = {"integer": "number", "boolean": "bool", "asset": "string"}
    kinds = {names.get(t.kind, t.kind) for t in types}
    if "any" in kinds or kind == "dynamic":
        return True
    if isinstance(kind, str):
        return (found.scalar or kind) in kinds
    outer = "map" if kind[0] == "map" else "list"
    return any(t.kind == outer and _fits(kind[1], found, t.item) for t in types)


def test_exceptions_have_reasons() -> None:
    def reasons(table: Any) -> Iterator[str]:
        for value in table.values():
            yield from reasons(value) if isinstance(value, Mapping) else [value]

    assert all(re.search(r"\w+ \w+", why) for why in reasons(EXCEPTIONS))
