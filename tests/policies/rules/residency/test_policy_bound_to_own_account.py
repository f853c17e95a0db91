from dataclasses import replace

import pytest

from policies.facts import Facts
from policies.graph import Graph
from policies.registry import all_rules
from tests.resources import ACCOUNT, assert_fails, assert_passes, context, document, outcomes, ref, resource

RULE = "policy-bound-to-own-account"
POLICY, TOPIC, ENDPOINT = "aws:s3/bucketPolicy:BucketPolicy", "aws:sns/topic:Topic", "aws:ec2/vpcEndpoint:VpcEndpoint"
OTHER = "999999999999"


def policy(test: str, key: str, value: object, effect: str = "Allow"):
    principal = {"Service": "cloudtrail.amazonaws.com"}
    statement = {"Effect": effect, "Principal": principal, "Action": "s3:PutObject", "Resource": "*"}
    return resource(POLICY, policy=document({**statement, "Condition": {test: {key: value}}}))


@pytest.mark.parametrize(
    ("test", "key", "own"),
    [
        ("StringEquals", "aws:SourceAccount", ACCOUNT),
        ("StringEquals", "aws:SourceAccount", [ACCOUNT]),
        ("ArnLike", "aws:SourceArn", f"arn:aws-cn:cloudtrail:cn-north-1:{ACCOUNT}:trail/*"),
        ("StringEquals", "kms:CallerAccount", ACCOUNT),
        ("StringEqualsIfExists", "aws:PrincipalAccount", ACCOUNT),
    ],
)
def test_own_accounts_pass_and_others_fail(test: str, key: str, own: object):
    assert_passes(RULE, policy(test, key, own))
    foreign = [v.replace(ACCOUNT, OTHER) for v in own] if isinstance(own, list) else str(own).replace(ACCOUNT, OTHER)
    assert_fails(RULE, policy(test, key, foreign), found=OTHER, wanted=ACCOUNT)


def test_one_stranger_among_own_accounts_fails():
    assert_fails(RULE, policy("StringEquals", "aws:SourceAccount", [ACCOUNT, OTHER]), found=OTHER)


def test_an_endpoint_leads_to_own_resources():
    def endpoint(account: str):
        statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
        bond = {"Condition": {"StringEquals": {"aws:ResourceAccount": account}}}
        return resource(ENDPOINT, policy=document({**statement, **bond}))

    assert_passes(RULE, endpoint(ACCOUNT))
    assert_fails(RULE, endpoint(OTHER), found=OTHER)


@pytest.mark.parametrize(
    "silent",
    [
        policy("StringNotEquals", "aws:SourceAccount", OTHER),
        policy("StringEquals", "aws:SourceAccount", OTHER, effect="Deny"),
        policy("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5"),
        policy("ArnLike", "aws:SourceArn", "arn:aws-cn:s3:::records"),
        policy("ArnLike", "aws:SourceArn", f"{ref('aws:cloudtrail/trail:Trail', 'trail')}*"),
        policy("StringEquals", "aws:SourceAccount", "638102146993"),
        resource(TOPIC, policy="no document"),
        resource(TOPIC),
    ],
)
def test_what_names_nobody_or_leaves_somebody_out_is_not_read(silent):
    assert outcomes(RULE, silent) == []


def test_a_program_whose_providers_name_no_account_is_not_asked():
    subject = replace(policy("StringEquals", "aws:SourceAccount", OTHER), account=None)
    rule = next(r for r in all_rules() if r.id == RULE)
    assert list(rule.check(subject, Facts(Graph.of([subject]), context()))) == []
