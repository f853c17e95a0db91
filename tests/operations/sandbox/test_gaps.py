"""The list of what the emulator lacks: short, reviewed, and without a row that is needed no longer.

Calls that are missing are called, by boto3, with made-up arguments; what misleads is led to do so again. What is merely
forgotten is looked for where whole stacks are deployed (test_whole_stacks.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import Shape
from botocore.parsers import ResponseParserError

from operations.sandbox.emulated import emulated
from operations.sandbox.existing import with_existing
from operations.sandbox.gaps import How, parsed, reviewed
from policies.graph import Graph
from policies.registry import all_rules
from policies.terraform import provider_table

CEILING = 60
"""Rows. More would mean that the emulator is the wrong one."""
HERE, THERE = "eu-central-1", "eu-west-1"
ROWS = reviewed().rows


def client(url: str, service: str, region: str = HERE) -> Any:
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=False, s3={"addressing_style": "path"})
    return boto3.Session().client(service, region_name=region, endpoint_url=url, config=config)


def test_the_list_is_short():
    assert len(ROWS) <= CEILING


def test_each_row_says_why_and_what_is_checked_instead():
    rules = {rule.id for rule in all_rules()}
    for row in ROWS:
        assert row.because and row.instead.startswith("planned"), row
        _, _, named = row.instead.partition("the rule")
        for word in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", named if ";" not in named else named.partition(";")[0]):
            assert word in rules, f"{row.type}: there is no rule {word}"


def test_each_row_names_what_pulumi_has():
    for row in ROWS:
        kind = provider_table.type_of(row.type)
        assert kind, row.type
        if row.path:
            head = row.path.partition(".")[0].partition("[")[0]
            assert head in provider_table.block_of(kind, row.type).by_pulumi, (row.type, row.path)


def test_no_two_rows_say_the_same():
    keys = [(row.type, row.path) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_each_row_is_about_something_that_a_stack_has(graphs: Mapping[str, Graph]):
    needed = set[tuple[str, str]]()
    for stack in graphs.values():
        whole, _ = with_existing(stack)
        types = {r.type for r in whole.resources}
        done = emulated(whole, reviewed())
        needed |= {(gap.type, gap.path) for gap in done.echoed.values()}
        needed |= {(one.gap.type, one.gap.path) for one in done.changed}
        needed |= {(r.type, r.path) for r in ROWS if r.how in (How.IGNORE, How.ABANDONED) and r.type in types}
    assert {(r.type, r.path) for r in ROWS} - needed == set()


@pytest.mark.parametrize("row", [{"how": "drop"}, {"how": "left-out", "path": "x"}, {"how": "stand-in", "path": "x"}])
def test_a_row_that_makes_no_sense_is_refused(row: dict[str, str]):
    with pytest.raises(ValueError, match="is not for"):
        parsed({"emulator": "x", "gaps": [{"type": "aws:a/b:C", "because": "x", "instead": "y", **row}]})


# --- calls that are missing ------------------------------------------------------------------------------------------

MISSING = sorted({row.missing for row in ROWS if row.missing})


@pytest.mark.parametrize("call", MISSING)
def test_a_call_that_is_missing_is_still_missing(emulator: str, call: str):
    """Where this fails, the emulator has learnt it: remove the row, and the stacks' own tests show whether it is right."""
    service, _, operation = call.partition(".")
    asked = client(emulator, service)
    method = asked.meta.method_to_api_mapping[operation]
    shape = asked.meta.service_model.operation_model(method).input_shape
    assert _is_missing(lambda: getattr(asked, operation)(**(_filled(shape) if shape else {}))), call


def test_a_call_that_is_there_is_told_apart(emulator: str):
    """The test above would pass for anything otherwise."""
    assert not _is_missing(lambda: client(emulator, "kms").create_key())
    assert not _is_missing(lambda: client(emulator, "kms").describe_key(KeyId="no-such-key"))
    assert not _is_missing(lambda: client(emulator, "eks").create_cluster(name="x", roleArn="x"))


