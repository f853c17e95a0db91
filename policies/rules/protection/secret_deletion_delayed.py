from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, whole_number

_PATH = "recoveryWindowInDays"
_WANTED = "7 to 30 days, or left out (30)"


@rule(
    title="A secret's deletion can be taken back",
    title_zh="机密删除后可在等待期内恢复",
    severity=Severity.MEDIUM,
    types=("aws:secretsmanager/secret:Secret",),
    why="A password that is gone at once shuts the applications out of the records, and nobody can bring it back.",
    fix="Leave recovery_window_in_days out, or set 7 to 30.",
    good='aws.secretsmanager.Secret("db")',
    bad='aws.secretsmanager.Secret("db", recovery_window_in_days=0)',
)
def secret_deletion_delayed(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Secrets Manager waits 7 to 30 days before it deletes, 30 where nothing is stated; 0 deletes at once (Secrets
    Manager API, DeleteSecret). Asked of live stacks: trials and retiring ones may delete."""
    if not facts.context.is_live:
        yield not_applicable(resource, f"the stack is {facts.context.lifecycle}")
        return
    days = resource.get(_PATH)
    if is_hidden(days):
        yield undecided(resource, _PATH, days, _WANTED)
    elif days is None:
        yield passed(resource, _PATH, "30, the service's default")
    elif 7 <= (whole_number(days) or 0) <= 30:
        yield passed(resource, _PATH, days)
    else:
        yield failed(resource, _PATH, days, _WANTED)
