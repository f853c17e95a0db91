from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_access import narrows
from policies.iam_documents import Statement
from policies.registry import Scope, failed, passed, rule
from policies.resolve import CALLER_ACCOUNT
from policies.results import Outcome, Severity
from policies.rules._resource_policies import RESOURCE_POLICIES, TRUST_POLICIES, documents

_OF_AN_ACCOUNT = frozenset(["aws:sourceaccount", "kms:calleraccount"])
"""Condition keys that say whose account it is, and not who in it."""


@rule(
    title="Policies name who comes from outside, and what he may do",
    title_zh="资源策略写明外部主体及其可执行的操作",
    severity=Severity.MEDIUM,
    types=(*RESOURCE_POLICIES, *TRUST_POLICIES),
    scope=Scope.GRAPH,
    why="A service that was to write one log may then delete the bucket; a star bound to an account is every service "
    "and, for a key, every user of it, whatever his own policies say.",
    fix="Name the service or the role in Principal, and the actions it needs in Action.",
    good='"Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"',
    bad='"Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:*"',
)
def shared_rights_named(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the Allow statements of resource policies. One for a service, or for an account other than the resource's own,
    may not allow `*` or all actions of a service; the own account is not asked, for its identities have policies of their
    own. A star for a principal that is bound to nothing but an account (aws:SourceAccount, kms:CallerAccount) names nobody in
    it: in trust policies too. A star without any bond is reported by no-public-principal; one that is bound to an ARN, an
    organisation or a network is left to it."""
    for path, document in documents(resource, facts):
        red = False
        for statement in document.allowing:
            who = _outside(statement, resource)
            if who and statement.covers_all_actions and resource.type not in TRUST_POLICIES:
                red = True
                what = (
                    f"all but {', '.join(statement.other_actions[:3])}" if statement.other_actions else "every action"
                )
                yield failed(resource, statement.path, f"{who}: {what}", "the actions by name")
            if _names_an_account_only(statement):
                red = True
                yield failed(
                    resource,
                    statement.path,
                    "everyone, bound to an account and to nobody in it",
                    "the service or the role by name",
                )
        if not red and any(_outside(s, resource) for s in document.allowing):
            yield passed(resource, path, "named, with named actions")


def _outside(statement: Statement, resource: Resource) -> str:
    """The services and other accounts that a statement lets in."""
    names = [str(p.value) for p in statement.principals if p.kind == "Service"]
    if resource.account:
        own = (resource.account, CALLER_ACCOUNT)
        names += [p.account for p in statement.principals if p.account and p.account not in own]
    return ", ".join(dict.fromkeys(names))


def _names_an_account_only(statement: Statement) -> bool:
    bonds = {c.key for c in statement.conditions if narrows(c)}
    return statement.concerns_everyone and bool(bonds) and bonds <= _OF_AN_ACCOUNT
