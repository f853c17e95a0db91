import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "workload-twice"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"


@pytest.mark.parametrize("token", [DEPLOYMENT, "kubernetes:apps/v1:StatefulSet", SCALER])
def test_two_pass(token: str):
    assert_passes(RULE, made(token))


def test_one_or_none_stated_fails():
    assert_fails(RULE, made(DEPLOYMENT, spec__replicas=1), found="1", wanted="2 or more")
    assert_fails(RULE, made(DEPLOYMENT, spec__replicas=GONE), found="nothing")
    assert_fails(RULE, made(SCALER, spec__minReplicas=1), found="1")
    assert_fails(RULE, made(SCALER, spec__minReplicas=GONE), found="nothing")


def test_a_scaler_stands_in_for_the_number():
    assert_passes(RULE, made(DEPLOYMENT, spec__replicas=GONE), made(SCALER))
    other = made(SCALER, spec__scaleTargetRef__name="other")
    assert_fails(RULE, made(DEPLOYMENT, spec__replicas=GONE), other, found="nothing")


def test_trials_low_classes_and_what_is_off_are_not_asked():
    assert_passes(RULE, made(DEPLOYMENT, spec__replicas=1), lifecycle="trial")
    assert_passes(RULE, made(DEPLOYMENT, spec__replicas=1, metadata__labels={"hospital-cloud/data-class": "2"}))
    assert_passes(RULE, made(DEPLOYMENT, spec__replicas=0))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(DEPLOYMENT, spec__replicas=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, "x", [], {}, True):
        assert_fails(RULE, made(DEPLOYMENT, spec__replicas=odd), found="")
