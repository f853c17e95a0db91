"""What backup plans do: how often, of which stores, to which vaults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jurisdictions import BACKUP_TAG
from policies.facts import Facts
from policies.graph import Resource, Unknown, Value, as_list

PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
VAULT = "aws:backup/vault:Vault"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
AIR_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"

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


def selections(facts: Facts) -> list[tuple[Resource, Resource | None]]:
    """Every selection with its plan, where the plan is in this program."""
    return [(s, facts.target(s, "planId", PLAN)) for s in facts.graph.of_type(SELECTION)]


def takes(selection: Resource, store: Resource, facts: Facts) -> bool:
    """Whether a selection takes a store: by tag, or by an ARN or pattern of ARNs, in the same region and account.
    AWS Backup selects within one region."""
    if selection.region != store.region or (selection.account and store.account and selection.account != store.account):
        return False
    tags = facts.tags(store)
    if any(_excluded(store, value, facts) for value in as_list(selection.get("notResources"))):
        return False
    for wanted in as_list(selection.get("selectionTags")):
        if (
            isinstance(wanted, Mapping)
            and wanted.get("value") is not None
            and tags.get(str(wanted.get("key"))) == wanted.get("value")
        ):
            return True
    conditions = [
        c
        for block in as_list(selection.get("conditions"))
        if isinstance(block, Mapping)
        for c in as_list(block.get("stringEquals"))
        if isinstance(c, Mapping)
    ]
    resources = as_list(selection.get("resources"))
    meets = all(tags.get(str(c.get("key")).removeprefix("aws:ResourceTag/")) == c.get("value") for c in conditions)
    named = [value for value in resources if _excluded(store, value, facts)]
    return bool(named or (conditions and not resources)) and meets


def _excluded(store: Resource, value: Value, facts: Facts) -> bool:
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


def selected_by_default(store: Resource, facts: Facts) -> bool:
    """Whether the store carries our tag for the daily plan."""
    return facts.tags(store).get(BACKUP_TAG) == "daily"


def vault_region(value: Value, facts: Facts) -> str | None:
    """The region of a vault named by reference, ARN or known name; None where it cannot be told."""
    found = facts.resolve(value, VAULT, AIR_GAPPED)
    if found is not None:
        return found.region
    if isinstance(value, str) and value.startswith("arn:") and "${urn:" not in value.split(":backup-vault")[0]:
        parts = value.split(":")
        return parts[3] if len(parts) > 3 and parts[3] else None
    return None
