from typing import Any

import pytest

from policies.graph import Unknown
from policies.rules.workloads._pods import PODS
from tests.kubernetes_objects import CONTAINER, GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "pod-without-privileges"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
FIRST = "spec__template__spec__containers__0"
CONTEXT = f"{FIRST}__securityContext"


@pytest.mark.parametrize("token", PODS)
def test_each_kind_of_workload_without_privileges_passes(token: str):
    assert_passes(RULE, made(token))


@pytest.mark.parametrize("token", PODS)
def test_each_kind_of_workload_with_a_privileged_container_fails(token: str):
    path = PODS[token].replace(".", "__") + "__containers__0__securityContext__privileged"
    assert_fails(RULE, made(token, **{path: True}), found="true", wanted="false")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({f"{CONTEXT}__allowPrivilegeEscalation": GONE}, "nothing"),
        ({f"{CONTEXT}__allowPrivilegeEscalation": True}, "true"),
        ({f"{CONTEXT}__capabilities": GONE}, "nothing"),
        ({f"{CONTEXT}__capabilities": {"drop": ["NET_RAW"]}}, "NET_RAW"),
        ({f"{CONTEXT}__capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}, "SYS_ADMIN"),
        ({f"{CONTEXT}__runAsNonRoot": GONE}, "nothing"),
        ({f"{CONTEXT}__runAsUser": 0}, "0"),
        ({f"{FIRST}__securityContext": GONE}, "nothing"),
        ({"spec__template__spec__initContainers": [{"name": "first", "image": "x:1"}]}, "nothing"),
    ],
)
def test_one_thing_that_is_missing_fails(change: dict[str, Any], found: str):
    assert_fails(RULE, made(DEPLOYMENT, **change), found=found)


def test_the_pods_context_counts_where_the_container_says_nothing():
    own = {k: v for k, v in CONTAINER["securityContext"].items() if k != "runAsNonRoot"}
    whole = {f"{FIRST}__securityContext": own, "spec__template__spec__securityContext": {"runAsNonRoot": True}}
    assert_passes(RULE, made(DEPLOYMENT, **whole))
    assert_passes(RULE, made(DEPLOYMENT, **{f"{CONTEXT}__runAsUser": 10001}))
    assert_passes(
        RULE, made(DEPLOYMENT, **{f"{CONTEXT}__capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}})
    )


def test_the_clusters_own_namespaces_are_left_out():
    assert_passes(RULE, made(DEPLOYMENT, metadata__namespace="kube-system", **{f"{CONTEXT}__privileged": True}))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(DEPLOYMENT, **{f"{FIRST}__securityContext": Unknown()}))
    assert_unknown(RULE, made(DEPLOYMENT, spec__template__spec__containers=Unknown()))
    assert_unknown(RULE, made(DEPLOYMENT, spec=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, "x", [], {}, [7]):
        assert_fails(RULE, made(DEPLOYMENT, spec__template__spec__containers=odd), found="")
        assert_fails(RULE, made(DEPLOYMENT, spec=odd), found="")
