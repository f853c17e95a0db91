"""What Checkov alone finds of the mutants that one resource can express, beside what the gate finds of the same.

`python -m tests.mutants.with_checkov` takes one mutant of each kind. Each mutated resource stands beside its original in one
graph, without neighbours, and is found where a check fails on it that passes the original.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policies.checkov_runner.ask import ask
from policies.graph import Graph, Resource
from policies.terraform.plan import plan_of
from tests.mutants import stacks
from tests.mutants.generate import Mutant, mutants
from tests.mutants.review import Kind, row_of
from tests.mutants.verdicts import Judge

AT_ONCE = 1200
"""Mutants in one plan."""
_OPTIONS = ("(protect)", "(retainOnDelete)", "(provider)", "(resource)")


@dataclass(frozen=True, slots=True)
class Compared:
    """One mutant, what Checkov and what the gate says of it."""

    mutant: Mutant
    checks: frozenset[str]
    ours: bool


def expressible(mutant: Mutant) -> bool:
    """Whether the change shows in the resource's own arguments, and Checkov has checks for such resources at all."""
    return mutant.resource.type.startswith("aws:") and mutant.path not in _OPTIONS


def found_by_checkov(chosen: Sequence[Mutant]) -> Iterator[frozenset[str]]:
    """For each mutant the checks that fail on it and pass the original."""
    for start in range(0, len(chosen), AT_ONCE):
        part = chosen[start : start + AT_ONCE]
        rows: dict[str, Resource] = {m.resource.urn: m.resource for m in part}
        for index, mutant in enumerate(part):
            if mutant.new is not None:
                urn = f"{mutant.resource.urn}--mutant-{index}"
                rows[urn] = replace(mutant.new, urn=urn, name=f"{mutant.resource.name}--mutant-{index}")
        failed = _failed(Graph.of(list(rows.values()), project="hospital-cloud", stack="mutants"))
        for index, mutant in enumerate(part):
            before = failed.get(mutant.resource.urn, frozenset())
            yield failed.get(f"{mutant.resource.urn}--mutant-{index}", frozenset()) - before


def _failed(graph: Graph) -> Mapping[str, frozenset[str]]:
    plan = plan_of(graph)
    found: dict[str, set[str]] = defaultdict(set)
    for result in ask(plan.document).results:
        if result.result == "FAILED" and result.at in plan.urns:
            found[plan.urns[result.at]].add(result.check)
    return {urn: frozenset(checks) for urn, checks in found.items()}


def compared() -> list[Compared]:
    """One mutant of each kind, in all stacks together."""
    groups: dict[Kind, Mutant] = {}
    judges = {}
    for stack in stacks.STACKS:
        graph = stacks.graph(stack)
        judges[stack] = Judge(graph, stacks.context(stack))
        for mutant in mutants(graph, judges[stack].context):
            if expressible(mutant):
                groups.setdefault(mutant.kind, mutant)
    chosen = sorted(groups.values(), key=lambda m: (m.stack, m.resource.urn))
    ours = [bool(judges[m.stack].in_part(m)) for m in chosen]
    left = [m for m, seen in zip(chosen, ours, strict=True) if not seen]
    survivors = {
        id(mutant)
        for stack in stacks.STACKS
        for mutant, seen in judges[stack].in_whole_each([m for m in left if m.stack == stack])
        if not seen
    }
    checks = found_by_checkov(chosen)
    return [Compared(m, found, id(m) not in survivors) for m, found in zip(chosen, checks, strict=True)]


def table(rows: Sequence[Compared]) -> Iterator[str]:
    """The lines of the report."""
    yield "| operator | kinds that one resource expresses | found by the gate | found by Checkov alone | by Checkov and not by the gate |"
    yield "|---|---|---|---|---|"
    made, ours, theirs, only = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        for operator in (row.mutant.operator, "all"):
            made[operator] += 1
            ours[operator] += row.ours
            theirs[operator] += bool(row.checks)
            only[operator] += bool(row.checks) and not row.ours
    for operator in [*sorted(made.keys() - {"all"}), "all"]:
        yield f"| {operator} | {made[operator]} | {ours[operator]} | {theirs[operator]} | {only[operator]} |"
    matter = [row for row in rows if row_of(row.mutant.kind) is None]
    gate, checkov = sum(row.ours for row in matter), sum(bool(row.checks) for row in matter)
    yield ""
    yield f"Of the {len(matter)} kinds that are not security-neutral: the gate {gate}, Checkov alone {checkov}."


def main() -> int:
    rows = compared()
    print("\n".join(table(rows)))
    for row in rows:
        if row.checks and not row.ours:
            print(f"only Checkov: {row.mutant}: {', '.join(sorted(row.checks))}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
