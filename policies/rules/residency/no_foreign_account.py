import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.shares import LOAD_BALANCER_ACCOUNTS, LOG_DELIVERY_USERS, TYPES, callers
from policies.graph import Resource, Unknown, references_in
from policies.iam_access import Caller
from policies.iam_documents import account_of_arn, partition_of_arn
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity

_ACCOUNT = re.compile(r"\d{12}")
_ORGANISATION = re.compile(r"o-[a-z0-9]{10,32}(/.*)?")
_WITHOUT_ACCOUNT = frozenset(["aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:userid"])
_UNIQUE_ID = re.compile(r"A[A-Z]{2}A[A-Z0-9]{12,}(:.*)?")


@rule(
    title="No policy or share names an account of somebody else",
    title_zh="任何策略与共享都不指向他方账号",
    severity=Severity.HIGH,
    types=TYPES,
    scope=Scope.GRAPH,
    why="Whoever owns the other account decides who reads there, and where the data go next.",
    fix="Name accounts of the hospital only: give the program a provider for each of them.",
    good='"Principal": {"AWS": "arn:aws-cn:iam::111122223333:root"}',
    bad='"Principal": {"AWS": "arn:aws-cn:iam::999999999999:root"}',
    unwaivable="a waiver names a resource, not who is let in: the next one let in there would be covered too",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def no_foreign_account(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the same principals and shares as no-foreign-partition. An account is one's own when the program has a
    provider for it, or asks for it (get_caller_identity). Exception: the accounts by which Elastic Load Balancing delivers access logs, and the user by which CloudFront does. Undecided are
    organisations (their members are not in the program), canonical user ids (they name no account), and every account
    of a program whose providers name none."""
    own = ", ".join(sorted(facts.own_accounts))
    wanted = f"an account of this program ({own})" if own else "an account that one of the program's providers names"
    known: list[str] = []
    for caller in callers(resource, facts):
        account, doubt = _account(caller, facts)
        if doubt:
            yield undecided(resource, caller.path, caller.value, wanted)
        elif account and facts.is_own_account(account):
            known.append(account)
        elif account and account not in LOAD_BALANCER_ACCOUNTS:
            answer = failed if facts.own_accounts else undecided
            yield answer(resource, caller.path, caller.value, wanted)
    if known:
        yield passed(resource, "", f"names {', '.join(sorted(set(known)))}")


def _account(caller: Caller, facts: Facts) -> tuple[str | None, bool]:
    """(account, whether that cannot be told)."""
    value = caller.value
    references = (
        value.references if isinstance(value, Unknown) else references_in(value) if isinstance(value, str) else ()
    )
    if references:
        return None, any(reference.urn not in facts.graph.by_urn for reference in references)
    if not isinstance(value, str):
        return None, True
    if caller.kind in _WITHOUT_ACCOUNT or (caller.kind == "Federated" and not value.startswith("arn:")):
        return None, False
    if _ACCOUNT.fullmatch(value):
        return value, False
    if value in LOG_DELIVERY_USERS:
        return None, False
    if caller.kind == "CanonicalUser" or _ORGANISATION.fullmatch(value) or _UNIQUE_ID.fullmatch(value):
        return None, True
    account = account_of_arn(value)
    if account is None and partition_of_arn(value) and value.split(":")[2] == "iam":
        return None, ":cloudfront:" not in value and "::aws:" not in value
    return account, False
