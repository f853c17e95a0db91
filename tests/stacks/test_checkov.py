"""The reference stacks pass Checkov's checks, but for what is answered otherwise, each with its reason."""

from collections.abc import Mapping

import pytest

from infra.judgement import context_of
from infra.settings import load
from policies.checkov_runner import answered
from policies.checkov_runner.findings import Checked, Wish, check
from policies.engine import judge
from policies.graph import Graph
from policies.results import Verdict
from tests.conftest import ROOT, STACKS


@pytest.fixture(scope="module")
def checked(graphs: Mapping[str, Graph]) -> Mapping[str, Checked]:
    found = {}
    for stack in STACKS:
        context = context_of(load(ROOT / "stacks" / f"Pulumi.{stack}.yaml"))
        own = judge(graphs[stack], context).findings
        found[stack] = check(graphs[stack], context, own, Wish())
    return found


@pytest.mark.slow
def test_no_check_fails(checked: Mapping[str, Checked]) -> None:
    failed = {
        f"{stack}: {f.rule} {f.type} {f.name}: {f.wanted}"
        for stack, found in checked.items()
        for f in found.findings
        if f.verdict is Verdict.FAIL
    }
    assert failed == set()
    assert all(sum(f.verdict is Verdict.PASS for f in found.findings) > 200 for found in checked.values())


@pytest.mark.slow
def test_every_resource_is_rendered(checked: Mapping[str, Checked]) -> None:
    assert {stack: found.not_rendered for stack, found in checked.items() if found.not_rendered} == {}


@pytest.mark.slow
def test_every_reviewed_row_is_needed(checked: Mapping[str, Checked]) -> None:
    used = {f.found.partition(", answered otherwise: ")[2] for c in checked.values() for f in c.findings}
    assert [row for row in answered.rows() if str(row) not in used] == []
