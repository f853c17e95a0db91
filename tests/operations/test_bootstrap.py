"""`operations/bootstrap`: what it makes in an account, what it finds there, what it leaves alone. Asked of an emulator
with boto3, past the code under test."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import jurisdictions
from infra.bootstrap import Prepared, prepare
from jurisdictions import OWNER_TAG
from operations.bootstrap import Done, NotBootstrapped, Outcome, Step, accounts, steps
from operations.live import Live
from policies.graph import Graph, Resource
from tests.conftest import ROOT
from tests.operations.accounts import HOME, client, everything
from tests.operations.bootstrapping import ACCOUNT, outcomes, run

BUCKET, ALIAS = f"tjemc-{ACCOUNT}-{HOME}-state", "alias/tjemc/state"
DEPLOY, BOUNDARY = "tjemc-deploy", f"arn:aws-cn:iam::{ACCOUNT}:policy/tjemc-boundary"


def changed(done: list[Done]) -> dict[str, str]:
    return {line.label: line.detail for line in done if line.outcome is Outcome.CORRECTED}


# --- what is made -----------------------------------------------------------------------------------------------------


def test_the_roles_carry_the_boundary_and_their_policies(live: Live, plan: tuple[Step, ...]) -> None:
    run(live, plan)
    iam = client(live.endpoint_url or "", "iam", ACCOUNT)
    for name in ("tjemc-deploy", "tjemc-audit", "tjemc-break-glass"):
        role = iam.get_role(RoleName=name)["Role"]
        assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY
        assert role["Tags"] == [{"Key": OWNER_TAG, "Value": "tjemc"}]
    attached = {p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=DEPLOY)["AttachedPolicies"]}
    assert attached == {f"tjemc-deploy-{scope}" for scope in ("baseline", "identity", "network", "platform", "stores")}
    assert iam.list_role_policies(RoleName=DEPLOY)["PolicyNames"] == ["refusals"]
    audit = {p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName="tjemc-audit")["AttachedPolicies"]}
    assert "arn:aws-cn:iam::aws:policy/SecurityAudit" in audit
    trust = iam.get_role(RoleName=DEPLOY)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]
    issuer = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"][0]["Arn"]
    assert trust["Principal"] == {"Federated": issuer}


def test_the_state_s_bucket_is_closed_locked_versioned_and_under_its_own_key(
    live: Live, plan: tuple[Step, ...]
) -> None:
    run(live, plan)
    s3, kms = (client(live.endpoint_url or "", service, ACCOUNT) for service in ("s3", "kms"))
    key = kms.describe_key(KeyId=ALIAS)["KeyMetadata"]
    assert key["Arn"].startswith(f"arn:aws-cn:kms:{HOME}:{ACCOUNT}:")
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    by_name = next(s for s in policy["Statement"] if s["Sid"] == "SecretsOfTheState")
    assert by_name["Principal"]["AWS"] == [
        f"arn:aws-cn:iam::{ACCOUNT}:role/tjemc-break-glass",
        f"arn:aws-cn:iam::{ACCOUNT}:role/tjemc-deploy",
    ]

    held = everything(live.endpoint_url or "", ACCOUNT)["buckets"][BUCKET]
    assert held["bucket_location"] == {"LocationConstraint": HOME}
    assert held["bucket_versioning"]["Status"] == "Enabled"
    default = held["bucket_encryption"]["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert default["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": f"arn:aws-cn:kms:{HOME}:{ACCOUNT}:key/key-0",
    }
    lock = held["object_lock_configuration"]["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"].items() >= {"Mode": "GOVERNANCE", "Days": 30}.items()
    assert set(held["public_access_block"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert held["bucket_ownership_controls"]["OwnershipControls"]["Rules"] == [
        {"ObjectOwnership": "BucketOwnerEnforced"}
    ]
    assert held["bucket_lifecycle_configuration"]["Rules"][0]["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    refused = {s["Sid"] for s in json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]}
    assert refused == {"OnlyOverTls", "NoOtherEncryption", "NoOtherKey"}


def test_a_second_run_changes_nothing(live: Live, plan: tuple[Step, ...]) -> None:
    first = run(live, plan)
    before = everything(live.endpoint_url or "", ACCOUNT)
    assert Outcome.CREATED in outcomes(first) and len(first) == len(plan)
    assert outcomes(run(live, plan)) == {Outcome.PRESENT}
    assert everything(live.endpoint_url or "", ACCOUNT) == before


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(live: Live, plan: tuple[Step, ...]) -> None:
    before = everything(live.endpoint_url or "", ACCOUNT)
    said = run(live, plan, dry=True)
    assert outcomes(said) == {Outcome.TO_CREATE}
    assert {"role tjemc-deploy", "tjemc-deploy-stores for role tjemc-deploy", f"key {ALIAS}"} <= {d.label for d in said}
    assert everything(live.endpoint_url or "", ACCOUNT) == before
    assert {d.label for d in run(live, plan)} == {d.label for d in said}


def test_an_account_of_logs_gets_bounds_and_roles_and_no_state(live: Live, prepared: Prepared) -> None:
    law = prepared.loaded.hospital.law
    made = {s.resource.type for s in steps(prepared.graph, law, "444455556666", HOME)}
    assert "aws:iam/role:Role" in made
    assert not [t for t in made if t.startswith(("aws:s3/", "aws:kms/"))]
    assert accounts(prepared.graph) == {ACCOUNT, "444455556666", "777788889999"}


# --- what is different is corrected -----------------------------------------------------------------------------------


def test_what_was_changed_by_hand_is_put_right(live: Live, plan: tuple[Step, ...]) -> None:
    run(live, plan)
    wanted = everything(live.endpoint_url or "", ACCOUNT)
    iam, s3, kms = (client(live.endpoint_url or "", service, ACCOUNT) for service in ("iam", "s3", "kms"))
    anyone = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    iam.update_role(RoleName=DEPLOY, Description="changed", MaxSessionDuration=43200)
    iam.delete_role_permissions_boundary(RoleName=DEPLOY)
    iam.put_role_policy(RoleName=DEPLOY, PolicyName="refusals", PolicyDocument=anyone)
    iam.detach_role_policy(RoleName=DEPLOY, PolicyArn=f"arn:aws-cn:iam::{ACCOUNT}:policy/tjemc-deploy-stores")
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={"BlockPublicAcls": False})
    s3.delete_bucket_policy(Bucket=BUCKET)
    s3.put_bucket_encryption(
        Bucket=BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    kms.disable_key_rotation(KeyId=kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"])

    done = run(live, plan)
    assert changed(done) == {
        "role tjemc-deploy": "its permission boundary, its description or session",
        "policy refusals in role tjemc-deploy": "what it says",
        f"public-access block of bucket {BUCKET}": "what it says",
        f"encryption of bucket {BUCKET}": "what it says",
        f"key {ALIAS}": "its yearly rotation",
    }
    assert [d.label for d in done if d.outcome is Outcome.CREATED] == [
        f"policy of bucket {BUCKET}",
        "tjemc-deploy-stores for role tjemc-deploy",
    ]
    assert everything(live.endpoint_url or "", ACCOUNT) == wanted


def test_a_new_boundary_replaces_the_old_one_however_often(live: Live, plan: tuple[Step, ...]) -> None:
    """IAM keeps five versions of a policy."""
    run(live, plan)
    iam = client(live.endpoint_url or "", "iam", ACCOUNT)
    for number in range(6):
        changes = [
            _with(s, "policy", _widened(s, number)) if s.resource.name.endswith("guardrail-boundary") else s
            for s in plan
        ]
        assert list(changed(run(live, tuple(changes)))) == ["policy tjemc-boundary"]
    versions = iam.list_policy_versions(PolicyArn=BOUNDARY)["Versions"]
    assert len(versions) == 5
    default = next(v["VersionId"] for v in versions if v["IsDefaultVersion"])
    document = iam.get_policy_version(PolicyArn=BOUNDARY, VersionId=default)["PolicyVersion"]["Document"]
    assert document["Statement"][-1]["Sid"] == "Number5"


def _with(step: Step, key: str, value: Any) -> Step:
    return replace(step, inputs={**step.inputs, key: value})


def _widened(step: Step, number: int) -> str:
    document = json.loads(step.inputs["policy"])
    document["Statement"].append({"Sid": f"Number{number}", "Effect": "Deny", "Action": "iot:*", "Resource": "*"})
    return json.dumps(document)


_READS = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)


def test_rights_that_somebody_has_added_are_told_and_left(live: Live, plan: tuple[Step, ...]) -> None:
    run(live, plan)
    iam = client(live.endpoint_url or "", "iam", ACCOUNT)
    iam.attach_role_policy(RoleName=DEPLOY, PolicyArn="arn:aws-cn:iam::aws:policy/SecurityAudit")
    iam.put_role_policy(RoleName="tjemc-audit", PolicyName="more", PolicyDocument=_READS)
    too_much = {d.label: d.detail for d in run(live, plan) if d.outcome is Outcome.TOO_MUCH}
    assert too_much == {
        "role tjemc-deploy": "arn:aws-cn:iam::aws:policy/SecurityAudit",
        "role tjemc-audit": "more",
    }


# --- what is not ours is left alone -----------------------------------------------------------------------------------

_NOBODY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
)


def test_a_role_of_others_is_refused_and_left_as_it_is(live: Live, plan: tuple[Step, ...]) -> None:
    iam = client(live.endpoint_url or "", "iam", ACCOUNT)
    iam.create_role(RoleName=DEPLOY, AssumeRolePolicyDocument=_NOBODY)
    with pytest.raises(NotBootstrapped, match=r"role tjemc-deploy is there, was not made by bootstrap .* who may take"):
        run(live, plan)
    assert iam.get_role(RoleName=DEPLOY)["Role"]["AssumeRolePolicyDocument"] == json.loads(_NOBODY)


def test_a_role_of_another_hospital_is_refused_even_where_it_matches(live: Live, plan: tuple[Step, ...]) -> None:
    run(live, plan)
    iam = client(live.endpoint_url or "", "iam", ACCOUNT)
    iam.tag_role(RoleName=DEPLOY, Tags=[{"Key": OWNER_TAG, "Value": "other"}])
    with pytest.raises(NotBootstrapped, match="role tjemc-deploy is there, and is of hospital other"):
        run(live, plan)


def test_what_an_older_stack_has_made_is_taken_over_where_it_matches(live: Live, plan: tuple[Step, ...]) -> None:
    run(live, plan)
    wanted = everything(live.endpoint_url or "", ACCOUNT)
    iam = client(live.endpoint_url or "", "iam", ACCOUNT)
    iam.untag_role(RoleName=DEPLOY, TagKeys=[OWNER_TAG])
    iam.untag_policy(PolicyArn=BOUNDARY, TagKeys=[OWNER_TAG])
    assert changed(run(live, plan)) == {"role tjemc-deploy": "its tags", "policy tjemc-boundary": "its tags"}
    assert everything(live.endpoint_url or "", ACCOUNT) == wanted


def test_an_alias_of_a_foreign_key_is_refused(live: Live, plan: tuple[Step, ...]) -> None:
    kms = client(live.endpoint_url or "", "kms", ACCOUNT)
    foreign = kms.create_key(Description="something else")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=foreign)
    with pytest.raises(NotBootstrapped, match=r"key alias/tjemc/state is there, was not made by bootstrap"):
        run(live, plan)
    assert kms.describe_key(KeyId=foreign)["KeyMetadata"]["Description"] == "something else"


def test_a_key_that_is_about_to_go_is_not_replaced_in_silence(live: Live, plan: tuple[Step, ...]) -> None:
    run(live, plan)
    kms = client(live.endpoint_url or "", "kms", ACCOUNT)
    kms.schedule_key_deletion(KeyId=kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"], PendingWindowInDays=7)
    with pytest.raises(NotBootstrapped, match=r"is PendingDeletion, .*cancel the deletion"):
        run(live, plan)


def test_a_bucket_that_holds_something_already_is_refused(live: Live, plan: tuple[Step, ...]) -> None:
    s3 = client(live.endpoint_url or "", "s3", ACCOUNT)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": HOME})
    s3.put_object(Bucket=BUCKET, Key="somebody's", Body=b"x")
    with pytest.raises(NotBootstrapped, match=rf"bucket {BUCKET} is there, was not made by bootstrap"):
        run(live, plan)


def test_a_bucket_in_another_region_is_refused(live: Live, plan: tuple[Step, ...]) -> None:
    s3 = client(live.endpoint_url or "", "s3", ACCOUNT, "cn-northwest-1")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-northwest-1"})
    with pytest.raises(NotBootstrapped, match=r"is there, in cn-northwest-1 instead of cn-north-1"):
        run(live, plan)


# --- what it does not know, it refuses --------------------------------------------------------------------------------


def _changed(graph: Graph, name: str, **changes: Any) -> Graph:
    return Graph.of([replace(r, **changes) if r.name == name else r for r in graph.resources], project="p", stack="s")


def _refused(graph: Graph, match: str, law: str = "cn-mainland") -> None:
    with pytest.raises(NotBootstrapped, match=match):
        steps(graph, jurisdictions.load(law), ACCOUNT, HOME)


def test_a_type_that_it_does_not_know_is_named(prepared: Prepared) -> None:
    _refused(
        _changed(prepared.graph, "state-lock", type="aws:s3/bucketLogging:BucketLogging"),
        r"state-lock: bootstrap cannot make a aws:s3/bucketLogging:BucketLogging",
    )


def test_an_input_that_it_does_not_know_is_named(prepared: Prepared) -> None:
    role = _named(prepared.graph, "account-workload-roles-deploy")
    inputs: Mapping[str, Any] = {**role.inputs, "path": "/hospital/"}
    _refused(
        _changed(prepared.graph, role.name, inputs=inputs),
        r"roles-deploy: bootstrap does not know the input 'path' of aws:iam/role:Role",
    )


def test_a_region_outside_the_jurisdiction_is_refused(prepared: Prepared) -> None:
    _refused(_changed(prepared.graph, "state-key", region="us-east-1"), r"state-key: us-east-1 is outside cn-mainland")
    _refused(prepared.graph, r"the home region: cn-north-1 is outside eu; allowed: eu-", "eu")


def test_a_key_without_an_alias_could_not_be_found_again(prepared: Prepared) -> None:
    graph = Graph.of([r for r in prepared.graph.resources if r.name != "state-alias"], project="p", stack="s")
    _refused(graph, "state-key: a key is found again by its alias, and it has 0")


def _named(graph: Graph, name: str) -> Resource:
    return next(r for r in graph.resources if r.name == name)


def test_every_stack_of_ours_can_be_bootstrapped(prepared: Prepared) -> None:
    for file in sorted(Path(ROOT / "stacks").glob("Pulumi.*.yaml")):
        found = prepare(file)
        assert found.report.exit_code == 0, file
        for account_id in accounts(found.graph):
            assert steps(found.graph, found.loaded.hospital.law, account_id, found.loaded.hospital.primary.region)


def test_documents_are_compared_by_what_they_say() -> None:
    from operations.bootstrap.documents import same

    wanted: Any = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "A", "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"},
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
    found = copy.deepcopy(wanted)
    found["Statement"][0]["Action"].reverse()
    found["Statement"][0]["Resource"] = ["*"]
    found["Statement"][1] |= {"Principal": {"AWS": "*"}, "Condition": {"Bool": {"aws:secureTransport": [False]}}}
    found["Statement"].reverse()
    assert same(json.dumps(found), json.dumps(wanted)) and same(found, json.dumps(wanted))
    for change in (
        {"Effect": "Deny"},
        {"Action": ["s3:Get*"]},
        {"Resource": "arn:x"},
        {"Sid": "B"},
        {"NotAction": "x"},
    ):
        other = copy.deepcopy(wanted)
        other["Statement"][0] |= change
        assert not same(other, json.dumps(wanted))
    for nonsense in ("", "[" * 100_000, "x" * 300_000, None, [], {"Statement": ["x"]}):
        assert not same(nonsense, json.dumps(wanted))
