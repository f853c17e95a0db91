"""All five stacks, whole, before Terraform's real AWS provider: validated and planned with no error and no warning; and what the plan
says is judged as the program is.

Nothing is applied here, so nothing has to be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from infra.judgement import engine_config
from infra.settings import load
from policies.context import from_config
from policies.engine import judge
from policies.graph import Graph
from policies.results import Verdict
from policies.sources.states import state_in
from policies.terraform.providers import Target
from policies.terraform.render import render
from tests.conftest import ROOT, STACKS
from tests.operations.sandbox.planning import emulator, planned
from tests.truth import provider_schema

pytestmark = [pytest.mark.slow(40), pytest.mark.xdist_group("terraform plans")]

NOT_SEEN = {
    "account-events-told": "the pattern of an event rule that names its keys is not known before apply",
    "bucket-refuses-plain-http": "a policy that names its bucket by reference is not known before apply",
    "database-requires-tls": "the group of parameters is named by reference",
    "deliveries-inside-jurisdiction": "the text around a reference is not in a plan",
    "function-settings-key": "a map with one value that is not known is not known as a whole",
    "no-foreign-account": "the text around a reference is not in a plan",
    "no-foreign-partition": "the text around a reference is not in a plan",
    "no-path-out-of-jurisdiction": "a hop through a policy that is not known before apply",
    "no-secret-in-clear": "a map with one value that is not known is not known as a whole: a literal beside it is hidden",
    "no-public-principal": "the text around a reference is not in a plan",
    "policy-without-wildcard": "the text around a reference is not in a plan",
    "process-in-two-zones": "subnets in a list that is not known before apply",
    "resources-named": "the text around a reference is not in a plan",
    "role-trust-limited": "the text around a reference is not in a plan",
    "service-actions-named": "the text around a reference is not in a plan",
    "web-firewall-logged": "where it logs to is not known before apply",
}
"""Rule -> why a plan leaves it undecided. Undecided is never passed: such a plan ends with exit code 2."""


@pytest.fixture(scope="module")
def asked() -> Iterator[str]:
    """An emulator that answers what the provider asks while planning."""
    if why := provider_schema.missing():
        pytest.skip(why)
    with emulator() as url:
        yield url


@pytest.mark.parametrize("stack", STACKS)
def test_the_real_provider_plans_every_resource(
    graphs: Mapping[str, Graph], asked: str, tmp_path: Path, stack: str
) -> None:
    rendering = render(graphs[stack], Target.V5, root=ROOT)
    result = planned(tmp_path, rendering, asked)
    said = [line["diagnostic"] for line in result.said if line.get("type") == "diagnostic"]
    assert not said, "errors or warnings of the provider"
    created = {row["address"] for row in result.plan["resource_changes"] if row["change"]["actions"] == ["create"]}
    assert created == set(rendering.addresses.values())

    read = state_in(result.plan, "plan.json").graph
    hospital = load(ROOT / "stacks" / f"Pulumi.{stack}.yaml").hospital
    findings = judge(read, from_config(engine_config(hospital))).findings
    assert not [f.message for f in findings if f.verdict is Verdict.FAIL], "the program complies, so does its plan"
    undecided = {f.rule: f.message for f in findings if f.verdict is Verdict.UNKNOWN}
    assert undecided.keys() <= NOT_SEEN.keys(), {r: m for r, m in undecided.items() if r not in NOT_SEEN}
