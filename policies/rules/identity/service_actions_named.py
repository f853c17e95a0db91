import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import State
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.identity._policies import IDENTITY_POLICIES, documents, only_bounds

_ALL_OF_A_SERVICE = re.compile(r"[a-z0-9-]+:\*+", re.IGNORECASE)
_WANTED = "the actions by name, or a family of them (s3:Get*)"


@rule(
    title="Identities are granted actions, not whole services",
    title_zh="身份策略授予具体操作而非整个服务",
    severity=Severity.LOW,
    types=tuple(IDENTITY_POLICIES),
    scope=Scope.GRAPH,
    why="A process that reads orders may then also delete the queue and rewrite its policy, and so may whoever takes the "
    "process over.",
    fix="Name the actions that the process calls.",
    good='{"Effect": "Allow", "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"], "Resource": queue.arn}',
    bad='{"Effect": "Allow", "Action": "sqs:*", "Resource": queue.arn}',
)
def service_actions_named(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads what an identity is granted: an Allow of all actions of one service (`sqs:*`) fails, whatever its resources. All
    actions of all services, and all but named ones, are left to policy-without-wildcard, and so is a document that cannot be
    read. Not applicable: a permission boundary, which grants nothing.

    Source: Security Hub control IAM.21 (K)."""
    if only_bounds(resource, facts):
        yield not_applicable(resource, "a permission boundary: it limits and does not grant")
        return
    for path, document in documents(resource):
        red = False
        for statement in document.allowing:
            whole = [action for action in statement.actions if _ALL_OF_A_SERVICE.fullmatch(action)]
            if whole:
                red = True
                yield failed(resource, statement.path, ", ".join(whole), _WANTED)
            elif statement.doubt is not None:
                red = True
                yield undecided(resource, statement.path, statement.doubt, _WANTED)
        if document.state is State.UNKNOWN:
            yield undecided(resource, path, document.value, _WANTED)
        elif not red:
            yield passed(resource, path, "actions named")
