"""Who a policy lets in, as nodes of the flow graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from policies.facts import Facts
from policies.flows.builder import Builder
from policies.flows.model import Kind, Place
from policies.flows.places import is_all_inside, is_strange
from policies.flows.shares import LOAD_BALANCER_ACCOUNTS, LOG_DELIVERY_USERS
from policies.graph import Reference, Resource, Unknown, Value, references_in
from policies.iam_access import narrows, open_to_everyone
from policies.iam_documents import Document, State, Statement, account_of_arn, matches, partition_of_arn
from policies.results import shown
from policies.rules.identity._policies import asks_second_factor

ROLE, USER = "aws:iam/role:Role", "aws:iam/user:User"
CLUSTER = "aws:eks/cluster:Cluster"
_ISSUER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
_ACCOUNT = re.compile(r"\d{12}")
_NETWORKS = frozenset(["aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpceaccount"])

Receiver = tuple[Kind, str, str]
"""(kind of flow, node, path of the statement)."""


def receivers(
    builder: Builder, document: Document, path: str, actions: Iterable[str] | None, *, closed: bool = False
) -> Iterator[Receiver]:
    """Whoever a document of a store, or of a role's trust, lets read: `actions` that hand something out; None: any.
    `closed`: something else keeps strangers out, so that a star is nobody in particular."""
    if document.state in (State.UNKNOWN, State.BROKEN):
        yield Kind.DATA, builder.place(Place("whoever a policy names that is not known before deploy", None)), path
        return
    wanted = None if actions is None else tuple(actions)
    strangers = set() if closed else {s.path for s in open_to_everyone(document)}
    for statement in document.allowing:
        if statement.doubt is not None and not statement.principals and not statement.other_principals:
            yield Kind.DATA, builder.place(Place(statement.doubt, None)), statement.path
        elif wanted is None or any(_touches(statement, action) for action in wanted):
            for kind, node in _who(builder, statement, statement.path in strangers):
                yield kind, node, statement.path


def _touches(statement: Statement, action: str) -> bool:
    if statement.other_actions:
        return not any(matches(pattern, action) for pattern in statement.other_actions)
    return any(matches(pattern, action) for pattern in statement.actions)


def _who(builder: Builder, statement: Statement, everyone: bool) -> Iterator[tuple[Kind, str]]:
    if everyone:
        yield Kind.DATA, builder.place(Place("everyone", False))
        return
    for principal in statement.principals:
        if principal.is_everyone:
            for condition in statement.conditions:
                if narrows(condition):
                    for value in condition.values:
                        yield from narrowed(builder, condition.key, value)
        else:
            yield from principal_nodes(builder, principal.kind, principal.value)


def principal_nodes(builder: Builder, kind: str, value: Value) -> Iterator[tuple[Kind, str]]:
    """The node of one principal; none for services (what they do is stated where they are configured) and for the
    program's own accounts as a whole (their identities have grants of their own)."""
    facts = builder.facts
    if kind == "Service":
        return
    if kind == "Federated":
        cluster = _cluster(value, facts)
        if cluster is not None:
            yield Kind.DATA, cluster.urn
        else:
            yield Kind.SERVING, builder.place(_users(_issuer(value, facts)))
        return
    if kind == "CanonicalUser" and value in LOG_DELIVERY_USERS:
        return
    if kind == "CanonicalUser":
        yield Kind.DATA, builder.place(Place(f"canonical user {value}", _wherever(facts)))
        return
    references = value.references if isinstance(value, Unknown) else references_in(str(value))
    if references or isinstance(value, Unknown):
        yield from ((Kind.DATA, node) for node in _referred(builder, references, value))
    elif isinstance(value, str):
        yield from ((Kind.DATA, node) for node in _written(builder, value))


def narrowed(builder: Builder, key: str, value: Value) -> Iterator[tuple[Kind, str]]:
    """Whoever a condition on a star lets in."""
    facts = builder.facts
    if key in _NETWORKS:
        return  # whoever stands in that network; its processes have grants, routes and edges of their own
    if key == "aws:sourceip":
        yield Kind.DATA, builder.place(Place(f"whoever calls from {value}", None))
    elif key.endswith(("orgid", "orgpaths")):
        yield Kind.DATA, builder.place(Place(f"every account of {value}", _wherever(facts)))
    elif key in ("aws:userid", "elasticfilesystem:accessedviamounttarget"):
        return
    else:
        yield from principal_nodes(builder, "AWS", value)