def _is_missing(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        code = error.response["Error"]["Code"]
        return status >= 500 or code in ("404", "NotImplemented", "NotYetImplemented")
    except (BotoCoreError, ResponseParserError):  # an answer that is none of the service's
        return True
    return False


def _filled(shape: Shape, depth: int = 0) -> Any:
    """Arguments of the right shape: only what is required."""
    if shape.type_name == "structure":
        return {
            name: _filled(inner, depth + 1) for name, inner in shape.members.items() if name in shape.required_members
        }
    if shape.type_name == "list":
        return [_filled(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {"x": _filled(shape.value, depth + 1)}
    if shape.type_name == "timestamp":
        return datetime.now(UTC)
    if shape.type_name == "boolean":
        return False
    if shape.type_name in ("integer", "long", "float", "double"):
        return 1
    if shape.type_name == "blob":
        return b"x"
    return (shape.enum or ["x" * max(1, int(shape.metadata.get("min", 1)))])[0]


# --- what misleads ---------------------------------------------------------------------------------------------------


def _attachment(url: str) -> bool:
    """Whether the scaling group that a node group names is nowhere."""
    eks = client(url, "eks")
    role = "arn:aws:iam::123456789012:role/x"
    eks.create_cluster(name="c", roleArn=role, resourcesVpcConfig={"subnetIds": []})
    eks.create_nodegroup(clusterName="c", nodegroupName="n", subnets=["subnet-1"], nodeRole=role)
    group = eks.describe_nodegroup(clusterName="c", nodegroupName="n")["nodegroup"]
    names = [one["name"] for one in group["resources"]["autoScalingGroups"]]
    there = client(url, "autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=names)
    return not there["AutoScalingGroups"]


def _route(url: str) -> bool:
    """Whether a route to an endpoint that is not there is refused."""
    ec2 = client(url, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    try:
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.1.0.0/16", VpcEndpointId="vpce-0123456789abcdef0")
    except ClientError:
        return True
    return False


def _transit_attachment(url: str) -> bool:
    """Whether a deleted attachment is nowhere to be seen, instead of deleted."""
    ec2 = client(url, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet])
    name = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=name)
    shown = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    return name not in [one["TransitGatewayAttachmentId"] for one in shown]


def _replica_key(url: str) -> bool:
    """Whether a copy keeps the first one's description."""
    kms = client(url, "kms")
    key = kms.create_key(Description="first", MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.replicate_key(KeyId=key, ReplicaRegion=THERE, Description="second")
    return client(url, "kms", THERE).describe_key(KeyId=key)["KeyMetadata"]["Description"] != "second"


def _global_cluster(url: str) -> bool:
    """Whether it cannot be deleted after both of its members are."""
    here, there = client(url, "rds"), client(url, "rds", THERE)
    common = {"Engine": "aurora-postgresql", "GlobalClusterIdentifier": "g"}
    here.create_global_cluster(GlobalClusterIdentifier="g", Engine="aurora-postgresql")
    here.create_db_cluster(DBClusterIdentifier="a", MasterUsername="u", MasterUserPassword="password1", **common)
    there.create_db_cluster(DBClusterIdentifier="b", **common)
    for rds, name in ((there, "b"), (here, "a")):
        arn = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["DBClusterArn"]
        rds.remove_from_global_cluster(GlobalClusterIdentifier="g", DbClusterIdentifier=arn)
        rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    try:
        here.delete_global_cluster(GlobalClusterIdentifier="g")
    except ClientError:
        return True
    return False


def _table_replica(url: str) -> bool:
    """Whether a replica is accepted and never made."""
    here = client(url, "dynamodb")
    here.create_table(
        TableName="t",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    here.update_table(TableName="t", ReplicaUpdates=[{"Create": {"RegionName": THERE}}])
    return "t" not in client(url, "dynamodb", THERE).list_tables()["TableNames"]


def _bucket_logging(url: str) -> bool:
    """Whether a policy of the target that names everybody stands in the way."""
    s3 = client(url, "s3")
    for name in ("source", "target"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HERE})
    refuse = '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}'
    s3.put_bucket_policy(Bucket="target", Policy=refuse)
    wanted = {"LoggingEnabled": {"TargetBucket": "target", "TargetPrefix": "x/"}}
    return _is_missing(lambda: s3.put_bucket_logging(Bucket="source", BucketLoggingStatus=wanted))


def _trail(url: str) -> bool:
    """Whether a trail stays that was deleted by its ARN."""
    client(url, "s3").create_bucket(Bucket="trails", CreateBucketConfiguration={"LocationConstraint": HERE})
    trails = client(url, "cloudtrail")
    arn = trails.create_trail(Name="trail", S3BucketName="trails")["TrailARN"]
    trails.delete_trail(Name=arn)
    return bool(trails.list_trails()["Trails"])


PROBES: Mapping[str, Callable[[str], bool]] = {
    "aws:autoscaling/attachment:Attachment": _attachment,
    "aws:ec2/route:Route": _route,
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": _transit_attachment,
    "aws:kms/replicaKey:ReplicaKey": _replica_key,
    "aws:rds/globalCluster:GlobalCluster": _global_cluster,
    "aws:cloudtrail/trail:Trail": _trail,
    "aws:dynamodb/table:Table": _table_replica,
    "aws:s3/bucketLogging:BucketLogging": _bucket_logging,
}
FOLLOWS = {
    "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
    "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
    "aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
}
"""Left out because something that they need is."""


def test_each_row_that_misleads_has_a_probe():
    misleading = [row for row in ROWS if not row.missing and row.how is not How.IGNORE and row.type not in FOLLOWS]
    assert {row.type for row in misleading} == set(PROBES)
    assert {row.type for row in ROWS} >= FOLLOWS


@pytest.mark.parametrize("type_token", sorted(PROBES))
def test_what_misleads_still_does(emulator: str, type_token: str):
    """Where this fails, the emulator has been mended: remove the row."""
    assert PROBES[type_token](emulator), type_token


def test_the_emulator_is_the_one_that_the_list_was_made_with():
    import moto

    assert reviewed().emulator == f"moto {moto.__version__}", "go through the list with the new version"
