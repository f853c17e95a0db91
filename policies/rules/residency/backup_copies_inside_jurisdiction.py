from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.tables import names
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.residency._outcomes import flows_of


@rule(
    title="Backup and snapshot copies stay inside the jurisdiction",
    title_zh="备份与快照副本不出法域",
    severity=Severity.CRITICAL,
    types=tuple(names("backups")),
    scope=Scope.GRAPH,
    why="A recovery point is a whole store: copied abroad, every record in it is abroad.",
    fix="Copy to a vault or region of the jurisdiction.",
    good='copy_actions=[{"destination_vault_arn": ningxia_vault.arn}]',
    bad='copy_actions=[{"destination_vault_arn": "arn:aws:backup:us-east-1:111122223333:backup-vault:off-site"}]',
    unwaivable="the law on where patients' data may be knows no exception that an owner could grant",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def backup_copies_inside_jurisdiction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the destinations of backup plans, of snapshot copies (RDS, Redshift, EBS through Data Lifecycle Manager),
    of replicated automated backups and of exports. A vault is judged by the region of the resource it refers to, else
    by its ARN: partition, account, region. A vault in an account for which this program has no provider fails."""
    yield from flows_of(resource, facts, "backups")
