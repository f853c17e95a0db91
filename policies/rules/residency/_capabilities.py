"""What a resource needs of its region: the service of its type, and features that its inputs ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from jurisdictions import Region
from policies.facts import Facts
from policies.graph import Resource, Value
from policies.resolve import GLOBAL
from policies.rules._paths import each, one_of


@dataclass(frozen=True, slots=True)
class Feature:
    """An input that asks for a capability when it has a certain value."""

    path: str
    asks: Callable[[Value], bool]
    capability: str


@dataclass(frozen=True, slots=True)
class Need:
    """A capability that a resource needs, and the input that says so (empty: its type)."""

    capability: str
    path: str
    found: Value


def _is(*values: Value) -> Callable[[Value], bool]:
    return lambda value: one_of(value, *values)


def _says(*parts: str) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, str) and any(part in value for part in parts)


def _is_there(value: Value) -> bool:
    return value not in (None, "", [], {}, False)


_LISTENER = (
    Feature("protocol", _is("QUIC", "TCP_QUIC"), "elb.quic"),
    Feature("sslPolicy", _says("-PQ-"), "elb.pq-tls"),
)
_ENCLAVE = (Feature("enclaveOptions.enabled", _is(True), "ec2.nitro-enclaves"),)
_EDGE = Feature("endpointConfiguration.types", _is("EDGE"), "apigateway.edge-optimized")

FEATURES: Final[dict[str, tuple[Feature, ...]]] = {
    "aws:alb/listener:Listener": _LISTENER,
    "aws:alb/targetGroup:TargetGroup": _LISTENER[:1],
    "aws:apigateway/domainName:DomainName": (_EDGE,),
    "aws:apigateway/restApi:RestApi": (_EDGE,),
    "aws:backup/plan:Plan": (
        Feature("rules[*].copyActions[*].destinationVaultArn", _is_there, "backup.cross-region-copy"),
    ),
    "aws:cloudfront/distribution:Distribution": (
        Feature("httpVersion", _is("http3", "http2and3"), "cloudfront.http3"),
    ),
    "aws:dynamodb/table:Table": (
        Feature("replicas[*].regionName", _is_there, "dynamodb.global-tables"),
        Feature("replicas[*].consistencyMode", _is("STRONG"), "dynamodb.multi-region-strong-consistency"),
    ),
    "aws:ec2/instance:Instance": _ENCLAVE,
    "aws:ec2/launchTemplate:LaunchTemplate": _ENCLAVE,
    "aws:ec2/vpcEndpointService:VpcEndpointService": (
        Feature("privateDnsName", _is_there, "privatelink.private-dns-name"),
    ),
    "aws:eks/cluster:Cluster": (
        Feature("kubernetesNetworkConfig.ipFamily", _is("ipv6"), "eks.ipv6"),
        Feature("computeConfig.enabled", _is(True), "eks.auto-mode"),
        Feature("remoteNetworkConfig", _is_there, "eks.hybrid-nodes"),
    ),
    "aws:guardduty/detectorFeature:DetectorFeature": (
        Feature("name", _says("RUNTIME_MONITORING"), "guardduty.runtime-monitoring"),
        Feature("name", _says("MALWARE_PROTECTION"), "guardduty.malware-protection"),
    ),
    "aws:kms/key:Key": (
        Feature("multiRegion", _is(True), "kms.multi-region-keys"),
        Feature("customerMasterKeySpec", _says("ML_KEM_"), "kms.ml-kem"),
        Feature("customerMasterKeySpec", _says("ML_DSA_"), "kms.ml-dsa"),
        Feature("customerMasterKeySpec", _is("SM2"), "kms.sm-keys"),
    ),
    "aws:lb/listener:Listener": _LISTENER,
    "aws:lb/targetGroup:TargetGroup": _LISTENER[:1],
    "aws:rds/cluster:Cluster": (
        Feature("globalClusterIdentifier", _is_there, "aurora.global"),
        Feature("serverlessv2ScalingConfiguration", _is_there, "aurora.serverless-v2"),
    ),
    "aws:sfn/stateMachine:StateMachine": (Feature("definition", _says("states:::http:"), "stepfunctions.http-task"),),
    "aws:sns/topicSubscription:TopicSubscription": (
        Feature("protocol", _is("sms"), "sns.sms"),
        Feature("protocol", _is("application"), "sns.mobile-push"),
    ),
}
"""Type -> features that regions differ in."""


def needs(resource: Resource, facts: Facts) -> Iterator[Need]:
    """All capabilities that a resource needs."""
    types = facts.derived(_by_type)
    if resource.type not in types:
        types[resource.type] = facts.context.jurisdiction.capability_of_type(resource.type)
    capability = types[resource.type]
    if capability:
        yield Need(capability, "", resource.type)
    for feature in FEATURES.get(resource.type, ()):
        for path, value in each(resource.inputs, feature.path):
            asked = any(feature.asks(v) for v in value) if isinstance(value, list) else feature.asks(value)
            if asked:
                yield Need(feature.capability, path, value)


def region_of(resource: Resource, facts: Facts) -> Region | None:
    """The region that must offer it; for services without region that of the provider, else the jurisdiction's first.
    None outside the jurisdiction, which another rule judges."""
    name = resource.region
    if name == GLOBAL:
        provider = facts.graph.by_urn.get(resource.provider or "")
        name = (provider.region if provider else None) or next(iter(facts.context.jurisdiction.regions))
    return facts.context.jurisdiction.regions.get(name or "")


def _by_type(_facts: Facts) -> dict[str, str | None]:
    return {}
