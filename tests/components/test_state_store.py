"""StateStore: where the engine's state lies, and who may read it."""

import json

import pulumi
import pytest

from components.deploy_policies import state_bucket_name, state_key_alias
from components.placement import role_arn
from components.state_store import StateStore
from policies.graph import Graph
from tests.components.accounts import ACCOUNT, REGIONS, document, graph_of, named, placement
from tests.components.iam_evaluation import decision

JURISDICTIONS = sorted(REGIONS)


def _graph(jurisdiction: str = "cn-mainland", lifecycle: str = "live", strict: bool = False) -> Graph:
    where = placement(jurisdiction, lifecycle)

    def make(opts: pulumi.ResourceOptions) -> None:
        users = [role_arn(where, "deploy"), role_arn(where, "break-glass")]
        args = {"placement": where, "region": REGIONS[jurisdiction][0], "user_role_arns": users}
        StateStore("state", args, opts=opts)  # type: ignore[arg-type]

    return graph_of(make, jurisdiction, strict)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_bucket_and_the_key_have_the_names_that_the_roles_know(jurisdiction: str) -> None:
    graph, where = _graph(jurisdiction), placement(jurisdiction)
    assert named(graph, "state-bucket").get("bucket") == state_bucket_name(where, REGIONS[jurisdiction][0])
    assert named(graph, "state-alias").get("name") == state_key_alias(where)
    assert {r.region for r in graph.resources if r.custom} == {REGIONS[jurisdiction][0]}


@pytest.mark.parametrize(("lifecycle", "days"), [("live", 30), ("retiring", 1), ("trial", 1)])
def test_every_version_stays_for_a_while(lifecycle: str, days: int) -> None:
    graph = _graph(lifecycle=lifecycle)
    assert named(graph, "state-versioning").get("versioningConfiguration.status") == "Enabled"
    assert named(graph, "state-lock").get("rule.defaultRetention") == {"mode": "GOVERNANCE", "days": days}
    (rule,) = named(graph, "state-lifecycle").get("rules")
    assert rule["noncurrentVersionExpiration"]["noncurrentDays"] > days
    assert "expiration" not in rule


@pytest.mark.parametrize("strict", [False, True])
def test_only_the_roles_named_use_the_key_and_its_administrators_cannot(strict: bool) -> None:
    policy = document(named(_graph(strict=strict), "state-key"))
    root, where = f"arn:aws-cn:iam::{ACCOUNT}:root", placement()
    by_name = [s for s in policy["Statement"] if s["Sid"] == "SecretsOfTheState"]
    assert [s["Principal"]["AWS"] for s in by_name] == [[role_arn(where, "break-glass"), role_arn(where, "deploy")]]
    administrators = {"Statement": [s for s in policy["Statement"] if s["Principal"] == {"AWS": root}]}
    assert decision([administrators], "kms:PutKeyPolicy", "*", {}) == "allow"
    assert decision([administrators], "kms:Decrypt", "*", {}) == "nothing"
    through_s3 = {"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn", "kms:CallerAccount": ACCOUNT}
    assert decision([administrators], "kms:Decrypt", "*", through_s3) == "allow"


def test_nothing_is_public_nothing_plain_nothing_under_another_key() -> None:
    graph = _graph()
    closed = named(graph, "state-public-access")
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(closed.get(name) is True for name in names)
    assert named(graph, "state-ownership").get("rule.objectOwnership") == "BucketOwnerEnforced"
    policy = json.loads(named(graph, "state-policy").get("policy"))
    assert {"OnlyOverTls", "NoOtherEncryption", "NoOtherKey"} <= {s["Sid"] for s in policy["Statement"]}
    written = next(s["Resource"] for s in policy["Statement"] if s["Sid"] == "NoOtherKey").replace("*", "stacks/x.json")

    def put(**asked: str) -> str:
        headers = {key.replace("__", ":").replace("_", "-"): value for key, value in asked.items()}
        return decision([policy], "s3:PutObject", written, {"aws:SecureTransport": "true", **headers})

    # Who asks for nothing gets the bucket's own key; so do tools that know of no headers.
    assert put() == put(s3__x_amz_server_side_encryption="aws:kms") == "nothing"
    assert put(s3__x_amz_server_side_encryption="AES256") == "deny"
    by_name = {"s3__x_amz_server_side_encryption_aws_kms_key_id": "arn:aws-cn:kms:cn-north-1:999999999999:key/x"}
    assert put(s3__x_amz_server_side_encryption="aws:kms", **by_name) == "deny"
    assert graph.target(named(graph, "state-encryption"), "rules") == named(graph, "state-key")
