"""`python -m tests.mutants.kinds TYPE [PATH] [OPERATOR]`: what the report says of each kind of mutant of a type, now.

For who writes a rule: a few mutants of each kind are judged in every stack; one that survives is printed
with the row of neutral.yaml or holes.yaml that speaks of it.
"""

from __future__ import annotations

import sys
from collections import defaultdict

from tests.mutants import stacks
from tests.mutants.generate import Mutant, mutants
from tests.mutants.review import Kind, is_known_hole, row_of
from tests.mutants.verdicts import Judge, stops

AT_MOST = 3
"""Mutants of each kind that are judged, in each stack."""


def main() -> int:
    wanted = sys.argv[1:]
    survivors: dict[Kind, str] = {}
    said: dict[Kind, set[str]] = defaultdict(set)
    for stack in stacks.STACKS:
        graph = stacks.graph(stack)
        judge = Judge(graph, stacks.context(stack))
        groups: dict[Kind, list[Mutant]] = defaultdict(list)
        for mutant in mutants(graph, judge.context, lambda r: r.type == wanted[0]):
            if all(part == given for part, given in zip(mutant.kind, wanted, strict=False)):
                groups[mutant.kind].append(mutant)
        chosen = [(m, judge.in_part(m)) for group in groups.values() for m in group[:: len(group) // AT_MOST or 1]]
        left = judge.in_whole_each([m for m, seen in chosen if not seen])
        for mutant, seen in [*((m, seen) for m, seen in chosen if seen), *left]:
            said[mutant.kind] |= {rule if stops([(rule, urn)]) else f"{rule} (advice)" for rule, urn in seen}
            if not seen:
                survivors[mutant.kind] = str(mutant)
    for kind, rules in sorted(said.items()):
        print(*kind, "-", ", ".join(sorted(rules)) or "nothing")
        if kind in survivors:
            row = row_of(kind)
            why = "known hole" if is_known_hole(kind) else f"neutral: {row.reason}" if row else "UNEXPLAINED"
            print(f"    survives: {survivors[kind]} ({why})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
