"""Who, by name, can reach what a resource holds: principals of policies, shares, grants. One table for the rules that
ask to which partition and to which account they belong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.iam_access import Caller, named_callers
from policies.iam_documents import State
from policies.registry import failed, undecided
from policies.results import Outcome
from policies.rules._paths import each
from policies.rules._resource_policies import (
    RESOURCE_POLICIES,
    TRUST_POLICIES,
    WANTED_DOCUMENT,
    documents,
)

SHARES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:cfg/aggregateAuthorization:AggregateAuthorization": ("accountId",),
    "aws:cloudwatch/eventPermission:EventPermission": ("principal",),
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": ("policyDetails.schedules[*].shareRule.targetAccounts[*]",),
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": ("accountId", "organizationArn", "organizationalUnitArn"),
    "aws:ec2/networkInterfacePermission:NetworkInterfacePermission": ("awsAccountId",),
    "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": ("accountId",),
    "aws:ec2/vpcEndpointService:VpcEndpointService": ("allowedPrincipals[*]",),
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": ("principalArn",),
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": ("peerOwnerId",),
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": ("peerAccountId",),
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": (
        "replicationConfiguration.rules[*].destinations[*].registryId",
    ),
    "aws:eks/accessEntry:AccessEntry": ("principalArn",),
    "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": (
        "distributions[*].amiDistributionConfiguration.targetAccountIds[*]",
        "distributions[*].amiDistributionConfiguration.launchPermission.userIds[*]",
    ),
    "aws:kms/grant:Grant": ("granteePrincipal", "retiringPrincipal"),
    "aws:lakeformation/permissions:Permissions": ("principal",),
    "aws:lambda/layerVersionPermission:LayerVersionPermission": ("principal",),
    "aws:lambda/permission:Permission": ("principal", "sourceAccount", "sourceArn"),
    "aws:opensearch/authorizeVpcEndpointAccess:AuthorizeVpcEndpointAccess": ("account",),
    "aws:opensearch/outboundConnection:OutboundConnection": ("remoteDomainInfo.ownerId",),
    "aws:ram/principalAssociation:PrincipalAssociation": ("principal",),
    "aws:ram/resourceShareAssociationsExclusive:ResourceShareAssociationsExclusive": ("principals[*]",),
    "aws:rds/clusterSnapshot:ClusterSnapshot": ("sharedAccounts[*]",),
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": ("sharedAccounts[*]",),
    "aws:rds/snapshot:Snapshot": ("sharedAccounts[*]",),
    "aws:rds/snapshotCopy:SnapshotCopy": ("sharedAccounts[*]",),
    "aws:redshift/dataShareAuthorization:DataShareAuthorization": ("consumerIdentifier",),
    "aws:redshift/endpointAuthorization:EndpointAuthorization": ("account",),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ("rules[*].destination.account",),
    "aws:ssm/document:Document": ("permissions.account_ids",),
}
"""Type -> the inputs that name an account or principal it is opened to."""

TYPES: Final = tuple(sorted({*RESOURCE_POLICIES, *TRUST_POLICIES, *SHARES}))

_EVERYONE = ("*", "all", "All")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")


def callers(resource: Resource, facts: Facts) -> Iterator[Caller]:
    """Everyone whom the resource names; services and stars are others' business."""
    for pattern in SHARES.get(resource.type, ()):
        for path, value in each(resource.inputs, pattern):
            for name in _names(value):
                if name not in _EVERYONE and not (isinstance(name, str) and _SERVICE.fullmatch(name)):
                    yield Caller(path, "AWS", name)
    for _, document in documents(resource, facts):
        for statement in document.allowing:
            yield from (c for c in named_callers(statement) if c.value != "*")


def unreadable(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """The policies of which nobody can say whom they name."""
    for path, document in documents(resource, facts):
        if document.state is State.UNKNOWN:
            yield undecided(resource, path, document.value, WANTED_DOCUMENT)
        elif document.state is State.BROKEN:
            yield failed(resource, path, document.problem, WANTED_DOCUMENT)
        for statement in document.allowing:
            if statement.doubt is not None and not statement.principals and not statement.other_principals:
                yield undecided(resource, statement.path, statement.doubt, WANTED_DOCUMENT)


def _names(value: Value) -> list[Value]:
    """SSM writes its accounts as one text with commas."""
    if value is None or value == "":
        return []
    if isinstance(value, str) and "," in value:
        return [part.strip() for part in value.split(",")]
    return [value]


LOAD_BALANCER_ACCOUNTS: Final = frozenset(
    [
        *("127311923021", "033677994240", "027434742980", "797873946194", "048591011584", "190560391635"),
        *("098369216593", "754344448648", "589379963580", "718504428378", "383597477331", "600734575887"),
        *("114774131450", "783225319266", "582318560864", "985666609251", "054676820928", "156460612806"),
        *("652711504416", "635631232127", "009996457667", "897822967062", "076674570225", "507241528517"),
        *("638102146993", "037604701340"),
    ]
)
"""Elastic Load Balancing's own accounts, one a region: they deliver access logs to the bucket that names them (ELB user
guide, "Access logs for your Application Load Balancer"; the last two are cn-north-1 and cn-northwest-1)."""
