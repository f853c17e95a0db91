"""Accounts that a program prepares as a whole. What every account must have is asked of these only: a program that makes
one bucket cannot be blamed for a trail that another one makes. Which they are the stack says, or the auditor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed
from policies.resolve import GLOBAL
from policies.results import Outcome

PROVIDER: Final = "pulumi:providers:aws"
TYPES: Final = (PROVIDER, "aws:*")
"""What a rule of accounts is called with: it speaks of the account's provider, or where a program names none of the first
of the account's resources."""

_NOT_WHOLE = "this program does not say that it prepares the account as a whole"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An account that must be whole, and the regions in which it is used."""

    account: str | None
    """None where the program's providers do not name it."""
    regions: tuple[str, ...]

    def __str__(self) -> str:
        return f"account {self.account}" if self.account else "the account"

    def holds(self, resource: Resource) -> bool:
        """Whether a resource is in the account."""
        return resource.account == self.account


def prepared(subject: Resource, facts: Facts) -> Prepared | None:
    """The account that is judged at this resource; None where it is judged at another, or not at all."""
    return facts.derived(_by_subject).get(subject.urn)


def is_prepared(resource: Resource, facts: Facts) -> bool:
    """Whether a resource is in an account that must be whole."""
    return facts.context.whole_accounts or resource.account in facts.context.prepared_accounts


def not_asked(subject: Resource) -> Iterator[Outcome]:
    """What a rule of accounts says of a provider whose account another program prepares."""
    if subject.type == PROVIDER:
        yield not_applicable(subject, _NOT_WHOLE)


def once(subject: Resource, here: Prepared, facts: Facts, *types: str, wanted: str) -> Iterator[Outcome]:
    """The account has a resource of these types."""
    found = [r for r in of_types(facts, *types) if here.holds(r)]
    yield _answer(subject, found, str(here), types, wanted)


def in_each_region(subject: Resource, here: Prepared, facts: Facts, *types: str, wanted: str) -> Iterator[Outcome]:
    """The account has a resource of these types in each region that it uses."""
    found = [r for r in of_types(facts, *types) if here.holds(r)]
    for region in here.regions:
        near = [r for r in found if r.region == region]
        yield _answer(subject, near, f"{here}, {region}", types, wanted)


def of_types(facts: Facts, *types: str) -> Iterator[Resource]:
    """All resources of these types."""
    for type_token in types:
        yield from facts.graph.of_type(type_token)


def _answer(subject: Resource, found: list[Resource], where: str, types: tuple[str, ...], wanted: str) -> Outcome:
    if found:
        return passed(found[0], "", f"{where}: {found[0].name}")
    return failed(subject, "", f"{where}: no {types[0].rpartition(':')[2]}", wanted)


def _by_subject(facts: Facts) -> dict[str, Prepared]:
    """URN -> the account that is judged there: its first provider, else its first resource."""
    context = facts.context
    subjects: dict[str | None, Resource] = {}
    used: dict[str | None, set[str]] = {}
    for resource in facts.graph.resources:
        if not resource.custom or resource.external or not resource.type.startswith(("aws:", PROVIDER)):
            continue
        if not is_prepared(resource, facts):
            continue
        first = subjects.setdefault(resource.account, resource)
        if first.type != PROVIDER and resource.type == PROVIDER:
            subjects[resource.account] = resource
        if resource.region not in (GLOBAL, None) and resource.type != PROVIDER:
            used.setdefault(resource.account, set()).add(str(resource.region))
    found = {}
    for account, subject in subjects.items():
        if account not in used and subject.type == PROVIDER and account not in context.prepared_accounts:
            continue  # a provider with nothing behind it is no account of this program
        stated = context.prepared_regions if account in context.prepared_accounts else ()
        found[subject.urn] = Prepared(account, stated or tuple(sorted(used.get(account, ()))))
    return found
