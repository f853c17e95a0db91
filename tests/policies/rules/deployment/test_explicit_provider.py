from dataclasses import replace

from tests.resources import assert_fails, assert_passes, resource, urn

RULE = "explicit-provider"
QUEUE = "aws:sqs/queue:Queue"


def test_a_resource_with_a_provider_passes():
    assert_passes(RULE, resource(QUEUE))


def test_the_default_provider_fails():
    assert_fails(RULE, resource(QUEUE, provider_=None), found="the default provider", wanted="an explicit provider")
    for name in ("default", "default_7_51_1"):
        default = urn("pulumi:providers:aws", name)
        assert_fails(RULE, resource(QUEUE, provider_=default), found="the default provider")


def test_a_cluster_needs_one_too():
    assert_fails(RULE, resource("kubernetes:core/v1:Namespace", provider_=None), found="the default provider")


def test_a_component_has_none_of_its_own():
    assert_passes(RULE, replace(resource(QUEUE, provider_=None), custom=False))
