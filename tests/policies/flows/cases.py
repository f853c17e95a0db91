"""One case a family of flows: a store, what surrounds it, and the one field that leads abroad."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from policies.graph import Resource
from tests import resources as known_good
from tests.resources import ACCOUNT, TAGS, document, ref

ABROAD = "us-east-1"
BUCKET, QUEUE, TOPIC = "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue", "aws:sns/topic:Topic"
TABLE, SECRET_TYPE, STREAM = "aws:dynamodb/table:Table", "aws:secretsmanager/secret:Secret", "aws:kinesis/stream:Stream"
CLUSTER, INSTANCE, KEY = "aws:rds/cluster:Cluster", "aws:rds/instance:Instance", "aws:kms/key:Key"
ROLE, ROLE_POLICY, FUNCTION = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:lambda/function:Function"
VAULT, PLAN, SELECTION = "aws:backup/vault:Vault", "aws:backup/plan:Plan", "aws:backup/selection:Selection"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

LAMBDA_TRUST = document(
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
)
CLOSED = {"subnetIds": [ref("aws:ec2/subnet:Subnet", "private", "id")], "securityGroupIds": []}


def resource(type_token: str, logical: str, /, **inputs: Any) -> Resource:
    """A known-good resource with inputs replaced, its physical name among them."""
    name = inputs.pop("name", None)
    made = known_good.resource(type_token, logical, **inputs)
    return replace(made, inputs={**made.inputs, "name": name}) if name else made


def store(type_token: str = BUCKET, name: str = "records", **inputs: Any) -> Resource:
    """A store of class 4 under its own physical name."""
    own = {BUCKET: {"bucket": name}, CLUSTER: {"clusterIdentifier": name}, INSTANCE: {"identifier": name}}
    named = own.get(type_token, {"name": name})
    closed = {"replicas": None} if type_token in (TABLE, SECRET_TYPE) else {}
    return resource(type_token, name, **{"kmsKeyId": None, **named, "tags": TAGS, "policy": None, **closed, **inputs})


def searching(*, enabled: bool) -> Resource:
    """A search domain inside a network, open to everyone there but for fine-grained access control."""
    said = document({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"})
    control = {"enabled": enabled}
    return resource("aws:opensearch/domain:Domain", "search", accessPolicies=said, advancedSecurityOptions=control)


def reader(actions: list[str], resources: list[str], **extra: Any) -> list[Resource]:
    """A function's role that may do something."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources, **extra}
    return [
        resource(ROLE, "reader", name="reader", assumeRolePolicy=LAMBDA_TRUST),
        resource(ROLE_POLICY, "reading", role=ref(ROLE, "reader", "id"), policy=document(statement)),
    ]


def function(**inputs: Any) -> Resource:
    return resource(FUNCTION, "worker", name="worker", **{"role": ref(ROLE, "reader"), "vpcConfig": CLOSED, **inputs})


def network(**route: Any) -> list[Resource]:
    """A subnet with a route table that leads nowhere, or by one route."""
    table = "aws:ec2/routeTable:RouteTable"
    found = [
        resource("aws:ec2/subnet:Subnet", "private"),
        resource(table, "private"),
        resource(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            "private",
            routeTableId=ref(table, "private", "id"),
            subnetId=ref("aws:ec2/subnet:Subnet", "private", "id"),
        ),
    ]
    if route:
        changes = {"vpcEndpointId": None, "routeTableId": ref(table, "private", "id"), **route}
        found.append(resource("aws:ec2/route:Route", "out", **changes))
    return found


READS = ["s3:GetObject"]
OBJECTS = ["arn:aws-cn:s3:::records/*"]


@dataclass(frozen=True)
class Case:
    """`good` surrounds the store as it should be; `bad` replaces one of it, one field away; `path` is what the message
    must name, in this order."""

    name: str
    store: Resource
    good: list[Resource]
    bad: Resource
    path: tuple[str, ...]
    verdict: str = "fail"
    fields: dict[str, Any] = field(default_factory=dict)


def _topic_bus(**inputs: Any) -> Resource:
    return resource("aws:sns/topicSubscription:TopicSubscription", "to-desk", **inputs)


# --- what several cases share

bucket, abroad_topic = store(), f"arn:aws-cn:sns:{ABROAD}:{ACCOUNT}:desk"
replica = store(name="replica", region_="cn-northwest-1")
replication = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"


def replicating(target: Any) -> Resource:
    rule = {"status": "Enabled", "destination": {"bucket": target}}
    return resource(replication, "replicate", bucket=ref(BUCKET, "records", "id"), rules=[rule])


