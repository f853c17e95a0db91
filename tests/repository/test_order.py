"""The order in which tests run: nothing lost, nothing twice, the slow ones spread."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.order import spread


def blocks(tests: list[int], processes: int) -> list[list[int]]:
    """As `worksteal` hands them out."""
    found, rest = [], list(tests)
    for left in range(processes, 0, -1):
        number = len(rest) // left
        found.append(rest[:number])
        rest = rest[number:]
    return found


def test_each_process_begins_with_its_share_of_the_slow_ones():
    tests = list(range(20))
    seconds = {3: 300.0, 5: 100.0, 8: 90.0, 11: 80.0, 19: 10.0}
    assert [[t for t in block if t in seconds] for block in blocks(spread(tests, seconds, {}, 2), 2)] == [
        [3],
        [5, 8, 11, 19],
    ]
    assert all(block[0] in seconds for block in blocks(spread(tests, seconds, {}, 4), 4))


def test_a_group_stays_with_one_process():
    groups = {1: "plans", 7: "plans", 12: "plans"}
    order = spread(list(range(16)), {1: 50.0, 7: 50.0, 12: 50.0, 13: 140.0}, groups, 2)
    assert [[t for t in block if t in (1, 7, 12, 13)] for block in blocks(order, 2)] == [[1, 7, 12], [13]]


@given(st.integers(0, 60), st.integers(2, 9), st.data())
def test_nothing_is_lost_and_nothing_runs_twice(number: int, processes: int, data: st.DataObject):
    slow = data.draw(st.dictionaries(st.integers(0, number - 1), st.floats(0, 1000))) if number else {}
    groups = data.draw(st.dictionaries(st.sampled_from(sorted(slow)), st.sampled_from("ab"))) if slow else {}
    found = spread(list(range(number)), slow, groups, processes)
    assert sorted(found) == list(range(number))
    quick = [t for t in found if t not in slow]
    assert quick == sorted(quick), "what one module prepares serves all of its tests"
