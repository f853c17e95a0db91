import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown, ref

RULE = "namespace-guarded"
NAMESPACE = "kubernetes:core/v1:Namespace"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
DENY = made(POLICY)
LABEL = "metadata__labels__pod-security.kubernetes.io/enforce"


def test_a_label_and_a_policy_that_closes_pass():
    assert_passes(RULE, made(NAMESPACE), DENY)
    assert_passes(RULE, made(NAMESPACE, **{LABEL: "baseline"}), DENY)


def test_a_policy_by_reference_counts():
    by_reference = made(POLICY, metadata__namespace=ref(NAMESPACE, "namespace", "metadata"))
    assert_passes(RULE, made(NAMESPACE), by_reference)


def test_without_label_it_fails():
    assert_fails(RULE, made(NAMESPACE, **{LABEL: GONE}), DENY, found="nothing", wanted="restricted")
    assert_fails(RULE, made(NAMESPACE, **{LABEL: "privileged"}), DENY, found="privileged")


def test_without_a_policy_that_closes_it_fails():
    assert_fails(RULE, made(NAMESPACE), found="no policy that closes ingress and egress")
    half = made(POLICY, spec__policyTypes=["Ingress"])
    assert_fails(RULE, made(NAMESPACE), half, found="no policy that closes egress")
    some = made(POLICY, spec__podSelector={"matchLabels": {"app": "viewer"}})
    assert_fails(RULE, made(NAMESPACE), some, found="no policy that closes")
    other = made(POLICY, metadata__namespace="others")
    assert_fails(RULE, made(NAMESPACE), other, found="no policy that closes")


def test_the_clusters_own_namespaces_are_left_out():
    assert_passes(RULE, made(NAMESPACE, metadata={"name": "kube-system"}))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(NAMESPACE, **{LABEL: Unknown()}), DENY)


@pytest.mark.parametrize("odd", [None, 7, "x", []])
def test_odd_shapes_fail(odd: object):
    assert_fails(RULE, made(NAMESPACE, metadata__labels=odd), DENY, found="")
    assert_fails(RULE, made(NAMESPACE), made(POLICY, spec=odd), found="no policy")
