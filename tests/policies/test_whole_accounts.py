"""Which accounts must be whole: what a stack states, what the auditor says, and nobody else's."""

import json
from pathlib import Path

import pytest

from policies.context import CONFIG_KEY, from_config, of_jurisdiction
from policies.engine import judge
from policies.graph import Graph
from policies.results import Verdict
from policies.sources.states import state_in
from tests.resources import ACCOUNT, PARTNER, REGION, resource

DOCUMENTS = Path(__file__).parent / "sources" / "documents"
OTHER = "444455556666"
ACCOUNT_RULES = {
    *("account-audited", "account-buckets-closed", "account-disks-encrypted", "account-passwords-guarded"),
    *("account-recorded", "account-watched"),
}


def config(**accounts: dict[str, str]) -> dict[str, str]:
    centres = {"one": {"region": REGION}, "two": {"region": PARTNER}}
    return {CONFIG_KEY: json.dumps({"jurisdiction": "cn-mainland", "accounts": accounts, "data_centres": centres})}


def failing(graph: Graph, **fields: object) -> set[str]:
    findings = judge(graph, of_jurisdiction("cn-mainland", **fields)).findings
    return {f.rule for f in findings if f.verdict is Verdict.FAIL} & ACCOUNT_RULES


def test_a_stack_states_its_accounts_and_regions():
    context = from_config(config(workload={"id": ACCOUNT}, log={"id": OTHER, "baseline": "existing"}))
    assert context.prepared_accounts == {ACCOUNT}, "managed where nothing is stated"
    assert context.prepared_regions == (REGION, PARTNER)
    assert not context.whole_accounts


@pytest.mark.parametrize("odd", [{"accounts": "odd"}, {"accounts": {"workload": "odd"}, "data_centres": ["odd"]}, {}])
def test_an_odd_configuration_states_none(odd: dict[str, object]):
    context = from_config({CONFIG_KEY: json.dumps({"jurisdiction": "cn-mainland", **odd})})
    assert (context.prepared_accounts, context.prepared_regions) == (frozenset(), ())


def test_a_program_is_a_part_of_its_account_unless_somebody_says_more():
    graph = Graph.of([resource("pulumi:providers:aws"), resource("aws:sqs/queue:Queue")])
    assert failing(graph) == set()
    assert failing(graph, prepared_accounts=frozenset([OTHER])) == set()
    assert failing(graph, prepared_accounts=frozenset([ACCOUNT]), prepared_regions=(REGION,)) == ACCOUNT_RULES
    assert failing(graph, whole_accounts=True) == ACCOUNT_RULES


def test_without_a_provider_the_first_resource_stands_for_the_account():
    queues = [resource("aws:sqs/queue:Queue", name, provider_=None) for name in ("a", "b")]
    report = judge(Graph.of(queues), of_jurisdiction("cn-mainland", whole_accounts=True))
    assert {f.name for f in report.findings if f.rule == "account-audited"} == {"a"}


def test_each_account_is_asked_for_its_own():
    """A trail of the one account does not excuse the other."""
    from dataclasses import replace

    trail, queue = resource("aws:cloudtrail/trail:Trail"), resource("aws:sqs/queue:Queue")
    other = replace(queue, account=OTHER, urn=f"{queue.urn}-other")
    report = judge(Graph.of([trail, queue, other]), of_jurisdiction("cn-mainland", whole_accounts=True))
    found = {f.found for f in report.findings if f.rule == "account-audited" and "no trail" in f.found}
    assert found == {f"account {OTHER}: no trail"}


def test_the_auditor_may_say_it_of_a_terraform_plan():
    plan = json.loads((DOCUMENTS / "plan.json").read_text(encoding="utf-8"))
    graph = state_in(plan, "plan").graph
    assert failing(graph) == set()
    assert "account-audited" in failing(graph, whole_accounts=True)
