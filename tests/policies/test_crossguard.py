"""Door 2 without an engine: what the pack makes of the SDK's objects, and that it never fails open."""

import json
from types import SimpleNamespace

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies import crossguard
from policies.engine import judge
from policies.graph import Unknown

KEY = "aws:kms/key:Key"
QUEUE = "aws:sqs/queue:Queue"
PROVIDER = "urn:pulumi:s::p::pulumi:providers:aws::workload"
DEFAULT = "urn:pulumi:s::p::pulumi:providers:aws::default_7_51_1"


def opts(**more):
    return SimpleNamespace(**{"protect": True, "ignore_changes": [], "parent": None, **more})


def provider(urn: str = PROVIDER):
    props = unknown_checking_proxy({"region": "cn-north-1", "allowedAccountIds": '["111122223333"]'})
    return SimpleNamespace(urn=urn, resource_type="pulumi:providers:aws", name=urn.rpartition("::")[2], props=props)


def resource(type_token: str, name: str, props: dict, **more):
    given = {
        "resource_type": type_token,
        "urn": f"urn:pulumi:s::p::{type_token}::{name}",
        "name": name,
        "props": unknown_checking_proxy(props),
        "opts": opts(),
        "provider": provider(),
        "parent": None,
        "dependencies": [],
        "property_dependencies": {},
    }
    return SimpleNamespace(**{**given, **more})


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PULUMI_CONFIG", "{}")
    crossguard.context.cache_clear()
    crossguard._inputs_seen.clear()
    yield
    crossguard.context.cache_clear()
    crossguard._inputs_seen.clear()


def reported(check, args, wanted=crossguard._gates) -> list[str]:
    found: list[str] = []
    check(args, lambda message, urn=None: found.append(message), wanted)
    return found


def test_a_foreign_program_s_component_is_no_store_that_nobody_knows():
    component = resource("acme:index:BucketStore", "images", {"bucket": "x"}, provider=None)
    assert reported(crossguard._resource, component) == []
    assert reported(crossguard._stack, SimpleNamespace(resources=[component])) == []
    provided = resource("acme:index:BucketStore", "images", {"bucket": "x"})
    found = [
        *reported(crossguard._resource, provided),
        *reported(crossguard._stack, SimpleNamespace(resources=[provided])),
    ]
    assert any(message.startswith("data-type-known [") for message in found)


def test_a_known_violation_is_reported_with_rule_and_severity():
    found = reported(crossguard._resource, resource(KEY, "k", {"enableKeyRotation": False}))
    assert any(message.startswith("key-rotation [") for message in found)


def test_an_unknown_value_is_not_touched_and_not_passed_off_as_a_violation():
    args = resource(KEY, "k", {"enableKeyRotation": UNKNOWN_STRING_VALUE, "policy": UNKNOWN_STRING_VALUE})
    _graph, node = crossguard.resource_graph(args)
    assert isinstance(node.get("enableKeyRotation"), Unknown)
    assert not any(message.startswith("key-rotation") for message in reported(crossguard._resource, args))


def test_the_stack_is_judged_by_what_was_asked_for_and_by_the_engines_dependencies():
    key = resource(KEY, "k", {"enableKeyRotation": True})
    queue = resource(
        QUEUE,
        "q",
        {"kmsMasterKeyId": UNKNOWN_STRING_VALUE, "region": ""},
        property_dependencies={"kmsMasterKeyId": [key]},
    )
    for args in (key, queue):
        crossguard.resource_graph(args)
    graph = crossguard.graph_of([queue, key])
    node = next(r for r in graph.resources if r.name == "q")
    assert graph.target(node, "kmsMasterKeyId").name == "k"
    found = reported(crossguard._stack, SimpleNamespace(resources=[queue, key]))
    assert not any(message.startswith("store-customer-key") for message in found)


def test_a_queue_without_key_is_stopped_by_the_check_of_the_stack():
    queue = resource(QUEUE, "q", {})
    found = reported(crossguard._stack, SimpleNamespace(resources=[queue]))
    assert any(message.startswith("store-customer-key [high]") for message in found)


def test_the_engines_default_provider_counts_as_none():
    queue = resource(QUEUE, "q", {}, provider=provider(DEFAULT))
    found = reported(crossguard._stack, SimpleNamespace(resources=[queue]), crossguard._advises)
    assert any(message.startswith("account-not-left-to-machine [low]") for message in found)


def test_the_stack_is_judged_once_for_what_stops_and_for_advice(monkeypatch: pytest.MonkeyPatch):
    judged = []
    monkeypatch.setattr(crossguard, "judge", lambda *a, **k: judged.append(a) or judge(*a, **k))
    stack = SimpleNamespace(resources=[resource(QUEUE, "judged-once", {}, provider=provider(DEFAULT))])
    stops, advises = (reported(crossguard._stack, stack, w) for w in (crossguard._gates, crossguard._advises))
    assert stops and advises and len(judged) == 1
    assert all("[low]" in message for message in advises) and not any("[low]" in message for message in stops)


def test_a_pack_that_breaks_closes_the_gate(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(crossguard, "judge", lambda *_, **__: 1 / 0)
    found = reported(crossguard._stack, SimpleNamespace(resources=[resource(QUEUE, "q", {})]))
    assert found and "could not judge" in found[0]


def test_a_configuration_that_names_no_jurisdiction_closes_the_gate(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PULUMI_CONFIG", '{"hospital-cloud:hospital": "{\\"jurisdiction\\": \\"atlantis\\"}"}')
    found = reported(crossguard._resource, resource(QUEUE, "q", {}))
    assert found and "atlantis" in found[0]


def test_the_pack_asks_for_a_whole_account_where_the_stack_prepares_it(monkeypatch: pytest.MonkeyPatch):
    stack = SimpleNamespace(resources=[resource(QUEUE, "q", {"region": "cn-north-1"})])
    assert not any(message.startswith("account-") for message in reported(crossguard._stack, stack))
    stated = {"accounts": {"workload": {"id": "111122223333"}}, "data_centres": {"one": {"region": "cn-north-1"}}}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"hospital-cloud:hospital": json.dumps(stated)}))
    crossguard.context.cache_clear()
    found = reported(crossguard._stack, stack)
    assert any(m.startswith("account-audited [high]") and "account 111122223333: no trail" in m for m in found), found
