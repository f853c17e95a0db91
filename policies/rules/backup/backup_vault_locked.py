from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Unknown
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, whole_number
from policies.rules.backup._plans import LOCK, PLAN, VAULT, rules_of


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
    the cooling-off); in a trial or retiring stack a lock that administrators can lift is enough. A plan may not ask the vault to
    keep copies longer than the lock's `maxRetentionDays`: the vault then refuses them (AWS Backup developer guide, "Vault
    Lock")."""
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
    elif cooling is not None and (whole_number(cooling) or 0) < 3:
        yield failed(lock, "changeableForDays", cooling, "at least 3")
    longest = whole_number(lock.get("maxRetentionDays"))
    for plan, path, kept in _kept_here(resource, facts):
        if longest is not None and kept > longest:
            yield failed(
                lock, "maxRetentionDays", longest, f"at least {kept}, as {plan.name} {path} asks: AWS refuses it"
            )


def _kept_here(vault: Resource, facts: Facts) -> Iterator[tuple[Resource, str, int]]:
    """(plan, path, days) for each rule of a plan that keeps its copies in a vault."""
    return iter(facts.derived(_by_vault).get(vault.urn, ()))


def _by_vault(facts: Facts) -> dict[str, list[tuple[Resource, str, int]]]:
    found: dict[str, list[tuple[Resource, str, int]]] = {}
    for plan in facts.graph.of_type(PLAN):
        for path, row in rules_of(plan):
            places = [(path, row.get("targetVaultName"), row.get("lifecycle"))]
            for at, action in each(row, "copyActions[*]", path):
                if isinstance(action, dict):
                    places.append((at, action.get("destinationVaultArn"), action.get("lifecycle")))
            for at, target, lifecycle in places:
                days = whole_number(lifecycle.get("deleteAfter")) if isinstance(lifecycle, dict) else None
                region = plan.region if at == path else None
                vault = facts.resolve(target, VAULT, region=region)
                if vault is not None and days:
                    found.setdefault(vault.urn, []).append((plan, f"{at}.lifecycle.deleteAfter", days))
    return found
