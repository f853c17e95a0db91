import pytest

from policies.graph import Unknown
from policies.rules.workloads._pods import PODS
from tests.kubernetes_objects import CONTAINER, GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "pod-hardened"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CONTEXT = "spec__template__spec__containers__0__securityContext"


@pytest.mark.parametrize("token", PODS)
def test_a_hardened_pod_passes(token: str):
    assert_passes(RULE, made(token))


def test_a_writable_root_fails():
    assert_fails(RULE, made(DEPLOYMENT, **{f"{CONTEXT}__readOnlyRootFilesystem": GONE}), found="nothing", wanted="true")
    assert_fails(RULE, made(DEPLOYMENT, **{f"{CONTEXT}__readOnlyRootFilesystem": False}), found="false")


def test_no_filter_for_calls_fails():
    assert_fails(
        RULE, made(DEPLOYMENT, **{f"{CONTEXT}__seccompProfile": GONE}), found="nothing", wanted="RuntimeDefault"
    )
    assert_fails(RULE, made(DEPLOYMENT, **{f"{CONTEXT}__seccompProfile": {"type": "Unconfined"}}), found="Unconfined")


def test_the_pods_profile_counts():
    own = {k: v for k, v in CONTAINER["securityContext"].items() if k != "seccompProfile"}
    profile = {"seccompProfile": {"type": "RuntimeDefault"}}
    assert_passes(RULE, made(DEPLOYMENT, **{CONTEXT: own, "spec__template__spec__securityContext": profile}))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(DEPLOYMENT, **{f"{CONTEXT}__readOnlyRootFilesystem": Unknown()}))


def test_odd_shapes_fail():
    for odd in (None, 7, "x", []):
        assert_fails(RULE, made(DEPLOYMENT, **{CONTEXT: odd}), found="")
