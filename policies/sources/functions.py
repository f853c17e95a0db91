"""Provider functions without a provider: computed where they can be computed, answered from a table and marked
synthetic where the answer only has to be plausible, refused by name where neither holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jurisdictions import Jurisdiction, find_region, partition_of_region, regions_of_partition
from policies.resolve import CALLER_ACCOUNT
from policies.sources.callers import caller
from policies.sources.manifests import objects_of_text


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function call gave. `synthetic`: from a table, not from the cloud."""

    value: dict[str, Any]
    synthetic: bool = False


class NotComputable(Exception):
    """A provider function that cannot be answered without the cloud; `place` is the line that asked."""

    def __init__(self, token: str):
        super().__init__(token)
        self.token = token
        self.place = caller()


@dataclass(frozen=True, slots=True)
class World:
    """What synthetic answers are made from."""

    jurisdiction: Jurisdiction
    region: str
    account_id: str = CALLER_ACCOUNT


def is_answered(token: str) -> bool:
    """Whether a function is computed or has a row in the table."""
    return token in _FUNCTIONS


def answer(token: str, arguments: Mapping[str, Any], world: World) -> Answer:
    """The answer to a provider function. Raises NotComputable for one that has none."""
    function = _FUNCTIONS.get(token)
    if function is None:
        raise NotComputable(token)
    return function(arguments, world)


def _region(arguments: Mapping[str, Any], world: World) -> str:
    value = arguments.get("region") or arguments.get("name")
    return value if isinstance(value, str) else world.region


def _policy_document(arguments: Mapping[str, Any], _world: World) -> Answer:
    return Answer(policy_document(arguments))


