"""What identities may do: which stores a role or user reads, into what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from policies.facts import Facts
from policies.flows.access import Opening, managed_services, openings, resources_of_service, services
from policies.flows.builder import Builder
from policies.flows.model import Kind, Place
from policies.flows.places import anywhere, in_region, is_all_inside, is_strange
from policies.flows.principals import ROLE, USER, identities_by_name, is_for_processes
from policies.graph import Resource, Value, is_known
from policies.iam_documents import Document, State, Statement, account_of_arn, matches, partition_of_arn
from policies.rules._paths import each
from policies.rules.identity._policies import ATTACHMENTS, IDENTITY_POLICIES, POLICY, documents, trust

_MAIL = "ses"
_HOLDERS = ("role", "user", "roles[*]", "users[*]", "roleName", "userName")


@dataclass
class Grants:
    """What one identity carries: documents, and policies of which only the ARN is known."""

    documents: list[tuple[Resource, str, Document]] = field(default_factory=list)
    managed: list[tuple[Resource, str, str]] = field(default_factory=list)
    unseen: list[tuple[Resource, str, Value]] = field(default_factory=list)


def by_identity(builder: Builder) -> None:
    """Adds an edge from each store that an identity may read, and to each that it may write."""
    for urn, grants in _grants(builder.facts).items():
        holder = builder.facts.graph.by_urn[urn]
        writes = _writes(holder, builder.facts)
        denials = [s for _, _, document in grants.documents for s in document.denying]
        for carrier, path, document in grants.documents:
            if document.state in (State.UNKNOWN, State.BROKEN):
                grants.unseen.append((carrier, path, document.value))
            for statement in document.allowing:
                found = openings(statement, denials, holder.account, builder.facts)
                _open(builder, holder, [o for o in found if o.reads or writes], carrier, statement.path)
        for carrier, path, arn in grants.managed:
            for name in managed_services(arn) or ():
                for resource in resources_of_service(name, holder.account, builder.facts):
                    if services()[name].read and not _is_refused(name, denials):
                        builder.add(Kind.DATA, resource.urn, holder.urn, carrier, path)
        for carrier, path, _ in grants.unseen:
            _anything(builder, holder, carrier, path, writes)
        if holder.type == USER:
            place = Place(f"the holder of {holder.name}'s keys", None, authentication="the user's own keys or password")
            builder.add(Kind.SERVING, holder.urn, builder.place(place), holder, "")


def _writes(holder: Resource, facts: Facts) -> bool:
    """Whether what the identity writes is data on its way: processes take it on."""
    return holder.type == ROLE and is_for_processes(trust(holder), facts)


def _is_refused(service: str, denials: list[Statement]) -> bool:
    wanted = services()[service].read
    whole = [d for d in denials if not d.conditions and "*" in d.resources]
    return all(any(matches(pattern, action) for d in whole for pattern in d.actions) for action in wanted)


def _open(builder: Builder, holder: Resource, found: list[Opening], carrier: Resource, path: str) -> None:
    """Adds what one statement opens. A star leads to every service alike: one place, not one for each."""
    anybody: list[str] = []
    for opening in found:
        if opening.resource is not None and opening.reads:
            builder.add(Kind.DATA, opening.resource.urn, holder.urn, carrier, path)
        elif opening.resource is not None:
            builder.add(Kind.DATA, holder.urn, opening.resource.urn, carrier, path)
        elif opening.pattern == "*" and opening.service != _MAIL:
            anybody.append(opening.service)
        else:
            place = _elsewhere(opening, builder.facts)
            if place is not None:
                builder.add(Kind.DATA, holder.urn, builder.place(place), carrier, path)
    if anybody and not is_all_inside(builder.facts.context.jurisdiction.partition.id, builder.facts):
        place = Place(f"any resource of {', '.join(sorted(anybody))} that lets it in", None)
        builder.add(Kind.DATA, holder.urn, builder.place(place), carrier, path)


def _elsewhere(opening: Opening, facts: Facts) -> Place | None:
    """Where a right to write leads that means nothing of this program. An own account's other resources are judged by
    the program that makes them."""
    if opening.service == _MAIL:
        return Place("recipients of mail", None)
    own = facts.context.jurisdiction.partition.id
    region = (opening.pattern.split(":", 5) + [""] * 4)[3]
    account, partition = account_of_arn(opening.pattern), partition_of_arn(opening.pattern)
    if partition and partition != own:
        return Place(opening.pattern, False, region or None, account, partition)
    strange = is_strange(account, facts)
    if region and "*" not in region and "?" not in region:
        place = in_region(opening.pattern, region, facts, account)
        return Place(place.found, place.inside, region, account, place.partition, strange=strange)
    if not services()[opening.service].wide or (account and not strange):
        return None
    return anywhere(opening.pattern, own, facts, account)


def _anything(builder: Builder, holder: Resource, carrier: Resource, path: str, writes: bool) -> None:
    """A policy that nobody can see may open every store of the account, and lead to every account of the partition."""
    for store in builder.facts.stores:
        if not holder.account or store.account in (holder.account, None):
            builder.add(Kind.DATA, store.urn, holder.urn, carrier, path, doubt=True)
    if writes and not is_all_inside(builder.facts.context.jurisdiction.partition.id, builder.facts):
        place = builder.place(Place("wherever a policy leads that cannot be seen before deploy", None))
        builder.add(Kind.DATA, holder.urn, place, carrier, path, doubt=True)


# --- who carries what ------------------------------------------------------------------------------------------------


def _grants(facts: Facts) -> dict[str, Grants]:
    found: dict[str, Grants] = {}
    for type_token in IDENTITY_POLICIES:
        if type_token == POLICY:
            continue
        for resource in facts.graph.by_type.get(type_token, ()):
            holders = [resource] if type_token == ROLE else list(_holders(resource, facts))
            if holders:
                rows = [(resource, path, document) for path, document in documents(resource)]
                for holder in holders:
                    found.setdefault(holder.urn, Grants()).documents.extend(rows)
    read: dict[str, list[tuple[Resource, str, Document]]] = {}
    for type_token, pattern in ATTACHMENTS.items():
        for attachment in facts.graph.by_type.get(type_token, ()):
            holders = [attachment] if type_token == ROLE else list(_holders(attachment, facts))
            for path, value in each(attachment.inputs, pattern):
                if value not in (None, ""):
                    for holder in holders:
                        _attach(found.setdefault(holder.urn, Grants()), attachment, path, value, read, facts)
    return found


def _attach(
    grants: Grants,
    attachment: Resource,
    path: str,
    value: Value,
    read: dict[str, list[tuple[Resource, str, Document]]],
    facts: Facts,
) -> None:
    policy = facts.target(attachment, path, POLICY)
    if policy is None and isinstance(value, str) and is_known(value):
        policy = facts.derived(_policies_by_name).get((account_of_arn(value), value.rpartition("/")[2]))
    if policy is not None:
        if policy.urn not in read:
            read[policy.urn] = [(policy, at, document) for at, document in documents(policy)]
        grants.documents.extend(read[policy.urn])
    elif isinstance(value, str) and managed_services(value) is not None:
        grants.managed.append((attachment, path, value))
    else:
        grants.unseen.append((attachment, path, value))


def _holders(resource: Resource, facts: Facts) -> Iterator[Resource]:
    for pattern in _HOLDERS:
        for path, value in each(resource.inputs, pattern):
            if value in (None, ""):
                continue
            named = facts.derived(identities_by_name).get((resource.account, value)) if isinstance(value, str) else None
            found = named or facts.target(resource, path, ROLE, USER)
            if found is not None:
                yield found


def _policies_by_name(facts: Facts) -> dict[tuple[str | None, str], Resource]:
    return {
        (r.account, r.inputs["name"]): r for r in facts.graph.of_type(POLICY) if isinstance(r.inputs.get("name"), str)
    }
