"""Every argument that the stacks' resources set exists, is spelled so, is current, and holds a value that AWS takes.

Against the Pulumi SDK's types, against the schema of the Terraform provider that pulumi-aws wraps, and against the
service models of botocore: a typo or a retired argument fails here, without a cloud.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from policies.graph import Graph, Resource, walk
from policies.terraform.newer import newer
from tests.resources import GOOD, resource
from tests.truth import botocore_models, samples, sdk_types, terraform_schema
from tests.truth.naming import plain

STACKS = ("cn-tertiary", "cn-county-alliance", "cn-clinic", "eu-university", "dev")
PLACED_AT_LEAST = 0.6
"""The share of the stacks' known values that a service model was found for."""


@pytest.fixture
def stack_graph(request: pytest.FixtureRequest, stack: str) -> Graph:
    try:
        graphs = request.getfixturevalue("graphs")
    except pytest.FixtureLookupError:
        pytest.skip("needs the fixture `graphs` of tests/conftest.py")
    graph: Graph = graphs[stack]
    return graph


def refuse(resources: Iterable[Resource], check: Callable[[Resource], list[str]]) -> None:
    """Fail with one line a problem and the line of the component that made it."""
    lines = [f"{line} [{r.component or r.source or ''}]" for r in resources for line in check(r)]
    if lines:
        pytest.fail(f"{len(lines)} problems\n" + "\n".join(lines), pytrace=False)


@pytest.mark.parametrize("stack", STACKS)
def test_sdk_types(stack_graph: Graph) -> None:
    refuse(stack_graph.resources, sdk_types.problems)


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_schema(stack_graph: Graph) -> None:
    refuse(stack_graph.resources, terraform_schema.problems)


@pytest.mark.parametrize("stack", STACKS)
def test_service_models(stack_graph: Graph) -> None:
    refuse(stack_graph.resources, botocore_models.problems)


@pytest.mark.parametrize("stack", STACKS)
def test_most_values_have_a_model(stack_graph: Graph) -> None:
    placed, unplaced = 0, 0
    for found in map(botocore_models.coverage, filter(botocore_models.covers, stack_graph.resources)):
        placed, unplaced = placed + len(found[0]), unplaced + len(found[1])
    assert placed / max(1, placed + unplaced) >= PLACED_AT_LEAST


def test_newer_entries_are_used(request: pytest.FixtureRequest) -> None:
    """The list of what the provider at hand lacks holds nothing that no stack sets."""
    try:
        graphs = list(request.getfixturevalue("graphs").values())
    except pytest.FixtureLookupError:
        pytest.skip("needs the fixture `graphs` of tests/conftest.py")
    used = {
        (r.type, plain(path))
        for graph in [*graphs, samples.graph()]
        for r in graph.resources
        for path, _ in walk(r.inputs)
    }
    types = {type_token for type_token, _ in used}
    unused = [
        f"{row.type} {row.path}"
        for row in newer()
        if row.type not in types
        or (row.path and not any(t == row.type and f"{p}.".startswith(f"{row.path}.") for t, p in used))
    ]
    assert unused == []


@pytest.mark.parametrize("token", GOOD)
def test_what_the_rules_are_tested_on(token: str) -> None:
    """The good resources of the rules' tests set only arguments that exist, to values that AWS takes."""
    found = sdk_types.problems(resource(token)) + botocore_models.problems(resource(token))
    assert [line for line in found if ": required; " not in line] == []
