from dataclasses import replace

import pytest

from tests.resources import assert_fails, assert_passes, resource, urn

RULE = "explicit-provider"
QUEUE = "aws:sqs/queue:Queue"


def test_a_resource_with_a_provider_passes():
    assert_passes(RULE, resource(QUEUE))


@pytest.mark.parametrize("provider", [None, *(urn("pulumi:providers:aws", n) for n in ("default", "default_7_51_1"))])
def test_the_default_provider_fails_where_nothing_states_its_region(provider: str | None):
    left = replace(resource(QUEUE, provider_=provider), region=None)
    assert_fails(RULE, left, found="the default provider", wanted="an explicit provider")
    assert_passes(RULE, resource(QUEUE, provider_=provider))


def test_the_default_provider_fails_in_accounts_that_are_prepared_as_wholes():
    assert_fails(RULE, resource(QUEUE, provider_=None), found="the default provider", whole_accounts=True)


def test_a_cluster_needs_one_too():
    assert_fails(RULE, resource("kubernetes:core/v1:Namespace", provider_=None), found="the default provider")


def test_a_component_has_none_of_its_own():
    assert_passes(RULE, replace(resource(QUEUE, provider_=None), custom=False))