def _referred(builder: Builder, references: Iterable[Reference], value: Value) -> Iterator[str]:
    graph = builder.facts.graph
    found = [r for reference in references if (r := graph.by_urn.get(reference.urn)) is not None]
    if not found:
        yield builder.place(Place(value, None))
    for resource in found:
        if resource.type in (ROLE, USER):
            yield resource.urn


def _written(builder: Builder, value: str) -> Iterator[str]:
    facts = builder.facts
    account = value if _ACCOUNT.fullmatch(value) else account_of_arn(value)
    partition, own = partition_of_arn(value), facts.context.jurisdiction.partition.id
    if partition and partition != own:
        yield builder.place(Place(value, False, None, account, partition))
        return
    if account in LOAD_BALANCER_ACCOUNTS:
        return
    role = facts.derived(identities_by_name).get((account, value.rpartition("/")[2])) if "/" in value else None
    if role is not None:
        yield role.urn
    elif account and not facts.is_own_account(account):
        strange = is_strange(account, facts)
        yield builder.place(Place(value, _wherever(facts), None, account, partition or own, strange=strange))
    elif account is None:
        yield builder.place(Place(value, _wherever(facts), None, None, partition))
    elif "/" in value:
        yield builder.place(Place(f"{value}, an identity of an own account", True, None, account, own))


def _wherever(facts: Facts) -> bool | None:
    """Whether an identity stands inside, of which only the partition is known."""
    return True if is_all_inside(facts.context.jurisdiction.partition.id, facts) else None


def _referents(value: Value, facts: Facts) -> list[Resource]:
    references = value.references if isinstance(value, Unknown) else references_in(str(value))
    return [r for reference in references if (r := facts.graph.by_urn.get(reference.urn)) is not None]


def _cluster(value: Value, facts: Facts) -> Resource | None:
    """The cluster whose workloads an issuer speaks for."""
    for found in _referents(value, facts):
        if found.type == CLUSTER:
            return found
        if found.type == _ISSUER:
            return next((r for r in _referents(found.get("url"), facts) if r.type == CLUSTER), None)
    return None


def _issuer(value: Value, facts: Facts) -> str:
    for found in _referents(value, facts):
        return shown(found.get("url") or found.name)
    return value.rpartition("oidc-provider/")[2] if isinstance(value, str) else shown(value)


def _users(issuer: str) -> Place:
    return Place(f"users of {issuer}", None, authentication=f"a token or assertion of {issuer}")


def takers(builder: Builder, role: Resource, document: Document) -> Iterator[Receiver]:
    """Whoever takes on a role, as users: people and pipelines of an own account, machines with a certificate."""
    for statement in document.allowing:
        for principal in statement.principals:
            if (
                principal.kind == "AWS"
                and principal.account
                and str(principal.value).endswith((":root", principal.account))
            ):
                if is_strange(principal.account, builder.facts):
                    continue
                how = "a second factor" if asks_second_factor(statement) else "the account's own sign-in"
                place = Place(f"whoever in {principal.account} takes on {role.name}", None, authentication=how)
                yield Kind.SERVING, builder.place(place), statement.path
            elif principal.kind == "Service" and str(principal.value).startswith("rolesanywhere."):
                place = Place(f"machines outside the cloud as {role.name}", None, authentication="a certificate")
                yield Kind.SERVING, builder.place(place), statement.path


def is_for_processes(document: Document, facts: Facts) -> bool:
    """Whether a service or a cluster's workload takes on a role, or may: then what it writes carries what it read.
    People are users: what they see they have seen."""
    if document.state is not State.READ:
        return True
    return any(
        (statement.doubt is not None and not statement.principals)
        or any(
            p.kind == "Service" or p.is_everyone or (p.kind == "Federated" and _cluster(p.value, facts) is not None)
            for p in statement.principals
        )
        for statement in document.allowing
    )


def identities_by_name(facts: Facts) -> Mapping[tuple[str | None, str], Resource]:
    """(account, name) -> role or user."""
    return {
        (r.account, r.inputs["name"]): r
        for r in facts.graph.of_type(ROLE, USER)
        if isinstance(r.inputs.get("name"), str)
    }
