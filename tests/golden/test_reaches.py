"""Where the data of each stack's stores can go is what it was: a new line is a new way out of a store."""

import difflib

import pytest

from tests.conftest import STACKS
from tests.golden.generate import COMMAND, REACHES, reached


@pytest.mark.parametrize("stack", STACKS)
def test_the_stores_reach_what_is_expected(graphs, stack: str):
    expected = (REACHES / f"{stack}.tsv").read_text().splitlines()
    found = reached(graphs[stack], stack).splitlines()
    changes = list(difflib.unified_diff(expected, found, "expected", "found", lineterm="", n=0))
    assert not changes, f"{len(changes)} lines differ; review, then: {COMMAND}\n" + "\n".join(changes[:40])


@pytest.mark.parametrize("stack", STACKS)
def test_no_path_leads_out_of_a_stack(graphs, stack: str):
    lines = (REACHES / f"{stack}.tsv").read_text().splitlines()
    assert not [line for line in lines if line.split("\t")[2] == "outside"]
    undecided = [line.split("\t") for line in lines if line.split("\t")[2] == "undecided"]
    assert {kind for _, kind, _, where, _ in undecided if not where.startswith("Pulumi's state")} <= {"serving"}


def test_no_golden_is_left_over():
    assert {p.stem for p in REACHES.glob("*.tsv")} == set(STACKS)
