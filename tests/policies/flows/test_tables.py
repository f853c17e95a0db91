"""The tables of flows say what is true: each type is in the SDK, each path is an argument of it, each row leads somewhere."""

from collections.abc import Iterator
from typing import Any

import pytest

from policies.facts import store_types
from policies.flows import tables
from policies.flows.access import services
from policies.flows.families.by_state import WRITTEN
from policies.flows.model import Kind
from policies.flows.processes import parts, processes, shared, subjects
from policies.rules._resource_policies import RESOURCE_POLICIES
from tests.truth import sdk_types


def _paths() -> Iterator[tuple[str, str]]:
    for type_token, rows in tables.flows().items():
        yield from ((type_token, end) for row in rows for end in (row.source, row.target))
    for type_token, process in processes().items():
        closing = (process.unless.partition("=")[0], process.isolated.partition("=")[0])
        given = (*process.role, *process.subnets.split(), *process.groups.split(), *closing)
        yield from ((type_token, path) for path in given)
    yield from ((part.type, part.path) for part in parts())
    yield from (*subjects().items(), *shared().items())
    for type_token, (path, written) in WRITTEN.items():
        yield from ((type_token, at) for at in (path, *written))


def _rows() -> list[tuple[str, str]]:
    return sorted({(t, p) for t, p in _paths() if p and p != "self" and not p.startswith(("every ", "place "))})


@pytest.mark.parametrize(("type_token", "path"), _rows())
def test_each_path_is_an_argument_of_its_type(type_token: str, path: str):
    cls = sdk_types.resource_class(type_token)
    assert cls is not None, f"{type_token} is not in the SDK"
    fields: Any = sdk_types.arguments(sdk_types.arguments_class(cls))
    for step in path.partition(">")[0].replace("[*]", "").split("."):
        if fields is None:
            return
        assert step in fields, f"{type_token} has no {path}: {step} is not among {sorted(fields)}"
        kinds = list(fields[step].types)
        while kinds and kinds[0].kind in ("list", "map") and not any(k.cls for k in kinds):
            kinds = list(kinds[0].item)
        nested = next((k.cls for k in kinds if k.cls is not None), None)
        fields = sdk_types.arguments(nested) if nested is not None else None


def test_each_type_that_a_table_names_is_in_the_sdk():
    named = {t for service in services().values() for t in service.types}
    named |= {
        end.removeprefix("every ")
        for rows in tables.flows().values()
        for r in rows
        for end in (r.source, r.target)
        if end.startswith("every ")
    }
    assert [t for t in sorted(named) if sdk_types.resource_class(t) is None] == []


NOT_FOLLOWED = {
    "aws:cloudwatch/eventTarget:EventTarget": "by_event follows it from its rule's bus",
    "aws:scheduler/schedule:Schedule": "sends what the program wrote itself",
}
"""Inputs that a rule judges and no flow follows, each for a reason."""


def test_what_a_rule_judges_is_followed_too():
    lost = []
    for rule in ("copies", "backups", "deliveries"):
        for type_token, paths in tables.names(rule).items():
            rows = tables.flows().get(type_token, ())
            if type_token in NOT_FOLLOWED or any(row.kind is Kind.CONTROL for row in rows):
                continue
            followed = {end for row in rows for end in (row.source, row.target)}
            own_region = {"sourceRegion", "sourceAmiRegion", "bucketRegion", "localDomainInfo.region"}
            lost += [(type_token, path) for path in paths if path not in followed | own_region]
    assert [row for row in lost if not row[0].startswith(("aws:directoryservice/", "aws:cloudformation/"))] == []


def test_a_policy_of_its_own_names_its_store():
    """Each type that carries the policy of a store is followed: it names the store, or is it, or holds no data."""
    opened = {t for t in RESOURCE_POLICIES if t in store_types() or t in subjects() or t.startswith("aws:kms/")}
    assert {"aws:s3/bucketPolicy:BucketPolicy", "aws:sqs/queue:Queue", "aws:kms/key:Key"} <= opened
    assert set(subjects()) <= {*RESOURCE_POLICIES}
