from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_at_rest._key_policies import POLICY, TYPES, policies_of, rights, unreadable

_WANTED = "a policy that names who administers the key and who uses it"


@rule(
    title="A key's own policy decides who uses it",
    title_zh="由密钥自身的策略决定谁能使用它",
    severity=Severity.LOW,
    types=TYPES,
    scope=Scope.GRAPH,
    why="Where the key leaves it to IAM, every administrator of the account can give himself the key, and no one place says who has it.",
    fix="Write a key policy: the account's root may administer, use is given to named roles or through named services.",
    good='aws.kms.Key("records", policy=json.dumps({...  # see components/customer_key.py',
    bad='aws.kms.Key("records")  # KMS then allows kms:* to the whole account',
)
def key_policy_decides_use(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Advice. A key without a policy gets KMS's default, which gives the whole account kms:*, so that IAM policies alone
    decide (KMS developer guide, "Default key policy"); a policy that gives the account's root free use says the same.
    Nor should who administers the key make grants that are not bound to services: a grant passes use on."""
    found = policies_of(resource, facts)
    if found is None:
        return
    if not found and resource.type != POLICY:
        yield failed(resource, "policy", "no policy, so kms:* for the whole account", _WANTED)
    for path, document in found:
        doubt = unreadable(resource, path, document, _WANTED)
        if doubt is not None:
            yield doubt
            continue
        loose = []
        for _, one in sorted(rights(document).items()):
            if one.use and one.is_own_root(facts):
                loose.append(f"{one.principal}, the whole account, may use it ({one.use})")
            elif one.administer and one.grant:
                loose.append(f"{one.principal} may administer ({one.administer}) and pass use on ({one.grant})")
        yield from (failed(resource, path, what, _WANTED) for what in loose)
        if not loose:
            yield passed(resource, path, "use is given by name")
