from collections.abc import Callable, Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import decided, rule
from policies.results import Outcome, Severity
from policies.rules._paths import each, one_of

Check = tuple[str, Callable[[Value], bool], str]


def _not_all(value: Value) -> bool:
    return value is None or (isinstance(value, str) and value.lower() not in ("all", "*"))


def _one_of(*values: Value) -> Callable[[Value], bool]:
    return lambda value: one_of(value, *values)


_NAMED = "named accounts"

SHARES: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": (("group", _not_all, _NAMED),),
    "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess": (
        ("state", _one_of("block-new-sharing"), "block-new-sharing"),
    ),
    "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": (
        ("state", _one_of("block-all-sharing"), "block-all-sharing"),
    ),
    "aws:rds/snapshot:Snapshot": (("sharedAccounts[*]", _not_all, _NAMED),),
    "aws:rds/snapshotCopy:SnapshotCopy": (("sharedAccounts[*]", _not_all, _NAMED),),
    "aws:rds/clusterSnapshot:ClusterSnapshot": (("sharedAccounts[*]", _not_all, _NAMED),),
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": (("sharedAccounts[*]", _not_all, _NAMED),),
    "aws:ssm/document:Document": (("permissions.account_ids", _not_all, _NAMED),),
    "aws:lambda/layerVersionPermission:LayerVersionPermission": (("principal", _not_all, _NAMED),),
    "aws:cloudwatch/eventPermission:EventPermission": (("principal", _not_all, _NAMED),),
    "aws:ec2/vpcEndpointService:VpcEndpointService": (
        ("allowedPrincipals[*]", _not_all, _NAMED),
        ("acceptanceRequired", _one_of(True), "true"),
    ),
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": (
        ("principalArn", _not_all, _NAMED),
    ),
    "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": (
        ("distributions[*].amiDistributionConfiguration.launchPermission.userGroups[*]", _not_all, _NAMED),
    ),
    "aws:ram/resourceShare:ResourceShare": (
        ("allowExternalPrincipals", _one_of(False), "false: principals of the own organisation only"),
    ),
    "aws:ec2transitgateway/transitGateway:TransitGateway": (
        ("autoAcceptSharedAttachments", _one_of(None, "disable"), "disable, the default"),
    ),
    "aws:ram/principalAssociation:PrincipalAssociation": (("principal", _not_all, _NAMED),),
    "aws:ecrpublic/repository:Repository": (("repositoryName", lambda _: False, "a private repository, aws.ecr"),),
}
"""Type -> (input, test, what is wanted)."""


@rule(
    title="No image, snapshot, document or layer is shared with everyone",
    title_zh="镜像、快照、文档与层均不对公众共享",
    severity=Severity.CRITICAL,
    types=tuple(SHARES),
    why="A public snapshot is the store itself, for everyone to start and read.",
    fix="Share with named accounts of the hospital, or not at all.",
    good='aws.rds.Snapshot("before-upgrade", shared_accounts=[backup_account])',
    bad='aws.rds.Snapshot("before-upgrade", shared_accounts=["all"])',
    unwaivable="a waiver names a resource, not who is let in: the next one let in there would be covered too",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def no_public_share(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads what shares images, snapshots, SSM documents, function layers, event buses, endpoint services and RAM
    shares, transit gateways that accept whoever attaches, and the switches that block sharing for a whole account. A public registry is public by its nature. To
    which accounts something is shared is judged by no-foreign-account."""
    for pattern, good, wanted in SHARES[resource.type]:
        for path, value in each(resource.inputs, pattern):
            yield decided(resource, path, value, good, wanted)
