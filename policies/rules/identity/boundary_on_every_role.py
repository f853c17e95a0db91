from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import account_of_arn
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.resolve import CALLER_ACCOUNT
from policies.results import Outcome, Severity
from policies.rules._accounts import is_prepared
from policies.rules._paths import is_hidden
from policies.rules.identity._policies import ROLE, is_break_glass

_WANTED = "the permission boundary that the other roles have"


@rule(
    title="Where roles are bounded, each one is",
    title_zh="已使用权限边界的账号中所有角色均设权限边界",
    severity=Severity.MEDIUM,
    types=(ROLE,),
    scope=Scope.GRAPH,
    why="A boundary holds what a mistake in a policy gives away. One role without it is the way around it.",
    fix="Set permissions_boundary on the role, as on the others.",
    good='aws.iam.Role("copy", permissions_boundary=boundary.arn, ...)',
    bad='aws.iam.Role("copy", ...)  # among roles that have one',
)
def boundary_on_every_role(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked in accounts that the program prepares as a whole, where more than half of the roles in these have a permission
    boundary: there, each must have one, of the role's own account or of AWS. Elsewhere a boundary may be meant for some roles only,
    and nobody is asked. The role for emergencies is not asked."""
    path = "permissionsBoundary"
    value = resource.get(path)
    account = account_of_arn(value) if isinstance(value, str) else None
    if account and resource.account and account not in (resource.account, CALLER_ACCOUNT):
        yield failed(resource, path, value, f"a policy of account {resource.account}")
    elif value is not None and not is_hidden(value):
        yield passed(resource, path, value)
    elif is_hidden(value):
        yield undecided(resource, path, value, _WANTED)
    elif not is_prepared(resource, facts) or not facts.derived(_are_bounded):
        yield not_applicable(resource, "boundaries are not the rule here")
    elif is_break_glass(resource):
        yield not_applicable(resource, "the role for emergencies")
    else:
        yield failed(resource, path, value, _WANTED)


def _are_bounded(facts: Facts) -> bool:
    """Whether more than half of the program's roles, in accounts that it prepares, have a boundary."""
    roles = [r for r in facts.graph.of_type(ROLE) if not r.external and is_prepared(r, facts)]
    return 2 * sum(r.get("permissionsBoundary") is not None for r in roles) > len(roles)
