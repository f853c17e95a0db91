from typing import Any

import pytest

from policies.graph import Unknown
from policies.rules.workloads._pods import PODS
from tests.kubernetes_objects import made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "pod-apart-from-its-machine"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
POD = "spec__template__spec"


@pytest.mark.parametrize("token", PODS)
def test_a_pod_by_itself_passes(token: str):
    assert_passes(RULE, made(token))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({f"{POD}__hostNetwork": True}, "true"),
        ({f"{POD}__hostPID": True}, "true"),
        ({f"{POD}__hostIPC": True}, "true"),
        ({f"{POD}__volumes": [{"name": "root", "hostPath": {"path": "/"}}]}, "path: /"),
        ({f"{POD}__containers__0__ports": [{"containerPort": 80, "hostPort": 80}]}, "80"),
    ],
)
def test_what_it_shares_with_the_machine_fails(change: dict[str, Any], found: str):
    assert_fails(RULE, made(DEPLOYMENT, **change), found=found)


def test_other_volumes_and_ports_pass():
    volumes = [{"name": "cache", "emptyDir": {}}, {"name": "data", "persistentVolumeClaim": {"claimName": "records"}}]
    assert_passes(RULE, made(DEPLOYMENT, **{f"{POD}__volumes": volumes}))
    assert_passes(RULE, made(DEPLOYMENT, **{f"{POD}__containers__0__ports": [{"containerPort": 8080}]}))


def test_collectors_of_the_cluster_itself_are_left_out():
    change = {"metadata__namespace": "kube-system", f"{POD}__hostNetwork": True}
    assert_passes(RULE, made("kubernetes:apps/v1:DaemonSet", **change))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(DEPLOYMENT, **{f"{POD}__hostNetwork": Unknown()}))
    assert_unknown(RULE, made(DEPLOYMENT, spec=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, "x", []):
        assert_fails(RULE, made(DEPLOYMENT, spec=odd), found="")
    assert_fails(RULE, made(DEPLOYMENT, **{f"{POD}__hostPID": "yes"}), found="yes")
