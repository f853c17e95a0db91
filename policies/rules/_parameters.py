"""The parameters of a database's group, which RDS, Aurora and their kin write as rows of name and value."""

from __future__ import annotations

from collections.abc import Iterator

from policies.graph import Resource, Value
from policies.rules._paths import each


def parameters(group: Resource) -> Iterator[tuple[str, Value]]:
    """(name, value) of each whose name can be seen."""
    for _, row in each(group.inputs, "parameters[*]"):
        name = row.get("name") if isinstance(row, dict) else None
        if isinstance(row, dict) and isinstance(name, str):
            yield name, row.get("value")
