"""Keys and logs of a store: who has the key reads what it closes; what the store writes into its log has left it."""

from __future__ import annotations

from collections.abc import Iterator

from policies.facts import store_types
from policies.flows.builder import Builder
from policies.flows.model import Kind
from policies.flows.names import name_pattern, named
from policies.flows.places import values_at
from policies.graph import Resource, as_list

_LOG_GROUP = "aws:cloudwatch/logGroup"
_FUNCTION = "aws:lambda/function:Function"


def by_key(builder: Builder) -> None:
    """Adds store -> customer key, database -> its log groups, function -> its log group."""
    for store in builder.facts.stores:
        row = store_types()[store.type]
        if row.key and row.satellite:
            for carrier in builder.facts.satellites(store, row.satellite):
                _key(builder, store, carrier, row.key)
        elif row.key:
            _key(builder, store, store, row.key)
        for name, path in _log_groups(store):
            for group in named(name, _LOG_GROUP, store, builder.facts):
                builder.add(Kind.METADATA, store.urn, group.urn, store, path)
    for function in builder.facts.graph.by_type.get(_FUNCTION, ()):
        for group in named(f"/aws/lambda/{name_pattern(function)}", _LOG_GROUP, function, builder.facts):
            builder.add(Kind.METADATA, function.urn, group.urn, function, "name")


def _key(builder: Builder, store: Resource, carrier: Resource, path: str) -> None:
    for at, value in values_at(carrier, path.replace("[0]", "[*]")):
        for node in builder.meant(carrier, at, value, "aws:kms/"):
            if node not in builder.spots:
                builder.add(Kind.DATA, store.urn, node, carrier, at)


def _log_groups(store: Resource) -> Iterator[tuple[str, str]]:
    """(name, input): the groups that a database's logs go to (RDS user guide, "Publishing database logs")."""
    kind = {"aws:rds/cluster:Cluster": "cluster", "aws:rds/instance:Instance": "instance"}.get(store.type)
    if kind:
        for index, name in enumerate(as_list(store.get("enabledCloudwatchLogsExports"))):
            if isinstance(name, str):
                yield f"/aws/rds/{kind}/{name_pattern(store)}/{name}", f"enabledCloudwatchLogsExports[{index}]"
