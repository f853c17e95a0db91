from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Value, is_known
from policies.iam_documents import account_of_arn
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each
from policies.rules.backup._plans import AIR_GAPPED, PLAN, VAULT, daily_rules

_WANTED = "a copy action to a vault of another account of the hospital"
_UNSEEN = "unseen"


@rule(
    title="Daily backups are copied into another account too",
    title_zh="每日备份同时复制到另一个账号",
    severity=Severity.LOW,
    types=(PLAN,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Whoever takes over the account reaches every backup in it, in both regions.",
    fix="Give a daily rule of the account a copy action to a vault of the account that is for backups alone, or to an "
    "air-gapped vault.",
    good='copy_actions=[{"destination_vault_arn": partner_vault.arn}, {"destination_vault_arn": kept_apart.arn}]',
    bad='copy_actions=[{"destination_vault_arn": partner_vault.arn}]',
)
def backup_copied_to_another_account(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of programs that deploy to several accounts. One daily plan of the account must copy to a vault of another
    one, or to a logically air-gapped vault, which AWS keeps in an account of its own. One plan is enough: replication
    brings the stores of one region into the other, whose plan takes them too. Undecided where the account of a vault
    cannot be told. Not applicable: trials, synthetic data, programs of one account.

    Source: AWS Backup developer guide, "Creating backup copies across AWS accounts" (K)."""
    if facts.context.is_dispensable:
        yield not_applicable(resource, "synthetic data")
        return
    if len(facts.own_accounts) < 2 or resource.account is None:
        yield not_applicable(resource, "the program deploys to one account")
        return
    plans = [p for p in facts.graph.of_type(PLAN) if p.account == resource.account]
    others = {account: plan.name for plan in plans for account in _accounts(plan, facts) if account != plan.account}
    away = [account for account in others if account != _UNSEEN]
    if away:
        yield passed(resource, "rules", f"copied to account {away[0]} by {others[away[0]]}")
    elif others:
        yield undecided(resource, "rules", "a vault whose account cannot be told", _WANTED)
    else:
        yield failed(resource, "rules", f"no plan of account {resource.account} copies out of it", _WANTED)


def _accounts(plan: Resource, facts: Facts) -> Iterator[str]:
    """The accounts of the vaults that a plan copies to every day."""
    for _, row in daily_rules(plan):
        for _, value in each(row, "copyActions[*].destinationVaultArn"):
            yield _account(value, facts) or _UNSEEN


def _account(vault: Value, facts: Facts) -> str | None:
    if facts.resolve(vault, AIR_GAPPED) is not None:
        return "of AWS (air-gapped)"
    stated = account_of_arn(vault) if isinstance(vault, str) and is_known(vault) else None
    found = facts.resolve(vault, VAULT)
    return stated or (found.account if found is not None else None)
