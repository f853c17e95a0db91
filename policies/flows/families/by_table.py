"""What the tables state: one edge for each row and each pair of its ends."""

from __future__ import annotations

from collections.abc import Iterator

from policies.flows import written
from policies.flows.builder import Builder, End
from policies.flows.model import Kind
from policies.flows.tables import flows, kind_of_name
from policies.graph import Resource


def by_table(builder: Builder) -> None:
    """Adds the flows that inputs of a resource name outright."""
    for type_token, rows in flows().items():
        for resource in builder.facts.graph.by_type.get(type_token, ()):
            for row in rows:
                if row.kind is Kind.CONTROL:
                    continue
                sources = list(ends(builder, resource, row.source, giving=True))
                if sources:
                    builder.join(row.kind, sources, ends(builder, resource, row.target, giving=False), resource)


def ends(builder: Builder, resource: Resource, end: str, *, giving: bool) -> Iterator[End]:
    """One end of a row."""
    stated = written.fixed(end)
    if stated is not None:
        yield End(builder.place(stated))
    elif end == "self":
        yield End(resource.urn)
    elif end.startswith("every "):
        for other in builder.facts.graph.by_type.get(end.removeprefix("every "), ()):
            if other.region == resource.region and other.account == resource.account:
                yield End(other.urn)
    else:
        find = builder.sources if giving else builder.targets
        yield from find(resource, end, kind_of_name(resource.type, end))
