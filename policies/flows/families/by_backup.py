"""Backups: from a store that a plan's selection takes, into the plan's vault."""

from __future__ import annotations

from policies.flows.builder import Builder
from policies.flows.model import Kind
from policies.rules._paths import each, is_hidden
from policies.rules.backup._plans import choices, takes

_SETTINGS = ("rules[*].targetVaultName",)


def by_backup(builder: Builder) -> None:
    """Adds store -> vault for each store that a selection takes. A selection whose plan or lists are not known takes
    whatever it may."""
    facts = builder.facts
    by_region = choices(facts)
    for store in facts.stores:
        tags = facts.tags(store)
        for choice in by_region.get(store.region, ()):
            hidden = any(is_hidden(value) for value in choice.named)
            if choice.plan is None or not (hidden or takes(choice, store, tags, facts)):
                continue
            for pattern in _SETTINGS:
                for path, value in each(choice.plan.inputs, pattern):
                    for node in builder.meant(choice.plan, path, value, "aws:backup/"):
                        builder.add(Kind.DATA, store.urn, node, choice.plan, path, hidden)
