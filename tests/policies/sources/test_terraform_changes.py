"""A plan that deletes, replaces, moves, forgets; made from documents/changes/main.tf."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import Graph
from policies.results import Verdict
from policies.sources.deployed import NotAState
from policies.sources.terraform_plan import plan_of

FILE = Path(__file__).parent / "documents" / "plan_of_changes.json"


@pytest.fixture
def plan() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def going(graph: Graph, **changes: Any) -> dict[str, str]:
    """Name of each store or key that may not go -> what happens to it."""
    report = judge(graph, replace(of_jurisdiction("cn-mainland"), **changes))
    return {
        f.name: f.found.partition(" by this change")[0]
        for f in report.findings
        if f.rule == "store-kept-through-change" and f.verdict is Verdict.FAIL
    }


def test_stores_and_keys_that_a_live_stack_loses_are_findings(plan: dict[str, Any]) -> None:
    assert going(plan_of(plan).graph) == {
        "aws_dynamodb_table.t": "replaced",
        "aws_kms_key.gone": "deleted",
        "aws_s3_bucket.gone": "deleted",
        "aws_s3_bucket.kept": "dropped",
        "aws_s3_bucket.renamed": "replaced",
    }, "not the bucket of class 1, nor what is moved or updated in place"


def test_what_is_created_before_the_old_one_goes_is_replaced_too(plan: dict[str, Any]) -> None:
    for row in plan["resource_changes"]:
        if row["address"] == "aws_s3_bucket.renamed":
            row["change"]["actions"] = ["create", "delete"]
    assert going(plan_of(plan).graph)["aws_s3_bucket.renamed"] == "replaced"


def test_an_older_one_that_waits_for_deletion_is_told_apart(plan: dict[str, Any]) -> None:
    [row] = [r for r in plan["resource_changes"] if r["address"] == "aws_s3_bucket.moved_to"]
    old = copy.deepcopy(row) | {"deposed": "a1b2c3d4"}
    old["change"] |= {"actions": ["delete"], "before": row["change"]["after"], "after": None, "after_unknown": {}}
    plan["resource_changes"].append(old)
    state = plan_of(plan)
    assert "aws_s3_bucket.moved_to" in {r.name for r in state.graph.resources}
    assert "aws_s3_bucket.moved_to (deposed a1b2c3d4)" in going(state.graph)


def test_an_action_that_nobody_knows_is_a_sentence(plan: dict[str, Any]) -> None:
    plan["resource_changes"][0]["change"]["actions"] = ["vanish"]
    with pytest.raises(NotAState, match="vanish"):
        plan_of(plan, "p.json")
