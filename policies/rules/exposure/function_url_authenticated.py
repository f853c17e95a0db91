from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import expect, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_PERMISSION = "aws:lambda/permission:Permission"
_CALLER = "sourceAccount or sourceArn of the caller"


@rule(
    title="Functions are called by those who are known only",
    title_zh="函数只能由已知身份调用",
    severity=Severity.CRITICAL,
    types=("aws:lambda/functionUrl:FunctionUrl", _PERMISSION),
    why="A function URL without authentication runs with the function's rights for whoever finds the address.",
    fix="Set authorization_type='AWS_IAM'; in permissions name the caller.",
    good='aws.lambda_.FunctionUrl("notify", authorization_type="AWS_IAM", ...)',
    bad='aws.lambda_.FunctionUrl("notify", authorization_type="NONE", ...)',
)
def function_url_authenticated(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the authorization type of function URLs, and of permissions the principal: a star fails unless an
    organisation, account or ARN narrows it; a permission for unauthenticated URLs fails."""
    if resource.type != _PERMISSION:
        yield from expect(resource, "authorizationType", lambda value: value == "AWS_IAM", "AWS_IAM")
        return
    principal, url = resource.get("principal"), resource.get("functionUrlAuthType")
    if is_hidden(principal):
        yield undecided(resource, "principal", principal, "a named principal")
    elif url == "NONE":
        yield failed(resource, "functionUrlAuthType", url, "AWS_IAM")
    elif not isinstance(principal, str) or not principal:
        yield failed(resource, "principal", principal, "a named principal")
    elif principal == "*" and not any(resource.get(k) for k in ("principalOrgId", "sourceAccount", "sourceArn")):
        yield failed(resource, "principal", principal, f"a named principal, or {_CALLER}")
    else:
        yield passed(resource, "principal", principal)
