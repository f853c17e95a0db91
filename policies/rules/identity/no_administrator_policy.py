import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, reference_of
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden
from policies.rules.identity._policies import ATTACHMENTS

_MANAGED = re.compile(r"arn:[\w-]+:iam::aws:policy/(?:.*/)?([^/]+)")
_TOO_WIDE = re.compile(r"AdministratorAccess(-.*)?|PowerUserAccess|.*FullAccess(_?[vV]\d+)?")
_WANTED = "a policy of one's own with the actions needed, or a managed one for a single task"


@rule(
    title="No identity gets an administrator's policy",
    title_zh="不得授予管理员类托管策略",
    severity=Severity.HIGH,
    types=tuple(ATTACHMENTS),
    why="AdministratorAccess and its kin open every record; nobody needs them every day.",
    fix="Attach a policy with the actions needed; for emergencies keep a role with a second factor.",
    good='aws.iam.RolePolicyAttachment("a", role=role.name, policy_arn=policy.arn)',
    bad='aws.iam.RolePolicyAttachment("a", role=role.name, policy_arn="arn:aws-cn:iam::aws:policy/AdministratorAccess")',
)
def no_administrator_policy(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the ARNs that attachments hand to roles, users and groups. Fails: the managed policies AdministratorAccess,
    PowerUserAccess, and those that end in FullAccess (IAMFullAccess, AmazonS3FullAccess), in any partition. Policies of
    one's own pass here; `policy-without-wildcard` reads them."""
    for path, value in each(resource.inputs, ATTACHMENTS[resource.type]):
        reference = reference_of(value)
        if isinstance(value, str) and (match := _MANAGED.fullmatch(value)):
            if _TOO_WIDE.fullmatch(match[1]):
                yield failed(resource, path, value, _WANTED)
            else:
                yield passed(resource, path, value)
        elif reference and reference.urn in facts.graph.by_urn:
            yield passed(resource, path, facts.graph.by_urn[reference.urn].name)
        elif isinstance(value, str) and value.startswith("arn:"):
            yield passed(resource, path, value)
        elif target := facts.graph.target(resource, path):
            yield passed(resource, path, target.name)
        elif reference or is_hidden(value):
            yield undecided(resource, path, value, _WANTED)
        else:
            yield failed(resource, path, value, _WANTED)
