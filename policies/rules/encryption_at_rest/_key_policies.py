"""Who may do what with a key, by the policy it carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import Document, Principal, State, Statement
from policies.registry import failed, undecided
from policies.results import Outcome
from policies.rules._resource_policies import documents

POLICY = "aws:kms/keyPolicy:KeyPolicy"
TYPES = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey", POLICY)

_ADMINISTER = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey")
_USE = ("kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:ReEncryptFrom")
_BOUND = ("kms:viaservice", "kms:encryptioncontext", "kms:grantisforawsresource")


@dataclass
class Rights:
    """What one principal may do; each is the action that says so, empty where none does. Use and grants that are bound to
    services or to an encryption context do not count: they are not free."""

    principal: Principal
    administer: str = ""
    use: str = ""
    grant: str = ""

    def is_own_root(self, facts: Facts) -> bool:
        """Whether it stands for the whole account, so that IAM decides: one of the program's, or of one not told."""
        account = self.principal.account
        whole = str(self.principal.value).endswith(":root") or self.principal.value == account
        return account is not None and whole and (not facts.own_accounts or facts.is_own_account(account))


def policies_of(resource: Resource, facts: Facts) -> list[tuple[str, Document]] | None:
    """The key's policy, or that of the KeyPolicy given. None: a KeyPolicy says it, and is judged itself."""
    found = list(documents(resource, facts))
    if not found and resource.type != POLICY and facts.satellites(resource, POLICY, path="keyId"):
        return None
    return found


def unreadable(resource: Resource, path: str, document: Document, wanted: str) -> Outcome | None:
    """The answer where the policy cannot be read to its end."""
    if document.state is State.UNKNOWN or any(s.doubt is not None for s in document.allowing):
        return undecided(resource, path, document.value, wanted)
    if document.state is State.BROKEN:
        return failed(resource, path, document.problem, wanted)
    return None


def rights(document: Document) -> Mapping[str, Rights]:
    """Everyone the policy names, with what all its statements together give."""
    found: dict[str, Rights] = {}
    for statement in document.allowing:
        for principal in statement.principals or statement.other_principals:
            service = "as a service" if principal.kind == "Service" else ""
            mine = found.setdefault(str(principal), Rights(principal, use=service))
            mine.administer = mine.administer or next(_covered(statement, _ADMINISTER), "")
            if not _is_bound(statement):
                mine.use = mine.use or next(_covered(statement, _USE), "")
                mine.grant = mine.grant or next(_covered(statement, ("kms:CreateGrant",)), "")
    return found


def _covered(statement: Statement, actions: tuple[str, ...]) -> Iterator[str]:
    return (action for action in actions if statement.covers_action(action))


def _is_bound(statement: Statement) -> bool:
    return any(c.key.startswith(_BOUND) and not c.if_exists and not c.is_negative for c in statement.conditions)
