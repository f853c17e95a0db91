from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden


@rule(
    title="No user has a key that never expires",
    title_zh="不为用户签发长期访问密钥",
    severity=Severity.MEDIUM,
    types=("aws:iam/accessKey:AccessKey", "aws:iam/serviceSpecificCredential:ServiceSpecificCredential"),
    why="A stored key is copied, forgotten and found by someone else; and its secret lies in the engine's state.",
    fix="Let programs take on a role: OpenID Connect for pipelines, IAM Roles Anywhere for machines of the hospital.",
    good='aws.iam.Role("pipeline", assume_role_policy=...)',
    bad='aws.iam.AccessKey("k", user=user.name)',
)
def no_stored_user_keys(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """The resource itself is the finding. Not applicable: keys whose `status` is Inactive, which open nothing."""
    status = resource.get("status")
    if status == "Inactive":
        yield not_applicable(resource, "inactive")
    elif is_hidden(status):
        yield undecided(resource, "status", status, "no key, or Inactive")
    else:
        yield failed(resource, "", "a long-lived key", "a role that is taken on for hours")
