"""Which resources of the graph a written name means: an ARN, an address, or a plain name in the same region."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts, store_types
from policies.graph import Resource, Value, is_known
from policies.resolve import GLOBAL

_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("aws:s3/",),
    "sns": ("aws:sns/topic:",),
    "sqs": ("aws:sqs/queue:",),
    "lambda": ("aws:lambda/function:", "aws:lambda/alias:"),
    "kinesis": ("aws:kinesis/stream:", "aws:kinesis/streamConsumer:"),
    "firehose": ("aws:kinesis/firehose",),
    "dynamodb": ("aws:dynamodb/table:",),
    "rds": ("aws:rds/", "aws:docdb/", "aws:neptune/"),
    "logs": ("aws:cloudwatch/log",),
    "events": ("aws:cloudwatch/event", "aws:pipes/"),
    "states": ("aws:sfn/",),
    "backup": ("aws:backup/",),
    "kms": ("aws:kms/",),
    "secretsmanager": ("aws:secretsmanager/secret:",),
    "ssm": ("aws:ssm/parameter:",),
    "es": ("aws:opensearch/domain:", "aws:elasticsearch/domain:"),
    "ecr": ("aws:ecr/repository:",),
    "elasticfilesystem": ("aws:efs/",),
    "iam": ("aws:iam/role:", "aws:iam/user:", "aws:iam/policy:", "aws:iam/instanceProfile:"),
    "kafka": ("aws:msk/",),
    "redshift": ("aws:redshift/",),
    "elasticache": ("aws:elasticache/",),
    "elasticloadbalancing": ("aws:lb/", "aws:alb/", "aws:elb/"),
    "datasync": ("aws:datasync/",),
    "dms": ("aws:dms/",),
    "ec2": ("aws:ec2/", "aws:ebs/"),
    "execute-api": ("aws:apigateway/", "aws:apigatewayv2/"),
}
"""Service of an ARN -> prefixes of the types it means."""

_KEYS: Final = (
    *("bucket", "name", "identifier", "clusterIdentifier", "globalClusterIdentifier", "replicationGroupId"),
    *("domainName", "functionName", "fileSystemId", "tableName", "clusterName", "repositoryName", "family"),
)
_NAMES_ANOTHER: Final = frozenset(
    [
        *("aws:s3/inventory:Inventory", "aws:lambda/alias:Alias", "aws:iam/rolePolicy:RolePolicy"),
        *("aws:s3/analyticsConfiguration:AnalyticsConfiguration", "aws:cloudwatch/logMetricFilter:LogMetricFilter"),
    ]
)
"""Types whose `name` is a part's, and whose other keys name what they belong to."""
_QUEUE = re.compile(r"https://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?/(\d{12})/([\w.-]+)")


def named(value: str, kind: str, near: Resource, facts: Facts) -> list[Resource]:
    """The resources that a written name means, seen from a resource; several where it does not tell them apart."""
    service, region, account, names = _parts(value, near)
    prefixes = (kind,) if kind.startswith("aws:") else ("aws:s3/bucket",) if kind == "bucket" else _TYPES.get(service)
    found: dict[str, Resource] = {}
    for name in names:
        for other in facts.derived(_by_name).get(name, ()):
            if (
                (prefixes is None or other.type.startswith(prefixes))
                and (not region or other.region in (region, GLOBAL, None))
                and (not account or other.account in (account, None))
            ):
                found[other.urn] = other
        if found:
            break
    else:
        found = {
            other.urn: other
            for other in _everywhere(value, facts)
            if prefixes is None or other.type.startswith(prefixes)
        }
    stores = [other for other in found.values() if other.type in store_types()]
    return stores or list(found.values())


def _parts(value: str, near: Resource) -> tuple[str, str, str | None, list[str]]:
    """(service, region, account, names to try)."""
    if value.startswith("arn:"):
        parts = (value.split(":", 5) + [""] * 6)[:6]
        tail = parts[5]
        names = [tail, tail.rpartition(":")[2], tail.partition("/")[2], tail.partition("/")[0], tail.rpartition("/")[2]]
        if ":" in tail:
            names += tail.split(":")[1:2]
        if "/" in tail:
            names += tail.split("/")[1:2]
        return parts[2], parts[3], parts[4] or None, [value, *(n for n in names if n)]
    queue = _QUEUE.match(value)
    if queue:
        return "sqs", queue[1] or queue[2], queue[3], [queue[4]]
    if value.startswith(("s3://", "s3a://")):
        return "s3", "", None, [value.partition("://")[2].partition("/")[0]]
    return "", near.region if near.region and near.region != GLOBAL else "", near.account, [value]


def names_of(resource: Resource) -> Iterator[str]:
    """The physical names that a resource states."""
    if resource.type not in _NAMES_ANOTHER:
        for key in _KEYS:
            value = resource.inputs.get(key)
            if isinstance(value, str) and value and is_known(value):
                yield value


def name_pattern(resource: Resource) -> str:
    """The physical name as policies may match it: the stated one, else the engine's prefix and a star."""
    for name in names_of(resource):
        return name
    for key in ("namePrefix", "bucketPrefix", "identifierPrefix", "clusterIdentifierPrefix"):
        value: Value = resource.inputs.get(key)
        if isinstance(value, str) and value and is_known(value):
            return f"{value}*"
    return f"{resource.name}-*"


def _everywhere(value: str, facts: Facts) -> list[Resource]:
    """The one resource, of whatever region, that was given this id: unlike a name that somebody stated, it is given once (a
    snapshot's copy names the snapshot of the other region)."""
    others = [other for other in facts.derived(_by_name).get(value, ()) if value not in names_of(other)]
    return others if len(others) == 1 else []


def _by_name(facts: Facts) -> Mapping[str, list[Resource]]:
    """Each name that is stated, or was given by the provider, -> its resources."""
    found: dict[str, list[Resource]] = {}
    for resource in facts.graph.resources:
        if resource.custom:
            given = () if resource.type in _NAMES_ANOTHER else facts.given_names(resource)
            for name in dict.fromkeys((*names_of(resource), *given)):
                found.setdefault(name, []).append(resource)
    return found
