"""Our plan of a graph against the plan of a real terraform, value by value and check by check."""

import contextlib
import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from policies.checkov_runner.ask import ask
from policies.graph import Graph
from policies.terraform.plan import plan_of
from tests.conftest import ROOT
from tests.truth import provider_defaults, provider_schema, real_plan

STACK = "cn-tertiary"
SAME_AT_LEAST = 0.985
"""The share of planned values that are the same. What differs: names that Pulumi makes and the rendering must give,
secrets, files, what 5.100 does not know yet."""
SAMPLE = (
    "aws_s3_bucket",
    "aws_db_instance",
    "aws_lambda_function",
    "aws_lb_target_group",
    "aws_kms_key",
    "aws_eks_cluster",
)


@pytest.fixture(scope="module")
def real(graphs: Mapping[str, Graph], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    if why := real_plan.missing():
        pytest.skip(why)
    return real_plan.planned(graphs[STACK], tmp_path_factory.mktemp("terraform"), ROOT)


@pytest.fixture(scope="module")
def ours(graphs: Mapping[str, Graph]) -> Mapping[str, Any]:
    """Without what a rendering as configuration cannot say: that a text which is known comes from another resource."""
    rows = [dataclasses.replace(r, property_depends_on={}) for r in graphs[STACK].resources]
    plan = plan_of(Graph.of(rows))
    assert plan.left_out == {} and plan.problems == ()
    return plan.document


def resources(plan: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {row["address"]: row for row in plan["planned_values"]["root_module"]["resources"]}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:  # sets have no order
            yield from leaves(item, f"{path}[]")
    else:
        if isinstance(value, str) and value[:1] in ("{", "["):
            with contextlib.suppress(ValueError):
                value = json.loads(value)
        yield path, json.dumps(value, sort_keys=True)


@pytest.mark.slow(60)
@pytest.mark.xdist_group("one real plan")
def test_the_same_values(real: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    theirs, mine = resources(real), resources(ours)
    assert theirs.keys() == mine.keys()
    left: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for address, row in theirs.items():
        left.update((f"{row['type']}{path}", text) for path, text in leaves(row.get("values", {})))
        right.update((f"{row['type']}{path}", text) for path, text in leaves(mine[address]["values"]))
    different = (left - right) + (right - left)
    share = 1 - different.total() / (left.total() + right.total())
    assert share >= SAME_AT_LEAST, f"{share:.4f} {different.most_common(30)}"


@pytest.mark.slow(10)
@pytest.mark.xdist_group("one real plan")
def test_the_same_passes_and_failures(real: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    theirs = Counter((r.check, r.at, r.result) for r in ask(real).results if r.at != "aws.default")
    mine = Counter((r.check, r.at, r.result) for r in ask(ours).results if r.at != "aws.default")
    assert {key[2] for key in theirs} >= {"PASSED", "FAILED"} and theirs.total() > 1000
    assert mine == theirs, {"theirs": list((theirs - mine).items())[:10], "ours": list((mine - theirs).items())[:10]}


@pytest.mark.slow(50)
def test_the_defaults_are_the_providers() -> None:
    if why := real_plan.missing():
        pytest.skip(why)
    table = json.loads(provider_defaults.FILE.read_text())
    assert table["provider"] == provider_schema.load().version
    assert {name: table["types"][name] for name in SAMPLE} == provider_defaults.ask(SAMPLE)
