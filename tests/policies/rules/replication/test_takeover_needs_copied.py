import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, PARTNER, REGION, TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "takeover-needs-copied"
SECRET, EKS, ECS = "aws:secretsmanager/secret:Secret", "aws:eks/cluster:Cluster", "aws:ecs/cluster:Cluster"
IMAGES = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT])}
STANDBY = [resource("aws:rds/cluster:Cluster"), resource("aws:rds/cluster:Cluster", "standby", region_=PARTNER)]


def replication(to, region=REGION):
    rules = [{"destinations": [{"region": to, "registryId": ACCOUNT}]}]
    return resource(IMAGES, replicationConfiguration={"rules": rules}, region_=region)


def test_a_secret_is_in_the_region_of_the_standby():
    assert_passes(RULE, resource(SECRET), *STANDBY)
    twin = resource(SECRET, "twin", replicas=None, region_=PARTNER)
    assert_passes(RULE, resource(SECRET, replicas=None), twin, *STANDBY)


@pytest.mark.parametrize("replicas", [None, [], [{"region": REGION}]])
def test_a_secret_that_is_gone_with_its_region_fails(replicas: list | None):
    assert_fails(RULE, resource(SECRET, replicas=replicas), *STANDBY, found="", wanted=f"a replica in {PARTNER}")
    assert_unknown(RULE, resource(SECRET, replicas=Unknown()), *STANDBY)


def test_a_secret_of_one_region_or_a_low_class_is_not_asked():
    assert_passes(RULE, resource(SECRET, replicas=None), STANDBY[0])
    assert_passes(RULE, resource(SECRET, replicas=None), *STANDBY, lifecycle="trial")
    assert_passes(RULE, resource(SECRET, replicas=None, tags={**TAGS, "hospital-cloud:data-class": "1"}), *STANDBY)


@pytest.mark.parametrize("type_token", [EKS, ECS])
def test_images_are_in_both_regions(type_token: str):
    here, there = resource(type_token), resource(type_token, "partner", region_=PARTNER)
    assert_passes(RULE, here, there, replication(PARTNER), **WHOLE)
    assert_passes(RULE, here, there, replication(REGION, region=PARTNER), **WHOLE)
    assert_fails(RULE, here, there, found="images are not copied", wanted=f"{REGION} and {PARTNER}", **WHOLE)
    assert_fails(RULE, here, there, resource("aws:ecr/repository:Repository"), found="images are not copied")
    assert_passes(RULE, here, there)
    assert_passes(RULE, here, **WHOLE)
