from dataclasses import replace

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "explicit-region"
QUEUE = "aws:sqs/queue:Queue"


def test_a_resource_with_its_region_passes():
    assert_passes(RULE, resource(QUEUE))


def test_a_resource_that_leaves_it_to_the_provider_fails():
    other = resource(QUEUE, "other")
    assert_fails(RULE, resource(QUEUE, region=None), other, found="nothing", wanted="region=cn-north-1")
    alone = replace(resource(QUEUE, region=None), provider="urn:pulumi:x::y::pulumi:providers:aws::own")
    assert_passes(RULE, replace(alone, region="cn-north-1"), other)
    assert_fails(RULE, replace(alone, region=None), other, found="nothing", wanted="region=...")


def test_types_without_region_are_not_judged():
    assert_passes(RULE, resource("aws:iam/role:Role"))
    assert_passes(RULE, resource("aws:rolesanywhere/profile:Profile", region=None))
    assert_passes(RULE, replace(resource(QUEUE, region=None), custom=False))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(QUEUE, region=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(QUEUE, region=["cn-north-1"]), found="cn-north-1")
