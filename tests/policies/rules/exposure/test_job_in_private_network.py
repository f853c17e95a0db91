import pytest

from policies.graph import Unknown
from policies.rules.exposure.job_in_private_network import NETWORKS
from tests.resources import TAGS, assert_fails, assert_passes, outcomes, ref, resource

RULE = "job-in-private-network"
SUBNET = ref("aws:ec2/subnet:Subnet", "subnet", "id")
MODEL = "aws:sagemaker/model:Model"


def _placed(path: str) -> dict[str, object]:
    head, _, tail = path.partition(".")
    value: object = [SUBNET] if path.endswith("s") else SUBNET
    return {head: {tail: value}} if tail else {head: value}


@pytest.mark.parametrize(("token", "path"), [(t, p) for t, paths in NETWORKS.items() for p in paths])
def test_with_a_network_it_passes_without_it_fails(token: str, path: str):
    assert_passes(RULE, resource(token, **_placed(path)))
    assert_fails(RULE, resource(token), found="nothing", wanted="private network")


def test_isolation_is_better_still():
    assert_passes(RULE, resource(MODEL, enableNetworkIsolation=True))
    assert_fails(RULE, resource(MODEL, enableNetworkIsolation=False), found="nothing")


def test_a_low_class_and_a_stack_without_patients_are_not_asked():
    assert_passes(RULE, resource(MODEL, tags={**TAGS, "hospital-cloud:data-class": "1"}))
    assert_passes(RULE, resource(MODEL), holds_patient_data=False)


def test_a_network_that_is_not_known_is_one():
    assert_passes(RULE, resource(MODEL, vpcConfig={"subnets": Unknown()}))


def test_odd_shapes_never_pass():
    for odd in (7, [], {}, True):
        assert all(o.verdict.value != "pass" for o in outcomes(RULE, resource(MODEL, vpcConfig=odd)))
