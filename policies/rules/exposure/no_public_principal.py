from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_access import open_to_everyone
from policies.iam_documents import Document, State, Statement
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._resource_policies import (
    RESOURCE_POLICIES,
    TRUST_POLICIES,
    WANTED_DOCUMENT,
    closed_by_its_domain,
    documents,
)

_PUBLIC_BY_PURPOSE = ("aws:apigateway/", "aws:ecrpublic/")
_WANTED = "principals by name, or a condition that names the caller (account, organisation, ARN, endpoint, address)"


@rule(
    title="No policy lets in everyone",
    title_zh="任何策略都不允许匿名或任意主体访问",
    severity=Severity.CRITICAL,
    types=tuple(t for t in (*RESOURCE_POLICIES, *TRUST_POLICIES) if not t.startswith(_PUBLIC_BY_PURPOSE)),
    scope=Scope.GRAPH,
    why="A star for a principal is everyone with an AWS account, and often everyone without.",
    fix="Name the principals, or narrow the star by a condition that names the caller.",
    good='"Principal": {"AWS": "arn:aws-cn:iam::111122223333:role/reader"}',
    bad='"Principal": "*", "Action": "s3:GetObject"',
    unwaivable="a waiver names a resource, not who is let in: the next one let in there would be covered too",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def no_public_principal(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the Allow statements of resource policies and trust policies. A star of any kind, and NotPrincipal, which
    takes in strangers, are open, unless a condition names the caller: a positive test (StringEquals, ArnLike,
    IpAddress, ...) without IfExists, of a key that tells who calls (aws:SourceAccount, aws:PrincipalOrgID,
    aws:SourceVpce, kms:CallerAccount, ...), with values that are not themselves open. A Deny of everyone but named
    callers over all that is allowed closes it too. A policy that cannot be read fails; one that is not known before
    deploy is undecided.

    Exceptions: an API's policy, since APIs are there to be called (who may is asked of their methods); a search domain
    inside a network with fine-grained access control on, which AWS documents with an open policy (OpenSearch developer
    guide, "Fine-grained access control")."""
    for path, document in documents(resource, facts):
        if document.state is State.UNKNOWN:
            yield undecided(resource, path, document.value, WANTED_DOCUMENT)
        elif document.state is State.BROKEN:
            yield failed(resource, path, document.problem, WANTED_DOCUMENT)
        elif closed_by_its_domain(resource, facts):
            yield not_applicable(resource, "inside a network, with fine-grained access control")
        else:
            yield from _judged(resource, path, document)


def _judged(resource: Resource, path: str, document: Document) -> Iterator[Outcome]:
    red = False
    for statement in open_to_everyone(document):
        red = True
        yield failed(resource, statement.path, f"everyone may {_what(statement)}", _WANTED)
    for statement in document.allowing:
        if statement.doubt is not None and not statement.principals and not statement.other_principals:
            red = True
            yield undecided(resource, statement.path, statement.doubt, _WANTED)
    if not red:
        yield passed(resource, path, "nobody without a name")


def _what(statement: Statement) -> str:
    if statement.other_actions:
        return f"do all but {', '.join(statement.other_actions[:3])}"
    return ", ".join(statement.actions[:3])
