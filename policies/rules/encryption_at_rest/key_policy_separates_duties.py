from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_at_rest._key_policies import POLICY, TYPES, policies_of, rights, unreadable

_WANTED = "administration and use by different principals, or use only through named services (kms:ViaService)"


@rule(
    title="Whoever administers a key cannot use it",
    title_zh="密钥的管理与使用相互分离",
    severity=Severity.MEDIUM,
    types=TYPES,
    scope=Scope.GRAPH,
    why="One who may change a key's policy and decrypt with it can read every record under it, alone and unseen.",
    fix="Write a key policy: administration without kms:Decrypt and the like; use bound to the services that need it.",
    good='aws.kms.Key("records", policy=json.dumps({...  # see components/customer_key.py',
    bad='aws.kms.Key("records", policy=...)  # that gives one role kms:*',
)
def key_policy_separates_duties(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the key's policy, its own or that of a KeyPolicy for it. No principal may both administer (put the policy,
    disable, schedule deletion) and use the key freely. Use is not free when it is bound to services or to an
    encryption context (kms:ViaService, kms:EncryptionContext:..., for grants kms:GrantIsForAWSResource). A service uses
    keys, so it may never administer one. Deny statements are not weighed against it. The whole account (its root) is
    no principal of that kind: it hands the decision to IAM, which key-policy-decides-use speaks of, as of a key without
    any policy."""
    found = policies_of(resource, facts)
    if found is None:
        return
    if not found and resource.type == POLICY:
        yield failed(resource, "policy", None, _WANTED)
    elif not found:
        yield not_applicable(resource, "no policy of its own: IAM decides (key-policy-decides-use)")
    for path, document in found:
        doubt = unreadable(resource, path, document, _WANTED)
        if doubt is not None:
            yield doubt
            continue
        named = rights(document)
        both = [r for _, r in sorted(named.items()) if r.administer and r.use and not r.is_own_root(facts)]
        for one in both:
            does = f"{one.principal} may administer ({one.administer}) and use it ({one.use})"
            yield failed(resource, path, does, _WANTED)
        if not any(r.administer or r.use or r.grant for r in named.values()):
            yield failed(resource, path, "nobody may administer or use it", _WANTED)
        elif not both:
            yield passed(resource, path, f"{len(named)} principals, none of which may do both")
