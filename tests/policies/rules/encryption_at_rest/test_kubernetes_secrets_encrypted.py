from policies.graph import Unknown
from tests.resources import PARTNER, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "kubernetes-secrets-encrypted"
CLUSTER = "aws:eks/cluster:Cluster"
KEY = ref("aws:kms/key:Key", "key")


def cluster(resources: object, key: object = KEY):
    return resource(CLUSTER, encryptionConfig={"resources": resources, "provider": {"keyArn": key}})


def test_secrets_under_a_customer_key_pass():
    assert_passes(RULE, resource(CLUSTER))


def test_a_cluster_without_it_fails():
    assert_fails(RULE, resource(CLUSTER, encryptionConfig=None), found="nothing", wanted="secrets")


def test_other_resources_or_another_key_fail():
    assert_fails(RULE, cluster([]), found="[]", wanted="secrets")
    assert_fails(RULE, cluster(["secrets"], "alias/aws/eks"), found="alias/aws/eks")
    there = resource("aws:kms/key:Key", "there", region_=PARTNER)
    assert_fails(RULE, cluster(["secrets"], ref("aws:kms/key:Key", "there")), there, found="cn-northwest-1")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(CLUSTER, encryptionConfig=Unknown()))
    assert_unknown(RULE, cluster(["secrets"], Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(CLUSTER, encryptionConfig="yes"), found="yes")
    assert_fails(RULE, cluster("secrets"), found="secrets")
