"""What a program looks up is of others: where its network leads, and what its role may read, they say."""

from dataclasses import replace

import pytest

from policies.graph import Resource
from policies.results import Verdict
from tests.policies.flows.cases import LAMBDA_TRUST, OBJECTS, READS, ROLE, bucket, function, internet, network, reader
from tests.resources import outcomes, ref, resource

RULE = "no-path-out-of-jurisdiction"
SUBNET, GROUP = "aws:ec2/subnet:Subnet", "aws:ec2/securityGroup:SecurityGroup"
IN = {"subnetIds": [ref(SUBNET, "theirs", "id")], "securityGroupIds": [ref(GROUP, "theirs", "id")]}
CLOSED = resource(GROUP, "theirs", ingress=[], egress=[])
HERE = [resource(SUBNET, "theirs", cidrBlock="10.0.0.0/24"), CLOSED]


def looked_up(found: Resource) -> Resource:
    return replace(found, external=True)


def verdicts(*others: Resource) -> set[Verdict]:
    return {o.verdict for o in outcomes(RULE, bucket, *others)}


def test_a_subnet_of_others_may_lead_anywhere_unless_the_group_lets_nothing_out():
    worker = [*reader(READS, OBJECTS), function(vpcConfig=IN)]
    assert verdicts(*worker, *HERE) == {Verdict.PASS}
    assert verdicts(*worker, looked_up(HERE[0]), CLOSED) == {Verdict.PASS}
    assert verdicts(*worker, *map(looked_up, HERE)) == {Verdict.UNKNOWN}


@pytest.mark.parametrize("theirs", [True, False])
def test_a_role_of_others_may_read_every_store(theirs: bool):
    role = resource(ROLE, "reader", assumeRolePolicy=LAMBDA_TRUST)
    out = function(vpcConfig={"subnetIds": [ref(SUBNET, "private", "id")]})
    found = verdicts(looked_up(role) if theirs else role, out, *network(**internet))
    assert found == {Verdict.UNKNOWN if theirs else Verdict.PASS}
