"""Look-ups of what stands in the cloud already: answered with a resource that is not this program's.

`aws.ec2.get_vpc(...)` finds what `aws.ec2.Vpc.get(...)` reads: a resource of a known type, of which the program says how
it is found and nothing else. It enters the graph as an external one, and each text of the answer is a marker that leads
to it, so that whatever is built from the answer is judged through the edge, or is undecided where only the cloud could tell.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args, get_origin

from pulumi import _types

from policies.graph import Resource, marker
from policies.terraform import provider_table

_TOKEN = re.compile(r"aws:(\w+)/get(\w)(\w*):get\w+")
_DEEPEST: Final = 3
_NAME_LENGTH: Final = 80

_LISTS: Final[Mapping[str, str]] = {
    "aws:ec2/getSubnets:getSubnets": "aws:ec2/subnet:Subnet",
    "aws:ec2/getSecurityGroups:getSecurityGroups": "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/getRouteTables:getRouteTables": "aws:ec2/routeTable:RouteTable",
    "aws:ec2/getVpcs:getVpcs": "aws:ec2/vpc:Vpc",
    "aws:ec2/getAmiIds:getAmiIds": "aws:ec2/ami:Ami",
    "aws:ec2/getInstances:getInstances": "aws:ec2/instance:Instance",
    "aws:ec2/getNatGateways:getNatGateways": "aws:ec2/natGateway:NatGateway",
    "aws:ec2/getNetworkAcls:getNetworkAcls": "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/getNetworkInterfaces:getNetworkInterfaces": "aws:ec2/networkInterface:NetworkInterface",
    "aws:ebs/getSnapshotIds:getSnapshotIds": "aws:ebs/snapshot:Snapshot",
    "aws:ebs/getEbsVolumes:getEbsVolumes": "aws:ebs/volume:Volume",
    "aws:efs/getAccessPoints:getAccessPoints": "aws:efs/accessPoint:AccessPoint",
    "aws:route53/getZones:getZones": "aws:route53/zone:Zone",
}
"""Functions that find many of a type, and name them in `ids`."""

_MANY: Final = 2
"""How many are found where there may be any number: enough for a program that takes the first two, or loops."""

_OTHERS: Final[Mapping[str, str]] = {
    "aws:cloudformation/getExport:getExport": "aws:cloudformation/stack:Stack",
    "aws:ec2/getElasticIp:getElasticIp": "aws:ec2/eip:Eip",
    "aws:ec2/getPrefixList:getPrefixList": "aws:ec2/managedPrefixList:ManagedPrefixList",
    "aws:ecr/getImage:getImage": "aws:ecr/repository:Repository",
    "aws:eks/getClusterAuth:getClusterAuth": "aws:eks/cluster:Cluster",
    "aws:s3/getCanonicalUserId:getCanonicalUserId": "aws:iam/accountAlias:AccountAlias",
    "aws:s3/getObject:getObject": "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:apigateway/getKey:getKey": "aws:apigateway/apiKey:ApiKey",
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": "aws:ecr/repository:Repository",
    "aws:ecr/getCredentials:getCredentials": "aws:ecr/repository:Repository",
    "aws:eks/getAddonVersion:getAddonVersion": "aws:eks/addon:Addon",
    "aws:msk/getBootstrapBrokers:getBootstrapBrokers": "aws:msk/cluster:Cluster",
    "aws:rds/getEngineVersion:getEngineVersion": "aws:rds/engineVersion:EngineVersion",
    "aws:rds/getOrderableDbInstance:getOrderableDbInstance": "aws:rds/orderableDbInstance:OrderableDbInstance",
    "aws:redshift/getClusterCredentials:getClusterCredentials": "aws:redshift/cluster:Cluster",
    "aws:secretsmanager/getRandomPassword:getRandomPassword": "aws:secretsmanager/secret:Secret",
    "aws:servicediscovery/getDnsNamespace:getDnsNamespace": "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
    "aws:vpn/getConnection:getConnection": "aws:ec2/vpnConnection:VpnConnection",
}
"""Functions whose own name is not the name of the type that they look at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up gives: the external resources, and the answer that leads to them."""

    resources: tuple[Resource, ...]
    value: dict[str, Any]


def look_up(token: str, arguments: Mapping[str, Any], urn_of: Any, **common: Any) -> Found | None:
    """The answer to a function that looks a resource up; None where the function does something else. `urn_of` gives the
    URN for a type and a name; `common` is what each resource carries besides."""
    looked_at = _type_of(token)
    result = _result_of(token) if looked_at else None
    if not looked_at or result is None:
        return None
    given = {name: value for name, value in arguments.items() if value is not None}
    many = token in _LISTS
    resources = tuple(
        Resource(
            urn=urn_of(looked_at, name),
            type=looked_at,
            name=name,
            custom=True,
            external=True,
            inputs=dict(given),
            **common,
        )
        for name in _names(token, given, _MANY if many else 1)
    )
    value = {**_marked(result, resources[0].urn), **given}
    if many:
        value["ids"] = [marker(r.urn, "id") for r in resources]
    return Found(resources, value)


@cache
def _type_of(token: str) -> str:
    """The type that a function looks at; empty where it looks at none."""
    if token in _LISTS or token in _OTHERS:
        return _LISTS.get(token) or _OTHERS.get(token, "")
    match = _TOKEN.fullmatch(token)
    if match is None:
        return ""
    module, head, tail = match.groups()
    wanted = f"aws:{module}/{head.lower()}{tail}:{head}{tail}"
    return wanted if provider_table.type_of(wanted) else ""


@cache
def _result_of(token: str) -> type | None:
    """The SDK's class of a function's answer."""
    module, _, function = token.removeprefix("aws:").partition("/")
    name = function.partition(":")[0]
    for package in (module, f"{module}_"):
        try:
            found = getattr(
                importlib.import_module(f"pulumi_aws.{package}"), f"{name[0].upper()}{name[1:]}Result", None
            )
        except ImportError:
            continue
        if isinstance(found, type):
            return found
    return None


def _names(token: str, given: Mapping[str, Any], count: int) -> Iterator[str]:
    """A name that tells what was asked for: the same question finds the same resource."""
    function = token.rpartition(":")[2]
    asked = ", ".join(f"{key}={_short(value)}" for key, value in sorted(given.items()) if key != "region")
    for number in range(count):
        yield f"{function}({asked})" + (f"[{number}]" if count > 1 else "")


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _NAME_LENGTH else text[: _NAME_LENGTH - 1] + "…"


def _marked(result: type, urn: str, path: str = "", depth: int = 0) -> dict[str, Any]:
    """Every text of an answer as a marker, a list as one element. What is neither text nor made of it stays out: a number
    or a switch cannot say that it is not known."""
    value: dict[str, Any] = {}
    for name, kind in _types.output_type_types(result).items():
        at = f"{path}.{name}" if path else name
        found = _marked_value(kind, urn, at, depth)
        if found is not None:
            value[name] = found
    return value


def _marked_value(kind: Any, urn: str, path: str, depth: int) -> Any:
    kind = _types.unwrap_optional_type(kind)
    if kind is str:
        return marker(urn, path)
    if isinstance(kind, type) and _types.is_output_type(kind):
        return _marked(kind, urn, path, depth + 1) if depth < _DEEPEST else None
    arguments = get_args(kind)
    if len(arguments) == 1 and get_origin(kind) is not None:
        inner = _marked_value(arguments[0], urn, f"{path}[0]", depth)
        return None if inner is None else [inner]
    return {} if len(arguments) == 2 else None
