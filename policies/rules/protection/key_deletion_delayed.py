from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Unknown
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity


@rule(
    title="A key's deletion can be stopped for thirty days",
    title_zh="密钥删除有三十天等待期",
    severity=Severity.MEDIUM,
    types=("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey"),
    why="Deleting the key deletes everything that it encrypts; the waiting time is the only way back.",
    fix="Set deletion_window_in_days to 30, or leave it out: 30 is the service's default.",
    good='aws.kms.Key("k", deletion_window_in_days=30)',
    bad='aws.kms.Key("k", deletion_window_in_days=7)',
)
def key_deletion_delayed(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """The waiting time before a deletion is carried out: KMS allows 7 to 30 days, 30 where nothing is stated. Trial stacks
    may wait less."""
    if facts.context.lifecycle == "trial":
        yield not_applicable(resource, "a trial stack can be torn down")
        return
    days = resource.get("deletionWindowInDays")
    if isinstance(days, Unknown):
        yield undecided(resource, "deletionWindowInDays", days, "30")
    elif days is None:
        yield passed(resource, "deletionWindowInDays", "30, the service's default")
    elif isinstance(days, (int, float)) and not isinstance(days, bool) and days >= 30:
        yield passed(resource, "deletionWindowInDays", days)
    else:
        yield failed(resource, "deletionWindowInDays", days, "30")
