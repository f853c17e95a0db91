import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.shares import LOAD_BALANCER_ACCOUNTS
from policies.graph import Resource, Value, references_in
from policies.iam_documents import Document, account_of_arn, read
from policies.registry import Scope, failed, passed, rule
from policies.results import Outcome, Severity
from policies.rules._resource_policies import RESOURCE_POLICIES, documents

_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_KEYS = frozenset(
    [
        *("aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "kms:calleraccount"),
        *("aws:principalaccount", "aws:principalarn", "aws:resourceaccount", "s3:resourceaccount"),
    ]
)
"""Condition keys whose values are accounts, or ARNs that name one (IAM user guide, global condition keys)."""
_ACCOUNT = re.compile(r"\d{12}")


@rule(
    title="Conditions of policies name the hospital's own accounts",
    title_zh="策略条件仅指明本院账号",
    severity=Severity.HIGH,
    types=(*RESOURCE_POLICIES, _ENDPOINT),
    scope=Scope.GRAPH,
    why="A bond to somebody else's account lets a service act for him, or lets data through to what he owns.",
    fix="Name accounts of the hospital in the condition: give the program a provider for each of them.",
    good='"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}',
    bad='"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}',
    unwaivable="a waiver names a resource, not who is let in: the next one let in there would be covered too",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def policy_bound_to_own_account(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the conditions of Allow statements, of resource policies and of endpoints: for whom a service acts
    (aws:SourceAccount, aws:SourceArn), who may use a key (kms:CallerAccount), whose callers and whose resources an
    endpoint lets through (aws:PrincipalAccount, aws:ResourceAccount). Each account that is written there must be one of
    the program's own, as no-foreign-account says it of principals. A negative test names whom it leaves out, and is not
    read. A value with a wildcard for the account, an organisation or a reference names no account; where no provider of
    the program names an account, any may be its own, and nothing is said. Exception: the accounts by which Elastic Load
    Balancing delivers access logs."""
    if not facts.own_accounts:
        return
    wanted = f"an account of this program ({', '.join(sorted(facts.own_accounts))})"
    for path, document in _policies(resource, facts):
        known = set()
        for where, account in _accounts(document):
            if facts.is_own_account(account):
                known.add(account)
            elif account not in LOAD_BALANCER_ACCOUNTS:
                yield failed(resource, where, account, wanted)
        if known:
            yield passed(resource, path, f"bound to {', '.join(sorted(known))}")


def _policies(resource: Resource, facts: Facts) -> Iterator[tuple[str, Document]]:
    if resource.type == _ENDPOINT:
        yield "policy", read(resource.get("policy"))
    else:
        yield from documents(resource, facts)


def _accounts(document: Document) -> Iterator[tuple[str, str]]:
    """(path, account) for each account that a condition names, once a statement."""
    for statement in document.allowing:
        named = [v for c in statement.conditions if c.key in _KEYS and not c.is_negative for v in c.values]
        for account in dict.fromkeys(a for v in named if (a := _account(v))):
            yield f"{statement.path}.Condition", account


def _account(value: Value) -> str | None:
    if not isinstance(value, str) or references_in(value):
        return None
    return value if _ACCOUNT.fullmatch(value) else account_of_arn(value)
