"""AWS Backup: vaults and their locks, plans with their rules and copies, what is selected, which types are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import must, right_key, same, within
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.registry import failed
from policies.results import Outcome

_GONE: Final = ("ResourceNotFoundException",)


@check(
    "aws:backup/vault:Vault",
    title="The vault is there, under the key that the state names",
    fix="A vault's key cannot be changed: make a new vault and send the next backups there.",
)
def vault_encrypted(vault: Subject) -> Iterator[Outcome]:
    """Compares the key."""
    found = _vault(vault, vault.name("name", "id")).get("EncryptionKeyArn")
    yield right_key(vault, "DescribeBackupVault EncryptionKeyArn", found, vault.wanted("kmsKeyArn"))


@check(
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    title="The vault is locked as the state says",
    fix="Deploy again; backups that were deleted while the lock was off are gone.",
)
def vault_locked(lock: Subject) -> Iterator[Outcome]:
    """Compares the lock and the least and longest retention that it lets through."""
    found, asked = _vault(lock, lock.name("backupVaultName", "id")), "DescribeBackupVault"
    yield same(lock, f"{asked} Locked", found.get("Locked", False), True)
    for path, name in {"minRetentionDays": "MinRetentionDays", "maxRetentionDays": "MaxRetentionDays"}.items():
        if lock.wanted(path):
            yield same(lock, f"{asked} {name}", found.get(name), lock.wanted(path))
    if lock.wanted("changeableForDays"):
        date = found.get("LockDate")
        yield must(lock, f"{asked} LockDate", bool(date), date or "none", "a date from which nobody can lift the lock")


def _vault(subject: Subject, name: str) -> Mapping[str, Any]:
    return subject.ask("backup", "describe_backup_vault", gone=_GONE, BackupVaultName=name)


@check(
    "aws:backup/plan:Plan",
    title="The plan has every rule and every copy of the state",
    fix="Deploy again; then start the backups that were missed by hand.",
)
def backup_plan_whole(plan: Subject) -> Iterator[Outcome]:
    """Compares each rule: schedule, vault, how long it is kept, where it is copied to and how long that is kept."""
    answer = plan.ask("backup", "get_backup_plan", gone=_GONE, BackupPlanId=plan.name("id"))
    rows = within(answer, "BackupPlan", "Rules") or []
    found = {row.get("RuleName"): row for row in rows if isinstance(row, Mapping)}
    for rule in plan.blocks("rules"):
        asked = f"GetBackupPlan {rule.get('ruleName')}"
        actual = found.get(rule.get("ruleName"))
        if actual is None:
            yield failed(plan.resource, asked, "no such rule", "the rule of the state")
            continue
        yield same(plan, f"{asked} vault", actual.get("TargetBackupVaultName"), rule.get("targetVaultName"))
        if rule.get("schedule"):
            yield same(plan, f"{asked} ScheduleExpression", actual.get("ScheduleExpression"), rule["schedule"])
        yield from _kept(plan, asked, actual, rule)
        yield from _copies(plan, asked, actual, rule)


def _kept(plan: Subject, asked: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Outcome]:
    days = within(wanted, "lifecycle", "deleteAfter")
    if days:
        yield same(plan, f"{asked} DeleteAfterDays", within(found, "Lifecycle", "DeleteAfterDays"), days)


def _copies(plan: Subject, asked: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Outcome]:
    rows = {row.get("DestinationBackupVaultArn"): row for row in found.get("CopyActions") or []}
    copies = wanted.get("copyActions") or []
    for copy in copies if isinstance(copies, list) else [copies]:
        destination = copy.get("destinationVaultArn")
        actual = rows.get(destination)
        if actual is None:
            listed = ", ".join(map(str, rows)) or "no copy"
            yield failed(plan.resource, f"{asked} CopyActions", listed, f"a copy to {destination}")
        else:
            yield must(plan, f"{asked} copy to {destination}", True, destination, "")
            yield from _kept(plan, f"{asked} copy to {destination}", actual, copy)


@check(
    "aws:backup/selection:Selection",
    title="The plan selects what the state says",
    fix="Deploy again; what was not selected meanwhile has no backup of those days.",
)
def backup_selection_in_force(selection: Subject) -> Iterator[Outcome]:
    """Compares the role and the tags by which stores are selected."""
    identifiers = {"BackupPlanId": selection.name("planId"), "SelectionId": selection.name("id")}
    answer = selection.ask("backup", "get_backup_selection", gone=_GONE, **identifiers)
    found = answer.get("BackupSelection") or {}
    yield same(selection, "GetBackupSelection IamRoleArn", found.get("IamRoleArn"), selection.wanted("iamRoleArn"))
    tags = {(t.get("ConditionKey"), t.get("ConditionValue")) for t in found.get("ListOfTags") or []}
    for tag in selection.blocks("selectionTags"):
        wanted = (tag.get("key"), tag.get("value"))
        said = ", ".join(f"{key}={value}" for key, value in tags) or "no tag"
        yield must(selection, "GetBackupSelection ListOfTags", wanted in tags, said, f"{wanted[0]}={wanted[1]}")


@check(
    "aws:backup/regionSettings:RegionSettings",
    title="The backup service takes every type of store that the state says",
    fix="Deploy again: a type that is not taken has no backup, whatever is selected.",
)
def backup_types_taken(settings: Subject) -> Iterator[Outcome]:
    """Compares each type that is opted in."""
    answer = settings.ask("backup", "describe_region_settings").get("ResourceTypeOptInPreference") or {}
    for wanted in settings.blocks("resourceTypeOptInPreference"):
        for kind, taken in wanted.items():
            yield same(settings, f"DescribeRegionSettings {kind}", answer.get(kind, False), taken)
