"""A sample of the mutants in every run: each is found by a rule, or a reviewed row says why not. `make bench` does all."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest

from policies.engine import judge
from policies.graph import Graph
from tests.mutants import stacks
from tests.mutants.generate import Mutant, mutants, mutated
from tests.mutants.review import SEVERITIES, Kind, found, holes, is_known_hole, neutral, row_of
from tests.mutants.verdicts import Judge, objections

ONE_OF = 3
"""Of so many kinds one mutant is judged here."""
Kinds = Mapping[Kind, list[Mutant]]


def _order(mutant: Mutant) -> str:
    return hashlib.sha256(str(mutant).encode()).hexdigest()


@pytest.fixture(scope="module")
def judges(graphs: Mapping[str, Graph]) -> Mapping[str, Judge]:
    return {stack: Judge(graphs[stack], stacks.context(stack)) for stack in stacks.STACKS}


@pytest.fixture(scope="module")
def kinds(judges: Mapping[str, Judge]) -> Kinds:
    groups: dict[Kind, list[Mutant]] = defaultdict(list)
    for judge_ in judges.values():
        for mutant in mutants(judge_.graph, judge_.context):
            groups[mutant.kind].append(mutant)
    return groups


@pytest.mark.parametrize("stack", stacks.STACKS)
def test_the_unmodified_stack_has_no_finding(stack: str, judges: Mapping[str, Judge]):
    assert objections(judges[stack].graph, judges[stack].context) == frozenset()


def test_the_quick_judge_says_what_the_engine_says(judges: Mapping[str, Judge]):
    clinic = judges["cn-clinic"]
    policy = next(clinic.graph.of_type("aws:s3/bucketPolicy:BucketPolicy"))
    for mutant in [*mutants(clinic.graph, clinic.context, lambda r: r.urn == policy.urn)][::7]:
        graph = mutated(clinic.graph, mutant)
        report = judge(graph, clinic.context)
        said = {(f.rule, f.urn) for f in (*report.violations, *report.unknowns)}
        assert clinic.in_whole(mutant) == said, str(mutant)


def test_there_are_tens_of_thousands(kinds: Kinds):
    """A generator that has lost its schema or its operators would find few, and all of them killed."""
    assert sum(len(group) for group in kinds.values()) > 50_000
    operators = {operator for _, _, operator in kinds}
    assert operators >= {
        *("drop", "flip", "set-true", "set-false", "swap-region", "swap-region-inside", "swap-account", "cut-edge"),
        *("remove-tag", "widen-principal", "widen-principal-stranger", "widen-action", "widen-resource", "allow"),
        *("widen-network", "drop-condition", "zero", "shorten", "replace-key", "replace-key-abroad", "unlock"),
        *("unencrypt", "unprotect", "remove"),
    }


def test_no_survivor_is_unexplained(kinds: Kinds, judges: Mapping[str, Judge]):
    open_ones: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in _sampled([k for k in kinds if row_of(k) is None and not is_known_hole(k)], kinds, ONE_OF):
        if not judges[mutant.stack].in_part(mutant):
            open_ones[mutant.stack].append(mutant)
    survivors = [
        str(m) for stack, rest in open_ones.items() for m, seen in judges[stack].in_whole_each(rest) if not seen
    ]
    assert survivors == [], "write a rule, or a reviewed row in tests/mutants/neutral.yaml or holes.yaml"


def test_what_was_found_is_still_found(kinds: Kinds, judges: Mapping[str, Judge]):
    """Also where a row of neutral.yaml would speak of it: a rule that is lost is not excused by a broad row."""
    chosen = _sampled([k for k in found() if k in kinds], kinds, ONE_OF)
    assert len(chosen) > 50
    lost = [str(m) for m in chosen if not judges[m.stack].found(m)]
    assert lost == [], "a rule has become weaker; if that is meant: python -m tests.mutants.measure, and review"


def test_each_row_fits_a_mutant_of_its_own(kinds: Kinds):
    used = {row_of(kind) for kind in kinds.keys() - set(found())}
    assert [str(row) for row in neutral() if row not in used] == [], "these speak of no survivor; take them out"


def test_each_hole_is_a_mutant_that_is_not_found(kinds: Kinds, judges: Mapping[str, Judge]):
    assert sorted(holes().kinds.keys() - kinds.keys()) == [], "no such mutant is made any more; take them out"
    for kind in sorted(holes().kinds)[:: len(holes().kinds) // 20 or 1]:
        survivors = (m for m in sorted(kinds[kind], key=_order) if not judges[m.stack].found(m))
        assert next(survivors, None) is not None, f"{kind} is found by now: python -m tests.mutants.measure --write"


def test_rows_are_whole():
    for row in (*neutral(), *holes().rows):
        assert len(row.reason) >= 20 and row.reason.endswith("."), row.reason
    assert len({str(row) for row in neutral()}) == len(neutral())
    severities = [row.severity for row in holes().rows]
    assert severities == sorted(severities, key=SEVERITIES.index), "the most severe first"
    assert sum(len(row.survivors) for row in holes().rows) == len(holes().kinds), "one kind in two rows"
    assert len(holes().kinds) <= holes().ceiling, "the number of holes only ever shrinks"


def _sampled(chosen: Iterable[Kind], kinds: Kinds, one_of: int) -> list[Mutant]:
    """One mutant of each of the kinds that the sample takes, those of one resource together."""
    taken = [min(kinds[kind], key=_order) for kind in chosen if _number(kind) % one_of == 0]
    return sorted(taken, key=lambda m: (m.stack, m.resource.urn))


def _number(kind: Kind) -> int:
    return int(hashlib.sha256("|".join(kind).encode()).hexdigest()[:8], 16)
