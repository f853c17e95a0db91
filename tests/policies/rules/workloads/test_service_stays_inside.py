from typing import Any

import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "service-stays-inside"
SERVICE = "kubernetes:core/v1:Service"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
ALB = "alb.ingress.kubernetes.io"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"spec__type": "LoadBalancer", "metadata__annotations": {SCHEME: "internal"}},
        {"spec__type": "LoadBalancer", "spec__loadBalancerClass": "io.cilium/l2-announcer"},
        {"spec__type": "LoadBalancer", "spec__loadBalancerSourceRanges": ["10.16.0.0/16"]},
    ],
)
def test_what_stays_inside_passes(change: dict[str, Any]):
    assert_passes(RULE, made(SERVICE, **change))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"spec__type": "LoadBalancer"}, "LoadBalancer, public"),
        ({"spec__type": "LoadBalancer", "metadata__annotations": {SCHEME: "internet-facing"}}, "public"),
        ({"spec__type": "LoadBalancer", "spec__loadBalancerSourceRanges": ["0.0.0.0/0"]}, "public"),
        ({"spec__type": "NodePort"}, "NodePort"),
        ({"spec__externalIPs": ["203.0.113.7"]}, "203.0.113.7"),
    ],
)
def test_what_is_open_fails(change: dict[str, Any], found: str):
    assert_fails(RULE, made(SERVICE, **change), found=found)


def test_an_ingress_faces_the_internet_behind_a_web_acl_only():
    facing = {f"{ALB}/scheme": "internet-facing"}
    assert_passes(RULE, made(INGRESS))
    assert_fails(RULE, made(INGRESS, metadata__annotations=facing), found="internet-facing")
    assert_passes(RULE, made(INGRESS, metadata__annotations={**facing, f"{ALB}/wafv2-acl-arn": "arn:aws:wafv2:x"}))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(SERVICE, spec__type=Unknown()))
    assert_unknown(RULE, made(SERVICE, metadata__annotations=Unknown()))
    assert_unknown(RULE, made(INGRESS, metadata__annotations={f"{ALB}/scheme": Unknown()}))


def test_odd_shapes_fail():
    for odd in (7, [], {}, True, "Loadbalancer"):
        assert_fails(RULE, made(SERVICE, spec__type=odd), found="")
