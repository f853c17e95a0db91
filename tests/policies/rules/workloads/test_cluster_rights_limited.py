from typing import Any

import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "cluster-rights-limited"
GROUP = "kubernetes:rbac.authorization.k8s.io/v1"
ROLE, CLUSTER_ROLE = f"{GROUP}:Role", f"{GROUP}:ClusterRole"
BINDING, CLUSTER_BINDING = f"{GROUP}:RoleBinding", f"{GROUP}:ClusterRoleBinding"


@pytest.mark.parametrize("token", [ROLE, CLUSTER_ROLE, BINDING, CLUSTER_BINDING])
def test_named_rights_pass(token: str):
    assert_passes(RULE, made(token))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}, "*"),
        ({"apiGroups": [""], "resources": ["*"], "verbs": ["get"]}, "*"),
        ({"apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"]}, "impersonate"),
        ({"apiGroups": [""], "resources": ["roles"], "verbs": ["bind", "escalate"]}, "bind, escalate"),
        ({"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}, "secrets of every namespace"),
    ],
)
def test_a_rule_that_gives_too_much_fails(row: dict[str, Any], found: str):
    assert_fails(RULE, made(CLUSTER_ROLE, rules=[row]), found=found)


def test_secrets_by_name_or_in_one_namespace_pass():
    row = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}
    assert_passes(RULE, made(ROLE, rules=[row]))
    assert_passes(RULE, made(CLUSTER_ROLE, rules=[{**row, "resourceNames": ["viewer-tls"]}]))


def test_nobody_is_bound_to_everything():
    assert_fails(RULE, made(CLUSTER_BINDING, roleRef__name="cluster-admin"), found="cluster-admin")


@pytest.mark.parametrize("name", ["system:anonymous", "system:authenticated", "system:serviceaccounts:viewers"])
def test_not_everyone_is_bound(name: str):
    assert_fails(RULE, made(BINDING, subjects=[{"kind": "Group", "name": name}]), found=name)


def test_the_clusters_own_roles_and_gathered_ones_are_left_out():
    star = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    assert_passes(RULE, made(CLUSTER_ROLE, metadata__name="system:node", rules=star))
    assert_passes(RULE, made(CLUSTER_ROLE, rules=[], aggregationRule={"clusterRoleSelectors": []}))


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(ROLE, rules=Unknown()))
    assert_unknown(RULE, made(ROLE, rules=[{"resources": ["pods"], "verbs": [Unknown()]}]))
    assert_unknown(RULE, made(BINDING, roleRef__name=Unknown()))
    assert_unknown(RULE, made(BINDING, subjects=[{"name": Unknown()}]))


def test_odd_shapes_never_pass_for_a_role():
    for odd in (7, "x", [7], ["*"]):
        assert_fails(RULE, made(ROLE, rules=odd), found="")
    assert_fails(RULE, made(BINDING, roleRef=7), found="nothing")
