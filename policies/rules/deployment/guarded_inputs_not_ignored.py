import re
from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Resource
from policies.registry import failed, passed, rule
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

_HEAD = re.compile(r"^\W*([A-Za-z0-9]+)")


@rule(
    title="What rules guard is not ignored when it changes",
    title_zh="受策略约束的属性不得被忽略变更",
    severity=Severity.MEDIUM,
    types=("aws:*",),
    why="With ignore_changes the program says one thing and the cloud may do another, and no preview shows it.",
    fix="Take the property out of ignore_changes.",
    good='opts=pulumi.ResourceOptions(ignore_changes=["desiredCapacity"])',
    bad='opts=pulumi.ResourceOptions(ignore_changes=["policy"])',
)
def guarded_inputs_not_ignored(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the option ignore_changes: it may not name an input that rules judge (encryption and keys, policies,
    exposure, rules of networks, protection, retention, tags), nor `*`. Inputs that a controller changes by its nature,
    such as a group's desired size, may be ignored. Of a resource that ignores nothing it says nothing."""
    row = store_types().get(resource.type)
    own = {p.partition(".")[0] for p in (row.encrypted, row.key, row.protection, row.public) if p} if row else set()
    red = [path for path in resource.ignore_changes if _top(path) in ("*", *_GUARDED, *own)]
    for path in red:
        yield failed(resource, "ignoreChanges", path, "only what a controller changes by its nature")
    if resource.ignore_changes and not red:
        yield passed(resource, "ignoreChanges", list(resource.ignore_changes))


def _top(path: str) -> str:
    match = _HEAD.match(path)
    return "*" if path.strip().startswith("*") or match is None else match[1]
