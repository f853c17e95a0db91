"""Mutants of a program of some thirty services that no reference stack has (tests/programs/judged/many_services.py).

`python -m tests.mutants.services [--write]` judges one mutant of each kind of those types, prints how many the report speaks of, and
the kinds of which it says nothing, each of which a person should look at now and then: most are sizes, names and what AWS
refuses. `--write` writes services.txt anew: the kinds that are found, of which a sample is judged in every run, so that none
is lost.
"""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock

from policies.context import Context, of_jurisdiction
from policies.graph import Graph
from policies.sources import child
from policies.sources.child import record_in_child
from tests.mutants.generate import Mutant, mutants
from tests.mutants.review import Kind, found
from tests.mutants.verdicts import Judge, Objection, objections, stops
from tests.programs.foreign.run import _ask

PROGRAM = Path(__file__).resolve().parents[1] / "programs" / "judged" / "many_services.py"
LISTED = Path(__file__).with_name("services.txt")
_JURISDICTION = "eu"


def context() -> Context:
    """What the program is judged by."""
    return of_jurisdiction(_JURISDICTION)


def graph() -> Graph:
    """The program, recorded in a process of its own as an audit does."""
    with mock.patch.object(child, "_ask", _ask):
        return record_in_child(
            PROGRAM, root=PROGRAM.parent, project="services", stack="dev", jurisdiction=_JURISDICTION, time_limit_s=120
        ).graph


def one_of_each_kind(recorded: Graph) -> dict[Kind, Mutant]:
    """Of the types that the reference stacks do not have."""
    theirs = {type_token for type_token, _, _ in found()}
    chosen: dict[Kind, Mutant] = {}
    for mutant in mutants(recorded, context(), lambda r: r.type not in theirs):
        chosen.setdefault(mutant.kind, mutant)
    return chosen


def said_of(judge: Judge, mutant: Mutant, before: frozenset[Objection]) -> frozenset[Objection]:
    """What the report says of it that it does not say of the program as it is."""
    return judge.in_part(mutant) or judge.in_whole(mutant) - before


def listed() -> tuple[Kind, ...]:
    """services.txt."""
    rows = (line.split("\t") for line in LISTED.read_text(encoding="utf-8").splitlines())
    return tuple((type_token, path, operator) for type_token, path, operator in rows)


def main() -> int:
    recorded = graph()
    judge = Judge(recorded, context())
    before = objections(recorded, context())
    said = {kind: said_of(judge, m, before) for kind, m in one_of_each_kind(recorded).items()}
    silent = sorted(kind for kind, objected in said.items() if not objected)
    for kind in silent:
        print(*kind, sep="\t")
    stopping = sum(stops(objected) for objected in said.values())
    print(f"{len(said)} kinds: {stopping} stop the gate, {len(said) - len(silent) - stopping} more are advised on")
    if "--write" in sys.argv:
        lines = ["\t".join(kind) for kind in sorted(said.keys() - set(silent))]
        LISTED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
