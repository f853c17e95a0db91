from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Unknown
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.backup._plans import LOCK, VAULT


@rule(
    title="Every backup vault is locked",
    title_zh="备份保管库均已锁定",
    severity=Severity.HIGH,
    types=(VAULT,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Whoever takes over an administrator's account deletes the backups first; a lock holds against administrators too.",
    fix="Add a VaultLockConfiguration with min_retention_days, and while live changeable_for_days: after that many days "
    "nobody can take the lock away.",
    good="aws.backup.VaultLockConfiguration(..., min_retention_days=35, changeable_for_days=3)",
    bad="aws.backup.Vault(...)  # and no lock",
)
def backup_vault_locked(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for the vault's lock configuration. While the stack is live the lock must become final (`changeableForDays`,
    the cooling-off); in a trial or retiring stack a lock that administrators can lift is enough."""
    locks = facts.satellites(resource, LOCK, path="backupVaultName")
    if not locks:
        yield failed(resource, "", "no VaultLockConfiguration for it", "a lock with minRetentionDays")
        return
    lock = locks[0]
    days = lock.get("minRetentionDays")
    if isinstance(days, Unknown):
        yield undecided(lock, "minRetentionDays", days, "at least 1")
    elif not isinstance(days, int) or isinstance(days, bool) or days < 1:
        yield failed(lock, "minRetentionDays", days, "at least 1")
    else:
        yield passed(lock, "minRetentionDays", days)
    cooling = lock.get("changeableForDays")
    if facts.context.is_live and cooling is None:
        yield failed(lock, "changeableForDays", cooling, "at least 3 while live, after which the lock is final")
    elif isinstance(cooling, Unknown):
        yield undecided(lock, "changeableForDays", cooling, "at least 3")
