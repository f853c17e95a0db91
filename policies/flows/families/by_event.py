"""Events: from a store onto a bus, from the bus to what its rules deliver to."""

from __future__ import annotations

from collections.abc import Mapping

from policies.flows.builder import Builder
from policies.flows.model import Kind, Place
from policies.graph import Resource, Unknown, Value, as_list, references_in
from policies.resolve import decoded

RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
BUS = "aws:cloudwatch/eventBus:EventBus"
_NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
_STATES_ONLY = frozenset(
    [
        *("aws.kms", "aws.backup", "aws.health", "aws.guardduty", "aws.securityhub", "aws.config", "aws.iam"),
        *("aws.signin", "aws.ec2", "aws.autoscaling", "aws.rds", "aws.ecr", "aws.cloudwatch", "aws.cloudtrail"),
        *("aws.access-analyzer", "aws.acm", "aws.trustedadvisor", "aws.inspector2", "aws.eks", "aws.ecs", "aws.batch"),
        *("aws.organizations", "aws.sts", "aws.ssm", "aws.tag", "aws.elasticloadbalancing", "aws.codepipeline"),
    ]
)
"""Sources whose events tell of states and settings, not of what a store holds."""


def by_event(builder: Builder) -> None:
    """Adds bucket -> bus where a bucket reports to EventBridge, bus -> target by each rule that may match."""
    graph = builder.facts.graph
    for notification in graph.by_type.get(_NOTIFICATION, ()):
        asked = notification.get("eventbridge")
        if asked is True or isinstance(asked, Unknown) or str(asked).lower() == "true":
            for source in builder.sources(notification, "bucket", "bucket"):
                store = graph.by_urn.get(source.node)
                if store is not None:
                    bus = _default_bus(builder, store)
                    builder.add(Kind.METADATA, store.urn, bus, notification, "eventbridge", source.doubt)
    rules = {rule.urn: rule for rule in graph.by_type.get(RULE, ())}
    by_name = {(r.account, r.region, r.get("name")): r for r in rules.values() if isinstance(r.get("name"), str)}
    for target in graph.by_type.get(TARGET, ()):
        named = by_name.get((target.account, target.region, target.get("rule")))
        rule = named or builder.facts.target(target, "rule", RULE)
        if rule is None or not carries_payload(rule):
            continue
        for path in ("arn", "deadLetterConfig.arn"):
            for end in builder.targets(target, path, "arn"):
                builder.add(Kind.METADATA, _bus_of(builder, rule), end.node, target, end.path, end.doubt)


def carries_payload(rule: Resource) -> bool:
    """Whether what a rule matches can carry what a record says. A schedule sends what the program wrote itself."""
    pattern = rule.get("eventPattern")
    if pattern in (None, ""):
        return False
    data: Value = decoded(pattern)
    sources = data.get("source") if isinstance(data, Mapping) else None
    names = as_list(sources)
    return not names or not all(isinstance(name, str) and name in _STATES_ONLY for name in names)


def _bus_of(builder: Builder, rule: Resource) -> str:
    value = rule.get("eventBusName")
    if value in (None, "", "default"):
        return _default_bus(builder, rule)
    found = list(builder.meant(rule, "eventBusName", value, BUS if not references_in(str(value)) else "arn"))
    return found[0] if found else _default_bus(builder, rule)


def _default_bus(builder: Builder, near: Resource) -> str:
    found = f"the default event bus of {near.account or 'the account'} in {near.region}"
    inside = near.region in builder.facts.context.jurisdiction.regions if near.region else None
    partition = builder.facts.context.jurisdiction.partition.id
    return builder.place(Place(found, inside, near.region, near.account, partition))
