"""Checks of Checkov that are answered otherwise: `answered.yaml`, reviewed row by row.

A row never speaks of more than its pattern, and where it names rules of ours it counts only for a resource that each of
them has passed in the same run: the check's question is then answered, not left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from policies.context import Context
from policies.graph import Resource
from policies.results import Verdict
from policies.waivers import matches


@dataclass(frozen=True, slots=True)
class Row:
    """One row of answered.yaml."""

    check: str
    resource: str
    """As in a waiver: a pattern over the URN, or over TYPE::NAME."""
    because: str
    owner: str
    answered_by: tuple[str, ...] = ()
    """Rules of ours that must have passed on the resource."""
    lifecycle: str = ""
    """The only lifecycle of a stack that it speaks of; empty: any."""
    jurisdiction: str = ""
    """The same of its jurisdiction."""

    def is_about(self, context: Context) -> bool:
        """Whether it speaks of stacks of this lifecycle and jurisdiction."""
        return self.lifecycle in ("", context.lifecycle) and self.jurisdiction in ("", context.jurisdiction.id)

    def __str__(self) -> str:
        rules = f" (passed: {', '.join(self.answered_by)})" if self.answered_by else ""
        return f"{self.because}{rules}; owner: {self.owner}"


@cache
def rows() -> tuple[Row, ...]:
    """The reviewed list."""
    data = yaml.safe_load(Path(__file__).with_name("answered.yaml").read_text(encoding="utf-8"))
    return tuple(
        Row(
            row["check"],
            row["resource"],
            row["because"],
            row["owner"],
            tuple(row.get("answered_by", ())),
            row.get("lifecycle", ""),
            row.get("jurisdiction", ""),
        )
        for row in data
    )


def row_for(
    check: str, resource: Resource, context: Context, own: Mapping[tuple[str, str], Set[Verdict]]
) -> Row | None:
    """The row that answers a failed check for a resource; None where none does. `own`: (rule, URN) -> verdicts."""
    for row in rows():
        if row.check != check or not row.is_about(context):
            continue
        if not matches(row.resource, resource.urn, resource.type, resource.name):
            continue
        verdicts = [own.get((rule, resource.urn), set()) for rule in row.answered_by]
        if all(found == {Verdict.PASS} for found in verdicts):
            return row
    return None
