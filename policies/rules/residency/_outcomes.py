"""Places as answers of rules: inside the jurisdiction, and in an account of this program."""

from __future__ import annotations

from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.model import Place
from policies.flows.places import places_at
from policies.flows.tables import Names, names
from policies.graph import Resource
from policies.iam_documents import State
from policies.registry import failed, passed, undecided
from policies.results import Outcome
from policies.rules._resource_policies import WANTED_DOCUMENT, documents


def flows_of(resource: Resource, facts: Facts, rule: str) -> Iterator[Outcome]:
    """One outcome for each place that a resource names in the inputs that a rule reads."""
    table: Names = names(rule)
    for pattern, kind in table[resource.type].items():
        for path, place in places_at(resource, pattern, kind, facts):
            yield judged(resource, path, place, pattern, facts)


def judged(resource: Resource, path: str, place: Place, pattern: str, facts: Facts) -> Outcome:
    """The answer of a rule to one place."""
    wanted = wanted_place(facts)
    if place.broken:
        return failed(resource, path, place.found, f"{pattern}: {wanted}")
    if place.strange:
        own = ", ".join(sorted(facts.own_accounts))
        return failed(resource, path, place.found, f"{wanted}, in an account of this program: {own}")
    if place.inside is None:
        return undecided(resource, path, place.found, wanted + place.hint)
    return (passed if place.inside else failed)(resource, path, place.found, *(() if place.inside else (wanted,)))


def wanted_place(facts: Facts) -> str:
    """What is allowed, for a message."""
    return f"a place in {', '.join(facts.context.jurisdiction.regions)}"


def unreadable(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """The policies of which nobody can say whom they name."""
    for path, document in documents(resource, facts):
        if document.state is State.UNKNOWN:
            yield undecided(resource, path, document.value, WANTED_DOCUMENT)
        elif document.state is State.BROKEN:
            yield failed(resource, path, document.problem, WANTED_DOCUMENT)
        for statement in document.allowing:
            if statement.doubt is not None and not statement.principals and not statement.other_principals:
                yield undecided(resource, statement.path, statement.doubt, WANTED_DOCUMENT)
