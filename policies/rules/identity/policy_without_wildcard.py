import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import State, Statement, matches
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.identity._policies import IDENTITY_POLICIES, documents, only_bounds

_SENSITIVE = ("backup", "dynamodb", "iam", "kms", "rds", "s3", "secretsmanager", "sts")
_ALL_OF_A_KIND = re.compile(r"(?:[a-z-]+[/:])?[*?]+")
_WANTED = "the actions by name, or the resources by name"


@rule(
    title="No identity may do everything",
    title_zh="任何身份策略均不含全权限通配",
    severity=Severity.HIGH,
    types=tuple(IDENTITY_POLICIES),
    scope=Scope.GRAPH,
    why="Whoever gets hold of such an identity, by theft or by mistake, has every record and every key.",
    fix="Name the actions; where a service's every action is needed, name the resources.",
    good='{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"{bucket.arn}/*"}',
    bad='{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}',
)
def policy_without_wildcard(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads what an identity is granted. Fails: an Allow of `*`, or of all but named actions (`NotAction`); an Allow of
    every action of backup, dynamodb, iam, kms, rds, s3, secretsmanager or sts on every resource, or on every resource of a
    kind. Conditions do not change that. Families of actions (`ec2:Create*`) pass.

    Not applicable: a policy that some role or user has for its permission boundary, which grants nothing; also where a
    role for emergencies carries it as its grant, if nobody takes that role on without a second factor."""
    if only_bounds(resource, facts):
        yield not_applicable(resource, "a permission boundary: it limits and does not grant")
        return
    good = True
    for path, document in documents(resource):
        if document.state is State.UNKNOWN:
            good = False
            yield undecided(resource, path, document.value, _WANTED)
        elif document.state is not State.READ:
            good = False
            yield failed(resource, path, document.problem or document.value, "a policy document that can be read")
        for statement in document.allowing:
            problem = _too_wide(statement)
            if problem:
                good = False
                yield failed(resource, statement.path, problem, _WANTED)
            elif statement.doubt is not None:
                good = False
                yield undecided(resource, statement.path, statement.doubt, _WANTED)
    if good and (resource.type != "aws:iam/role:Role" or resource.get("inlinePolicies")):
        yield passed(resource, "", "actions and resources named")


def _too_wide(statement: Statement) -> str:
    """What is too wide about an allowing statement; empty where nothing is."""
    if statement.other_actions:
        return f"everything but {', '.join(statement.other_actions[:3])}"
    for action in statement.actions:
        if matches(action, "*:*"):
            return action
    everywhere = {service for service in _SENSITIVE if _reaches_all(statement, service)}
    for action in statement.actions:
        for service in sorted(everywhere):
            if matches(action, f"{service}:*"):
                return f"{action} on every resource"
    return ""


def _reaches_all(statement: Statement, service: str) -> bool:
    if statement.other_resources:
        return True
    return any(_is_all(pattern, service) for pattern in statement.resources)


def _is_all(pattern: str, service: str) -> bool:
    parts = pattern.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return pattern.endswith("*") and not pattern.startswith("${")
    tail = parts[5]
    if service == "s3":
        return not tail.partition("/")[0].strip("*?")
    return matches(parts[2], service) and _ALL_OF_A_KIND.fullmatch(tail) is not None
