"""The parameters of a database's group, which RDS, Aurora and their kin write as rows of name and value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from policies.graph import Resource, Value
from policies.rules._paths import each

GROUPS: Final[Mapping[str, tuple[str, str]]] = {
    "aws:rds/cluster:Cluster": ("dbClusterParameterGroupName", "aws:rds/clusterParameterGroup:ClusterParameterGroup"),
    "aws:rds/instance:Instance": ("parameterGroupName", "aws:rds/parameterGroup:ParameterGroup"),
}
"""Type of database -> the input that names its group, and the group's type."""


def parameters(group: Resource) -> Iterator[tuple[str, Value]]:
    """(name, value) of each whose name can be seen."""
    for _, row in each(group.inputs, "parameters[*]"):
        name = row.get("name") if isinstance(row, dict) else None
        if isinstance(row, dict) and isinstance(name, str):
            yield name, row.get("value")
