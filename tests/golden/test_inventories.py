"""The stacks' inventories are what they were: a changed URN means a replaced resource."""

import difflib

import pytest

from tests.conftest import STACKS
from tests.golden.generate import COMMAND, FOLDER, inventory


@pytest.mark.parametrize("stack", STACKS)
def test_the_inventory_is_as_expected(graphs, stack: str):
    expected = (FOLDER / f"{stack}.tsv").read_text().splitlines()
    found = inventory(graphs[stack]).splitlines()
    changes = list(difflib.unified_diff(expected, found, "expected", "found", lineterm="", n=0))
    assert not changes, f"{len(changes)} lines differ; review, then: {COMMAND}\n" + "\n".join(changes[:40])


def test_no_inventory_is_left_over():
    assert {p.stem for p in FOLDER.glob("*.tsv")} == set(STACKS)
