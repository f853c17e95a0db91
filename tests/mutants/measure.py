"""All mutants of all reference stacks: how many each operator makes, how many the gate finds, what the rest is.

`python -m tests.mutants.measure [ONE_OF] [--write]` judges one of so many (`make bench`: all), prints the table and what must
not be. `--write`, with all of them, takes out of holes.yaml what is found by now, and writes found.txt anew. Ends with 1
where a survivor is unexplained.
"""

from __future__ import annotations

import gc
import hashlib
import os
import resource
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from policies.graph import Graph
from tests.mutants import review, stacks
from tests.mutants.generate import Mutant, mutants
from tests.mutants.review import FOUND, Kind, holes, is_known_hole, neutral, row_of, shrink
from tests.mutants.verdicts import Judge, objections, stops

MEMORY_BYTES = 4 * 1024**3
CHECKED = 150
"""Of those found in a part, so many are judged again in the whole graph. One that a reviewed row speaks of may differ there: what
else tells of it stands further off."""


@dataclass
class Tally:
    """What came of the mutants of one operator, or of all."""

    made: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    advised: Counter[str] = field(default_factory=Counter)
    """Of those found, the ones that no rule but of advice (LOW) speaks of: they stand in the report and stop nothing."""
    neutral: Counter[str] = field(default_factory=Counter)
    holes: dict[Kind, str] = field(default_factory=dict)
    in_holes: Counter[str] = field(default_factory=Counter)
    open: dict[Kind, str] = field(default_factory=dict)
    unexplained: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    survived: set[Kind] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)
    rules: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    differed: list[str] = field(default_factory=list)
    false_positives: int = 0

    def add(self, other: Tally) -> None:
        """Takes in what another process counted."""
        for name in ("made", "found", "advised", "neutral", "in_holes", "unexplained", "rows", "rules"):
            getattr(self, name).update(getattr(other, name))
        self.holes |= other.holes
        self.open |= other.open
        self.survived |= other.survived
        self.kinds |= other.kinds
        self.checked += other.checked
        self.differed += other.differed
        self.false_positives += other.false_positives


def of_part(graph: Graph, number: int, of: int, one_of: int) -> Tally:
    """The mutants of one share of a stack's resources."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))  # a value may make a rule greedy
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    judge = Judge(graph, stacks.context(graph.stack))
    urns = {r.urn for index, r in enumerate(graph.resources) if index % of == number}
    tally = Tally(false_positives=len(objections(graph, judge.context)) if number == 0 else 0)
    left: list[Mutant] = []
    for mutant in mutants(graph, judge.context, lambda r: r.urn in urns):
        if _number(mutant) % one_of:
            continue
        tally.made[mutant.operator] += 1
        tally.kinds.add(mutant.kind)
        seen = judge.in_part(mutant)
        if not seen:
            left.append(mutant)
            continue
        tally.found[mutant.operator] += 1
        tally.advised[mutant.operator] += not stops(seen)
        tally.rules.update({rule for rule, _ in seen})
        if tally.checked * of * len(stacks.STACKS) < CHECKED and _number(mutant) % 97 == 0:
            tally.checked += 1
            if row_of(mutant.kind) is None and not judge.in_whole(mutant):
                tally.differed.append(str(mutant))
    _sorted_out(judge, left, tally)
    return tally


def _sorted_out(judge: Judge, left: Sequence[Mutant], tally: Tally) -> None:
    """What no neighbourhood showed: neutral by a row, else judged in the whole graph, and there found or not."""
    doubtful = []
    for mutant in left:
        row = row_of(mutant.kind)
        if row is None:
            doubtful.append(mutant)
        else:
            tally.neutral[mutant.operator] += 1
            tally.rows[str(row)] += 1
            tally.survived.add(mutant.kind)
    for mutant, seen in judge.in_whole_each(doubtful):
        if seen:
            tally.found[mutant.operator] += 1
            tally.advised[mutant.operator] += not stops(seen)
            continue
        tally.survived.add(mutant.kind)
        if is_known_hole(mutant.kind):
            tally.in_holes[mutant.operator] += 1
            tally.holes[mutant.kind] = str(mutant)
        else:
            tally.unexplained[mutant.operator] += 1
            tally.open[mutant.kind] = str(mutant)


def _number(mutant: Mutant) -> int:
    return int(hashlib.sha256(str(mutant).encode()).hexdigest()[:8], 16)


def measured(one_of: int = 1, names: Iterable[str] = stacks.STACKS) -> Tally:
    """All stacks, in two processes or as many as there are processors."""
    workers = max(1, min(4, os.cpu_count() or 1))
    total = Tally()
    with ProcessPoolExecutor(workers) as pool:
        graphs = list(pool.map(stacks.graph, names))
        jobs = [pool.submit(of_part, graph, n, 4, one_of) for graph in graphs for n in range(4)]
        for job in jobs:
            total.add(job.result())
    return total


def table(tally: Tally) -> Iterator[str]:
    """The lines of the report."""
    yield (
        "| operator | mutants | found | of these as advice | security-neutral, reviewed | known holes | unexplained "
        "| found of those that matter |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    counters = (tally.made, tally.found, tally.advised, tally.neutral, tally.in_holes, tally.unexplained)
    rows = [(operator, [c[operator] for c in counters]) for operator in sorted(tally.made)]
    rows.append(("all", [sum(c.values()) for c in counters]))
    for operator, (made, found, advised, harmless, known, unexplained) in rows:
        matter = found + known + unexplained
        rate = f"{100 * found / matter:.1f} %" if matter else "-"
        yield f"| {operator} | {made} | {found} | {advised} | {harmless} | {known} | {unexplained} | {rate} |"
    yield ""
    yield f"False positives: {tally.false_positives} findings on the unmodified stacks."
    yield f"Kinds (type, path, operator) in known holes: {len(tally.holes)}, ceiling {holes().ceiling}."
    yield f"Judged again in the whole graph: {tally.checked}, of which {len(tally.differed)} were not found there."


def complaints(tally: Tally, one_of: int) -> list[str]:
    """What must not be. What is listed in vain is told of only where all mutants were judged."""
    said = [f"unexplained: {text}" for _, text in sorted(tally.open.items())]
    said += [f"found in a part only: {text}" for text in tally.differed]
    if one_of == 1:
        done = sorted(holes().kinds.keys() - tally.holes.keys())
        said += [f"found by now, run with --write: {' '.join(kind)}" for kind in done]
        said += [f"no survivor uses this row of neutral.yaml: {row}" for row in neutral() if not tally.rows[str(row)]]
    return said


def write_found(tally: Tally) -> None:
    """The kinds of which every mutant is found, beside those that were listed before: a sample of them is judged in every
    run, so that none is lost. What is lost on purpose is taken out by hand."""
    lines = ["\t".join(kind) for kind in sorted((tally.kinds - tally.survived) | (tally.kinds & set(review.found())))]
    FOUND.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    one_of = int(arguments[0]) if arguments else 1
    tally = measured(one_of)
    print("\n".join(table(tally)))
    if one_of == 1 and "--write" in sys.argv:
        write_found(tally)
        shrink(tally.holes.keys())
    wrong = complaints(tally, one_of)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