def policy_document(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider makes of statements and of other documents, as text. Raises what a malformed part raises."""
    document: dict[str, Any] = {"Version": arguments.get("version") or "2012-10-17"}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    statements: list[dict[str, Any]] = []
    for source in arguments.get("sourcePolicyDocuments") or ():
        statements += _statements_of(source)
    statements += [_statement(s) for s in arguments.get("statements") or ()]
    for source in arguments.get("overridePolicyDocuments") or ():
        for override in _statements_of(source):
            statements = [s for s in statements if not override.get("Sid") or s.get("Sid") != override["Sid"]]
            statements.append(override)
    document["Statement"] = statements
    text = json.dumps(document, indent=2)
    return {"id": "computed", "json": text, "minifiedJson": json.dumps(document, separators=(",", ":"))}


def _statements_of(text: str) -> list[dict[str, Any]]:
    statements = json.loads(text).get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _one_or_many(values: Any) -> Any:
    values = list(values or ())
    return values[0] if len(values) == 1 else sorted(values)


def _statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"Effect": statement.get("effect") or "Allow"}
    if statement.get("sid"):
        result = {"Sid": statement["sid"], **result}
    for theirs, ours in (
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
    ):
        if statement.get(theirs):
            result[ours] = _one_or_many(statement[theirs])
    for theirs, ours in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if statement.get(theirs):
            result[ours] = _principals(statement[theirs])
    conditions: dict[str, dict[str, Any]] = {}
    for condition in statement.get("conditions") or ():
        conditions.setdefault(condition["test"], {})[condition["variable"]] = _one_or_many(condition["values"])
    if conditions:
        result["Condition"] = conditions
    return result


def _principals(principals: list[Mapping[str, Any]]) -> Any:
    grouped: dict[str, list[str]] = {}
    for principal in principals:
        grouped.setdefault(principal["type"], []).extend(principal["identifiers"])
    if set(grouped) == {"*"}:
        return "*"
    return {kind: _one_or_many(identifiers) for kind, identifiers in sorted(grouped.items())}


def _partition(_arguments: Mapping[str, Any], world: World) -> Answer:
    partition = partition_of_region(world.region) or world.jurisdiction.partition
    suffix = partition.dns_suffix
    return Answer(
        {
            "id": partition.id,
            "partition": partition.id,
            "dnsSuffix": suffix,
            "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
        }
    )


def _caller_identity(_arguments: Mapping[str, Any], world: World) -> Answer:
    partition = partition_of_region(world.region) or world.jurisdiction.partition
    arn = f"arn:{partition.id}:iam::{world.account_id}:user/synthetic"
    return Answer({"id": world.account_id, "accountId": world.account_id, "arn": arn, "userId": "SYNTHETIC"}, True)


def _current_region(arguments: Mapping[str, Any], world: World) -> Answer:
    region = _region(arguments, world)
    suffix = (partition_of_region(region) or world.jurisdiction.partition).dns_suffix
    return Answer(
        {
            "id": region,
            "name": region,
            "region": region,
            "endpoint": f"ec2.{region}.{suffix}",
            "description": region,
        },
        True,
    )


def _zones(arguments: Mapping[str, Any], world: World) -> Answer:
    region = _region(arguments, world)
    found = find_region(region)
    zones = list(found[1].zones) if found else [f"{region}{letter}" for letter in "abc"]
    return Answer(
        {"id": region, "names": zones, "zoneIds": [f"{zone}-id" for zone in zones], "groupNames": [region]}, True
    )


def _synthetic_id(prefix: str) -> Callable[[Mapping[str, Any], World], Answer]:
    def make(_arguments: Mapping[str, Any], _world: World) -> Answer:
        identifier = f"{prefix}-00000000000000000"
        return Answer({"id": identifier, "imageId": identifier}, True)

    return make


def _ssm_parameter(arguments: Mapping[str, Any], _world: World) -> Answer:
    name = str(arguments.get("name", ""))
    return Answer({"id": name, "name": name, "value": "synthetic", "type": "String"}, True)


def _session_context(arguments: Mapping[str, Any], _world: World) -> Answer:
    """The role behind a session's ARN, else the ARN itself, as the provider does it."""
    arn = str(arguments.get("arn", ""))
    head, _, tail = arn.partition(":assumed-role/")
    role, _, session = tail.partition("/")
    issuer = f"{head.replace(':sts:', ':iam:')}:role/{role}" if role else arn
    name = role or arn.rpartition("/")[2]
    return Answer(
        {
            "id": arn,
            "arn": arn,
            "issuerArn": issuer,
            "issuerId": "SYNTHETIC",
            "issuerName": name,
            "sessionName": session,
        }
    )


def _arn(arguments: Mapping[str, Any], _world: World) -> Answer:
    arn = str(arguments.get("arn", ""))
    names = ("partition", "service", "region", "account", "resource")
    return Answer({"id": arn, "arn": arn, **dict(zip(names, [*arn.split(":", 5)[1:], *[""] * 5], strict=False))})


def _regions(_arguments: Mapping[str, Any], world: World) -> Answer:
    partition = partition_of_region(world.region) or world.jurisdiction.partition
    return Answer({"id": partition.id, "names": sorted(regions_of_partition(partition.id))}, True)


def _load_balancer_account(arguments: Mapping[str, Any], world: World) -> Answer:
    """The account by which Elastic Load Balancing writes access logs in a region; where it has none, one of its others."""
    region = _region(arguments, world)
    partition = (partition_of_region(region) or world.jurisdiction.partition).id
    account = _LOAD_BALANCERS.get(region, _LOAD_BALANCERS["us-east-1"])
    return Answer({"id": account, "arn": f"arn:{partition}:iam::{account}:root"}, True)


_LOAD_BALANCERS = {
    "ap-southeast-1": "114774131450",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-west-1": "156460612806",
    "eu-west-3": "009996457667",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-2": "797873946194",
}
"""ELB user guide, "Access logs for your Application Load Balancer"; mark K."""


def _service_principal(arguments: Mapping[str, Any], world: World) -> Answer:
    service, region = str(arguments.get("serviceName", "")), _region(arguments, world)
    partition = partition_of_region(region) or world.jurisdiction.partition
    name = partition.principal(service, region)
    return Answer({"id": name, "name": name, "region": region, "serviceName": service, "suffix": partition.dns_suffix})


def _kubernetes_objects(arguments: Mapping[str, Any], _world: World) -> Answer:
    return Answer({"result": objects_of_text(str(arguments.get("text", "")))})


_FUNCTIONS: dict[str, Callable[[Mapping[str, Any], World], Answer]] = {
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _current_region,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:ec2/getAmi:getAmi": _synthetic_id("ami"),
    "aws:ssm/getParameter:getParameter": _ssm_parameter,
    "kubernetes:yaml:decode": _kubernetes_objects,
    "aws:elb/getServiceAccount:getServiceAccount": _load_balancer_account,
    "aws:iam/getSessionContext:getSessionContext": _session_context,
    "aws:index/getArn:getArn": _arn,
    "aws:index/getRegions:getRegions": _regions,
    "aws:index/getServicePrincipal:getServicePrincipal": _service_principal,
}
