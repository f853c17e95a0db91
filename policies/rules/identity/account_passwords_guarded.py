from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules._accounts import TYPES, not_asked, once, prepared

_POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"


@rule(
    title="Every account has a password policy",
    title_zh="每个账号均设置口令策略",
    severity=Severity.HIGH,
    types=TYPES,
    scope=Scope.GRAPH,
    why="Without a policy of its own an account takes passwords of eight characters that never change.",
    fix="Make an aws.iam.AccountPasswordPolicy in the account.",
    good='aws.iam.AccountPasswordPolicy("passwords", minimum_password_length=14, ...)',
    bad="a program that prepares an account and leaves its passwords to AWS's default",
)
def account_passwords_guarded(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of accounts that the program prepares as a whole (see account-audited): a password policy in the account.
    What the policy asks of a password is judged by password-policy-strength. Also an account whose people sign in
    elsewhere needs one: users can be made at any time, and emergency users are (GB/T 22239-2019, 8.1.4.1 a)."""
    here = prepared(resource, facts)
    if here is None:
        yield from not_asked(resource)
    else:
        yield from once(resource, here, facts, _POLICY, wanted="aws.iam.AccountPasswordPolicy")
