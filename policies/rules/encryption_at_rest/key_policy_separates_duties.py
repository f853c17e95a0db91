from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import Document, State, Statement
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._resource_policies import documents

_ADMINISTER = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey")
_USE = ("kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:ReEncryptFrom")
_BOUND = ("kms:viaservice", "kms:encryptioncontext", "kms:grantisforawsresource")
_POLICY = "aws:kms/keyPolicy:KeyPolicy"
_WANTED = "administration and use by different principals, or use only through named services (kms:ViaService)"


@rule(
    title="Whoever administers a key cannot use it",
    title_zh="密钥的管理与使用相互分离",
    severity=Severity.MEDIUM,
    types=("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey", _POLICY),
    scope=Scope.GRAPH,
    why="One who may change a key's policy and decrypt with it can read every record under it, alone and unseen.",
    fix="Write a key policy: administration without kms:Decrypt and the like; use bound to the services that need it.",
    good='aws.kms.Key("records", policy=json.dumps({...  # see components/customer_key.py',
    bad='aws.kms.Key("records")  # KMS then allows kms:* to the whole account',
)
def key_policy_separates_duties(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the key's policy, its own or that of a KeyPolicy for it. A key without one gets KMS's default, kms:* for
    the account, so absent fails. No principal may both administer (put the policy, disable, schedule deletion) and use
    the key freely. Use is not free when it is bound to services or to an encryption context (kms:ViaService,
    kms:EncryptionContext:..., for grants kms:GrantIsForAWSResource). Creating grants without such a bond counts as use:
    a grant passes use on. A service uses keys, so it may never administer one. Deny statements are not weighed
    against it."""
    found = list(documents(resource, facts))
    if not found and resource.type != _POLICY:
        others = facts.satellites(resource, _POLICY, path="keyId")
        if others:
            return
        yield failed(resource, "policy", "no policy, so kms:* for the whole account", _WANTED)
    elif not found:
        yield failed(resource, "policy", None, _WANTED)
    for path, document in found:
        yield from _judged(resource, path, document)


def _judged(resource: Resource, path: str, document: Document) -> Iterator[Outcome]:
    if document.state is State.UNKNOWN or any(s.doubt is not None for s in document.allowing):
        yield undecided(resource, path, document.value, _WANTED)
        return
    if document.state is State.BROKEN:
        yield failed(resource, path, document.problem, _WANTED)
        return
    may: dict[str, dict[str, str]] = {}
    for statement in document.allowing:
        rights = dict(_rights(statement))
        for principal in statement.principals or statement.other_principals:
            service = {"use": "as a service"} if principal.kind == "Service" else {}
            may.setdefault(str(principal), service).update(rights)
    both = sorted(name for name, rights in may.items() if len(rights) == 2)
    for name in both:
        rights = may[name]
        yield failed(
            resource, path, f"{name} may administer ({rights['administer']}) and use it ({rights['use']})", _WANTED
        )
    if not any(may.values()):
        yield failed(resource, path, "nobody may administer or use it", _WANTED)
    elif not both:
        yield passed(resource, path, f"{len(may)} principals, none of which may do both")


def _rights(statement: Statement) -> Iterator[tuple[str, str]]:
    """What a statement gives, with the action by which it does."""
    bound = any(c.key.startswith(_BOUND) and not c.if_exists and not c.is_negative for c in statement.conditions)
    for action in _ADMINISTER:
        if statement.covers_action(action):
            yield "administer", action
            break
    for action in (*_USE, "kms:CreateGrant"):
        if not bound and statement.covers_action(action):
            yield "use", action
            break
