from typing import Any

import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "network-policy-limited"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
GATEWAY = {"podSelector": {"matchLabels": {"app": "gateway"}}}
NAMES = {"ports": [{"port": 53, "protocol": "UDP"}], "to": [{"namespaceSelector": {}}]}


@pytest.mark.parametrize(
    "spec",
    [
        {"ingress": [{"from": [GATEWAY]}]},
        {"ingress": [{"from": [{"podSelector": {}}]}]},
        {"egress": [{"to": [{"ipBlock": {"cidr": "10.16.0.0/16"}}]}]},
        {"egress": [NAMES]},
        {"ingress": []},
    ],
)
def test_named_peers_pass(spec: dict[str, Any]):
    assert_passes(RULE, made(POLICY, **{f"spec__{key}": value for key, value in spec.items()}))


@pytest.mark.parametrize(
    ("side", "rules", "found"),
    [
        ("ingress", [{}], "everyone"),
        ("ingress", [{"ports": [{"port": 443}]}], "everyone"),
        ("egress", [{"to": []}], "everyone"),
        ("egress", [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}], "0.0.0.0/0"),
        ("ingress", [{"from": [{"namespaceSelector": {}}]}], "every namespace"),
    ],
)
def test_everyone_fails(side: str, rules: list[Any], found: str):
    assert_fails(RULE, made(POLICY, **{f"spec__{side}": rules}), found=found)


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(POLICY, spec__ingress=Unknown()))
    assert_unknown(RULE, made(POLICY, spec__ingress=[{"from": Unknown()}]))


def test_odd_shapes_fail():
    for odd in (7, "x", [7], {"a": 1}):
        assert_fails(RULE, made(POLICY, spec__ingress=odd), found="")
