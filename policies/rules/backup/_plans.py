"""What backup plans do: how often, of which stores, to which vaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.facts import Facts
from policies.graph import Resource, Unknown, Value, as_list
from policies.rules._paths import each

PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
VAULT = "aws:backup/vault:Vault"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
AIR_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"

_COPYING: Mapping[str, tuple[str, str, str]] = {
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ("bucket", "rules", "destination.bucket"),
    "aws:s3/bucket:Bucket": ("", "replicationConfiguration.rules", "destination.bucket"),
    "aws:s3/bucketV2:BucketV2": ("", "replicationConfiguration.rules", "destination.bucket"),
    "aws:efs/replicationConfiguration:ReplicationConfiguration": (
        "sourceFileSystemId",
        "",
        "destination.fileSystemId",
    ),
}
"""What copies one store into another as it is written: type -> the inputs that name the source (empty:
itself), the rows (empty: the whole), the target."""

_CRON = re.compile(r"^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$")
_RATE = re.compile(r"^rate\((\d{1,9}) (minute|hour|day)s?\)$")
_RATE_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0}


def at_least_daily(schedule: Value) -> bool | None:
    """Whether a schedule runs every day; None where it is not known or not read."""
    if not isinstance(schedule, str):
        return None if isinstance(schedule, Unknown) else False
    cron, rate = _CRON.match(schedule.strip()), _RATE.match(schedule.strip())
    if rate:
        return int(rate[1]) * _RATE_DAYS[rate[2]] <= 1
    if cron:
        _minute, _hour, day_of_month, month, day_of_week, year = cron.groups()
        return all(part in ("*", "?", "*/1", "1/1") for part in (day_of_month, month, day_of_week, year))
    return None


def rules_of(plan: Resource) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """(path, rule) of a plan."""
    for index, rule in enumerate(as_list(plan.get("rules"))):
        if isinstance(rule, Mapping):
            yield f"rules[{index}]", rule


def daily_rules(plan: Resource) -> list[tuple[str, Mapping[str, Value]]]:
    """The rules of a plan that run every day."""
    return [(path, rule) for path, rule in rules_of(plan) if at_least_daily(rule.get("schedule"))]


@dataclass(frozen=True, slots=True)
class Choice:
    """A selection, read once: which stores it takes, and by which plan."""

    selection: Resource
    plan: Resource | None
    tags: frozenset[tuple[str, str]]
    """Any of these takes a store."""
    conditions: tuple[tuple[str, Value], ...]
    """All of these must hold."""
    named: tuple[Value, ...]
    left_out: tuple[Value, ...]


def choices(facts: Facts) -> Mapping[str | None, tuple[Choice, ...]]:
    """Every selection by its region: AWS Backup selects within one region."""
    found: dict[str | None, list[Choice]] = {}
    for selection in facts.graph.of_type(SELECTION):
        found.setdefault(selection.region, []).append(_choice(selection, facts))
    return {region: tuple(rows) for region, rows in found.items()}


def _choice(selection: Resource, facts: Facts) -> Choice:
    tags = [t for t in as_list(selection.get("selectionTags")) if isinstance(t, Mapping)]
    blocks = [b for b in as_list(selection.get("conditions")) if isinstance(b, Mapping)]
    equal = [c for block in blocks for c in as_list(block.get("stringEquals")) if isinstance(c, Mapping)]
    return Choice(
        selection=selection,
        plan=facts.target(selection, "planId", PLAN),
        tags=frozenset((str(t.get("key")), str(t["value"])) for t in tags if isinstance(t.get("value"), str)),
        conditions=tuple((str(c.get("key")).removeprefix("aws:ResourceTag/"), c.get("value")) for c in equal),
        named=tuple(as_list(selection.get("resources"))),
        left_out=tuple(as_list(selection.get("notResources"))),
    )


def takes(choice: Choice, store: Resource, tags: Mapping[str, Value], facts: Facts) -> bool:
    """Whether a selection of the store's region takes it: by tag, or by an ARN or pattern of ARNs, in its account."""
    account = choice.selection.account
    if account and store.account and account != store.account:
        return False
    if any(_means(store, value, facts) for value in choice.left_out):
        return False
    if any(tags.get(key) == value for key, value in choice.tags):
        return True
    meets = all(tags.get(key) == value for key, value in choice.conditions)
    named = any(_means(store, value, facts) for value in choice.named)
    return (named or bool(choice.conditions and not choice.named)) and meets


def _means(store: Resource, value: Value, facts: Facts) -> bool:
    """Whether an entry of a selection's list means the store: `*`, a pattern of its service, itself."""
    if value == "*":
        return True
    if isinstance(value, str) and value.endswith("*") and "${urn:" not in value:
        service = {
            "aws:s3/": ":s3:",
            "aws:dynamodb/": ":dynamodb:",
            "aws:rds/": ":rds:",
            "aws:efs/": ":elasticfilesystem:",
        }
        return any(store.type.startswith(prefix) and part in value for prefix, part in service.items())
    found = facts.resolve(value)
    return found is not None and found.urn == store.urn


def covering(store: Resource, facts: Facts) -> Choice | None:
    """The selection of a daily plan that takes the store, if one does."""
    tags = facts.tags(store)
    for choice in facts.derived(choices).get(store.region, ()):
        if choice.plan is not None and daily_rules(choice.plan) and takes(choice, store, tags, facts):
            return choice
    return None


def copied_from(store: Resource, facts: Facts) -> Iterator[tuple[Resource, Choice]]:
    """The stores whose replication writes to this one, and the daily selections that take those."""
    for config in facts.graph.of_type(*_COPYING):
        source_path, rows_path, target_path = _COPYING[config.type]
        source = facts.target(config, source_path) if source_path else config
        if source is None or source.urn == store.urn or source.type.split("/")[0] != store.type.split("/")[0]:
            continue
        rows = as_list(config.get(rows_path)) if rows_path else [config.inputs]
        named = (v for row in rows if _is_on(row) for _, v in each(row, target_path))
        if any((found := facts.resolve(value)) is not None and found.urn == store.urn for value in named):
            choice = covering(source, facts)
            if choice is not None:
                yield source, choice


def _is_on(row: Value) -> bool:
    return isinstance(row, Mapping) and row.get("status") in (None, "Enabled")


def vault_region(value: Value, facts: Facts) -> str | None:
    """The region of a vault named by reference, ARN or known name; None where it cannot be told."""
    found = facts.resolve(value, VAULT, AIR_GAPPED)
    if found is not None:
        return found.region
    if isinstance(value, str) and value.startswith("arn:") and "${urn:" not in value.split(":backup-vault")[0]:
        parts = value.split(":")
        return parts[3] if len(parts) > 3 and parts[3] else None
    return None
