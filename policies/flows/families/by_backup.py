"""Backups: from a store that a plan's selection takes, into the plan's vault."""

from __future__ import annotations

from policies.flows.builder import Builder
from policies.flows.model import Kind
from policies.graph import Resource
from policies.rules._paths import each, is_hidden
from policies.rules.backup._plans import choices, takes

_SETTINGS = ("rules[*].targetVaultName",)


def by_backup(builder: Builder) -> None:
    """Adds store -> vault for each store that a selection takes. A selection whose plan or lists are not known takes
    whatever it may."""
    facts = builder.facts
    by_region = choices(facts)
    vaults: dict[str, list[tuple[str, str]]] = {}
    for store in facts.stores:
        tags = facts.tags(store)
        for choice in by_region.get(store.region, ()):
            hidden = any(is_hidden(value) for value in choice.named)
            if choice.plan is None or not (hidden or takes(choice, store, tags, facts)):
                continue
            if choice.plan.urn not in vaults:
                vaults[choice.plan.urn] = _vaults(builder, choice.plan)
            for path, node in vaults[choice.plan.urn]:
                builder.add(Kind.DATA, store.urn, node, choice.plan, path, hidden)


def _vaults(builder: Builder, plan: Resource) -> list[tuple[str, str]]:
    """(path, node) of each vault that a plan names: the same for every store that it takes."""
    return [
        (path, node)
        for pattern in _SETTINGS
        for path, value in each(plan.inputs, pattern)
        for node in builder.meant(plan, path, value, "aws:backup/")
    ]
