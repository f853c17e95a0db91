import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "ingress-requires-tls"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
ALB = "alb.ingress.kubernetes.io"
NOTES = {
    f"{ALB}/certificate-arn": "arn:aws-cn:acm:cn-north-1:111122223333:certificate/1",
    f"{ALB}/listen-ports": '[{"HTTPS": 443}]',
    f"{ALB}/ssl-policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
}


def test_tls_for_every_host_passes():
    assert_passes(RULE, made(INGRESS))
    assert_passes(RULE, made(INGRESS, spec__tls=[{"hosts": ["*.hospital.example"], "secretName": "all"}]))
    assert_passes(RULE, made(INGRESS, spec__tls=[{"secretName": "all"}]))


def test_a_host_without_fails():
    assert_fails(RULE, made(INGRESS, spec__tls=GONE), found="nothing", wanted="tls")
    assert_fails(RULE, made(INGRESS, spec__rules=[{"host": "plain.example"}]), found="plain.example")
    assert_fails(RULE, made(INGRESS, spec__rules=[{}]), found="nothing")


def test_the_balancers_controller_is_read_by_its_annotations():
    assert_passes(RULE, made(INGRESS, spec__tls=GONE, metadata__annotations=NOTES))
    both = {**NOTES, f"{ALB}/listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}
    assert_fails(RULE, made(INGRESS, metadata__annotations=both), found="HTTP")
    assert_passes(RULE, made(INGRESS, metadata__annotations={**both, f"{ALB}/ssl-redirect": "443"}))
    old = {**NOTES, f"{ALB}/ssl-policy": "ELBSecurityPolicy-2016-08"}
    assert_fails(RULE, made(INGRESS, metadata__annotations=old), found="2016-08")
    bare = {f"{ALB}/scheme": "internal", f"{ALB}/ssl-policy": NOTES[f"{ALB}/ssl-policy"]}
    assert_fails(RULE, made(INGRESS, metadata__annotations=bare), found="nothing")


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(INGRESS, spec__tls=Unknown()))
    assert_unknown(RULE, made(INGRESS, spec__rules=[{"host": Unknown()}]))


@pytest.mark.parametrize("odd", [7, "x", [], [7]])
def test_odd_shapes_fail(odd: object):
    assert_fails(RULE, made(INGRESS, spec__tls=odd), found="")
