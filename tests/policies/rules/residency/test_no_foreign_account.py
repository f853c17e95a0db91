import json

import pytest

from policies.graph import Unknown
from policies.resolve import CALLER_ACCOUNT
from policies.results import Verdict
from tests.resources import (
    ACCOUNT,
    ROOT,
    assert_fails,
    assert_passes,
    assert_unknown,
    document,
    outcomes,
    ref,
    resource,
)

RULE = "no-foreign-account"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
OTHER = "999999999999"


def policy(principal: object, **more: object):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*", **more}
    return resource(POLICY, policy=document(statement))


def test_an_account_of_this_program_passes():
    assert_passes(RULE, policy({"AWS": ROOT}))
    assert_passes(RULE, policy({"AWS": ACCOUNT}))


def test_the_account_that_the_program_asked_for_is_its_own():
    """Door 1 cannot know it, and answers one that no account has."""
    assert_passes(RULE, policy({"AWS": f"arn:aws-cn:iam::{CALLER_ACCOUNT}:root"}))


@pytest.mark.parametrize("principal", [OTHER, f"arn:aws-cn:iam::{OTHER}:root", f"arn:aws-cn:iam::{OTHER}:user/ann"])
def test_an_account_of_somebody_else_fails(principal):
    assert_fails(RULE, policy({"AWS": principal}), found=OTHER, wanted=ACCOUNT)


def test_so_does_one_that_only_a_condition_names():
    assert_fails(RULE, policy("*", Condition={"StringEquals": {"aws:PrincipalAccount": OTHER}}), found=OTHER)


def test_the_load_balancers_own_account_may_deliver_logs():
    assert outcomes(RULE, policy({"AWS": "arn:aws-cn:iam::638102146993:root"})) == []


def test_services_addresses_and_networks_name_no_account():
    assert outcomes(RULE, policy({"Service": "logging.s3.amazonaws.com"})) == []
    assert outcomes(RULE, policy("*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})) == []


USER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


@pytest.mark.parametrize(
    ("grantee", "told"),
    [
        ({"id": USER}, True),
        ({"emailAddress": "vendor@example.org"}, True),
        ({"id": "owner"}, False),
        ({"id": "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"}, False),  # CloudFront's logs
    ],
)
def test_whose_account_an_access_control_list_means_cannot_be_told(grantee, told):
    given = {"owner": {"id": "owner"}, "grants": [{"grantee": grantee, "permission": "READ"}]}
    found = outcomes(RULE, resource("aws:s3/bucketAcl:BucketAcl", accessControlPolicy=given))
    assert [o.verdict for o in found] == ([Verdict.UNKNOWN] if told else [])


def test_readers_of_a_collection_are_principals():
    access = "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy"

    def let_in(account):
        blocks = [{"Rules": [], "Principal": [f"arn:aws-cn:iam::{account}:role/reader"]}]
        return resource(access, policy=json.dumps(blocks))

    assert_passes(RULE, let_in(ACCOUNT))
    assert_fails(RULE, let_in(OTHER), found=OTHER)


def test_a_reference_to_this_program_is_its_own():
    role = resource("aws:iam/role:Role")
    assert outcomes(RULE, policy({"AWS": ref("aws:iam/role:Role", "role")}), role) == []
    assert_unknown(RULE, policy({"AWS": ref("aws:iam/role:Role", "elsewhere")}), role)


def test_organisations_and_canonical_ids_are_unknown():
    assert_unknown(RULE, policy("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))
    assert_unknown(RULE, policy({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}))


def test_a_snapshot_shared_with_somebody_else_fails():
    snapshot = "aws:rds/snapshot:Snapshot"
    assert_fails(RULE, resource(snapshot, sharedAccounts=[ACCOUNT, OTHER]), found=OTHER)
    assert_passes(RULE, resource(snapshot, sharedAccounts=[ACCOUNT]))
    assert_unknown(RULE, resource(snapshot, sharedAccounts=Unknown()))
    assert_fails(
        RULE, resource("aws:ssm/document:Document", permissions={"account_ids": f"{ACCOUNT},{OTHER}"}), found=OTHER
    )


def test_odd_shapes_do_not_pass():
    assert_unknown(RULE, resource("aws:rds/snapshot:Snapshot", sharedAccounts=[7]))
    assert_unknown(RULE, resource("aws:rds/snapshot:Snapshot", sharedAccounts={"odd": True}))


def test_an_inventory_goes_to_an_own_account():
    def inventory(account: str):
        bucket = {"bucketArn": "arn:aws-cn:s3:::lists", "format": "CSV", "accountId": account}
        return resource("aws:s3/inventory:Inventory", bucket="records", destination={"bucket": bucket})

    assert_passes("no-foreign-account", inventory(ACCOUNT))
    assert_fails("no-foreign-account", inventory("999999999999"), found="999999999999", wanted=ACCOUNT)