foreign = resource(BUCKET, "abroad", bucket="abroad", region_=ABROAD, region=ABROAD)
notify = "aws:s3/bucketNotification:BucketNotification"
inventory = "aws:s3/inventory:Inventory"
export = "aws:dynamodb/tableExport:TableExport"
streaming = "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination"
backups_copy = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
snapshot = "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy"
selection = resource(
    SELECTION,
    "daily",
    planId=ref(PLAN, "daily", "id"),
    selectionTags=[{"type": "STRINGEQUALS", "key": "hospital-cloud:backup", "value": "daily"}],
)


def plan(target: str) -> Resource:
    copies = [{"destinationVaultArn": target}]
    return resource(PLAN, "daily", rules=[{"targetVaultName": "near", "copyActions": copies}])


vault = resource(VAULT, "near", name="near", kmsKeyArn=None)
mapping = "aws:lambda/eventSourceMapping:EventSourceMapping"
invoke = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
firehose = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


def delivering(**inputs: Any) -> Resource:
    source = {"kinesisStreamArn": ref(STREAM, "records"), "roleArn": "x"}
    return resource(firehose, "onwards", kinesisSourceConfiguration=source, **inputs)


pipe = "aws:pipes/pipe:Pipe"
task, location = "aws:datasync/task:Task", "aws:datasync/s3Location:S3Location"
here = resource(location, "here", s3BucketArn=ref(BUCKET, "records"))
subscription = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
logs = resource(LOG_GROUP, "records", name="records", kmsKeyId=None, tags=TAGS)
bus_target = "aws:cloudwatch/eventTarget:EventTarget"
rule = resource("aws:cloudwatch/eventRule:EventRule", "created", name="created", eventPattern='{"source": ["aws.s3"]}')
reporting = resource(notify, "reports", bucket="records", eventbridge=True)
policy = "aws:s3/bucketPolicy:BucketPolicy"


def open_to(principal: Any, **extra: Any) -> Resource:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:Get*", "Resource": OBJECTS[0], **extra}
    return resource(policy, "policy", bucket="records", policy=document(statement))


def calling(address: str) -> Resource:
    """A state machine that hands what its role reads to an address, in a loop."""
    call = {
        "Type": "Task",
        "Resource": "arn:aws-cn:states:::http:invoke",
        "Parameters": {"ApiEndpoint": address, "Method": "POST"},
        "End": True,
    }
    inner = {"StartAt": "Call", "States": {"Call": call}}
    states = {"Each": {"Type": "Map", "ItemProcessor": inner, "End": True}}
    return resource(
        "aws:sfn/stateMachine:StateMachine",
        "flow",
        roleArn=ref(ROLE, "reader"),
        definition=json.dumps({"StartAt": "Each", "States": states}),
    )


own_role = f"arn:aws-cn:iam::{ACCOUNT}:role/elsewhere"
trust = {"Effect": "Allow", "Action": "sts:AssumeRole"}


def trusting(principal: Any) -> Resource:
    return resource(ROLE, "reader", name="reader", assumeRolePolicy=document({**trust, "Principal": principal}))


reading = resource(
    ROLE_POLICY,
    "reading",
    role="reader",
    policy=document({"Effect": "Allow", "Action": READS, "Resource": OBJECTS}),
)
internet = {"natGatewayId": "nat-1", "destinationCidrBlock": "0.0.0.0/0"}
private = network()
peering = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
to_peer = network(destinationCidrBlock="10.99.0.0/16", vpcPeeringConnectionId=ref(peering, "peer", "id"))
grant = "aws:kms/grant:Grant"
keyed = store(TABLE, serverSideEncryption={"enabled": True, "kmsKeyArn": ref(KEY, "key")})
replica_key = "aws:kms/replicaKey:ReplicaKey"
share, association = (
    "aws:ram/principalAssociation:PrincipalAssociation",
    "aws:ram/resourceAssociation:ResourceAssociation",
)
shared = resource(
    association,
    "shared",
    resourceArn=ref(CLUSTER, "records"),
    resourceShareArn=ref("aws:ram/resourceShare:ResourceShare", "share"),
)
ram = resource("aws:ram/resourceShare:ResourceShare", "share")
bad_reader = reader([*READS, "sns:Publish"], [*OBJECTS, abroad_topic])
dms, endpoint = "aws:dms/replicationTask:ReplicationTask", "aws:dms/endpoint:Endpoint"
here_endpoint = resource("aws:dms/s3Endpoint:S3Endpoint", "from", bucketName="records")


def moving_to(server: str) -> list[Resource]:
    return [
        here_endpoint,
        resource(endpoint, "to", serverName=server),
        resource(
            dms,
            "move",
            sourceEndpointArn=ref("aws:dms/s3Endpoint:S3Endpoint", "from"),
            targetEndpointArn=ref(endpoint, "to"),
        ),
    ]


abroad_server = f"x.{ABROAD}.rds.amazonaws.com"
