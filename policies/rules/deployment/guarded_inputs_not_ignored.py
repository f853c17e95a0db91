import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts, store_types
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule
from policies.results import Outcome, Severity

_GUARDED = frozenset(
    [
        *("accessPolicies", "assumeRolePolicy", "policy", "policyDocument", "resourcePolicy", "permissionsBoundary"),
        *("acl", "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"),
        *("ingress", "egress", "cidrBlocks", "cidrIpv4", "cidrIpv6", "internal", "publiclyAccessible", "vpcConfig"),
        *("encryptionConfig", "encryptionConfiguration", "encryptionConfigurations", "encryptionInfo", "kmsKeyArn"),
        *("kmsKeyId", "kmsMasterKeyId", "kmsKey", "encryptAtRest", "nodeToNodeEncryption", "storageEncrypted"),
        *("protocol", "sslPolicy", "domainEndpointOptions", "transitEncryptionEnabled", "parameters", "requireTls"),
        *("enableKeyRotation", "deletionProtection", "deletionProtectionEnabled", "rule", "rules", "selections"),
        *("retentionInDays", "backupRetentionPeriod", "versioningConfiguration", "replicas", "metadataOptions"),
        *("enableLogFileValidation", "isMultiRegionTrail", "settings", "tags", "region"),
    ]
)
"""First-level inputs that rules of this project read, in whatever type."""

_STATED_BESIDE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "aws:dynamodb/table:Table": {"replicas": ("aws:dynamodb/tableReplica:TableReplica",)},
    "aws:ec2/securityGroup:SecurityGroup": {
        "ingress": (
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        ),
        "egress": (
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        ),
    },
    "aws:s3/bucket:Bucket": {
        "serverSideEncryptionConfiguration": (
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        ),
        "policy": ("aws:s3/bucketPolicy:BucketPolicy",),
    },
}
"""Type -> the inputs that resources of other types state in its place. The provider's own guide asks for ignoring them in
the first one then, or both undo each other (pulumi-aws, "dynamodb.TableReplica", "s3.BucketServerSideEncryptionConfiguration")."""

_HEAD = re.compile(r"^\W*([A-Za-z0-9]+)")


@rule(
    title="What rules guard is not ignored when it changes",
    title_zh="受策略约束的属性不得被忽略变更",
    severity=Severity.MEDIUM,
    types=("aws:*",),
    scope=Scope.GRAPH,
    why="With ignore_changes the program says one thing and the cloud may do another, and no preview shows it.",
    fix="Take the property out of ignore_changes.",
    good='opts=pulumi.ResourceOptions(ignore_changes=["desiredCapacity"])',
    bad='opts=pulumi.ResourceOptions(ignore_changes=["policy"])',
)
def guarded_inputs_not_ignored(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the option ignore_changes: it may not name an input that rules judge (encryption and keys, policies,
    exposure, rules of networks, protection, retention, tags), nor `*`. Inputs that a controller changes by its nature,
    such as a group's desired size, may be ignored, and so may what another resource of the program states in its place
    (the replicas of a table that has TableReplica resources), where it is judged. Of a resource that ignores nothing it says nothing."""
    row = store_types().get(resource.type)
    own = {p.partition(".")[0] for p in (row.encrypted, row.key, row.protection, row.public) if p} if row else set()
    elsewhere = {
        name for name, types in _STATED_BESIDE.get(resource.type, {}).items() if facts.graph.referring(resource, *types)
    }
    guarded = {"*", *_GUARDED, *own} - elsewhere
    red = [path for path in resource.ignore_changes if _top(path) in guarded]
    for path in red:
        yield failed(resource, "ignoreChanges", path, "only what a controller changes by its nature")
    if resource.ignore_changes and not red:
        yield passed(resource, "ignoreChanges", list(resource.ignore_changes))


def _top(path: str) -> str:
    match = _HEAD.match(path)
    return "*" if path.strip().startswith("*") or match is None else match[1]
