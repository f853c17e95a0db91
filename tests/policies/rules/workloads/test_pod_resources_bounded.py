from policies.graph import Unknown
from tests.kubernetes_objects import GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "pod-resources-bounded"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
LIMITS = "spec__template__spec__containers__0__resources__limits"


def test_a_limit_of_memory_is_asked():
    assert_passes(RULE, made(DEPLOYMENT))
    assert_fails(RULE, made(DEPLOYMENT, **{LIMITS: GONE}), found="nothing", wanted="512Mi")
    assert_fails(RULE, made(DEPLOYMENT, **{LIMITS: {"cpu": "1"}}), found="nothing")
    assert_passes(RULE, made(DEPLOYMENT, metadata__namespace="kube-system", **{LIMITS: GONE}))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(DEPLOYMENT, **{LIMITS: Unknown()}))


def test_odd_shapes_fail():
    for odd in (None, 7, "x", [], {"memory": []}, {"memory": True}):
        assert_fails(RULE, made(DEPLOYMENT, **{LIMITS: odd}), found="")
