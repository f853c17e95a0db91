"""In which order tests run: so that processes that share the work end at about the same time.

Tests that deploy wait most of their time, so there are more processes than cores, and each begins with its share of
the slow tests, the longest first. pytest-xdist's `worksteal` hands out the list in equal blocks, from its beginning to
its end, and later moves what is left at the end of the longest queue to whoever has none: a list that has the slow
tests at the beginning of each block is spread from the start.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

PROCESSES: Final = 2 * min(4, os.cpu_count() or 2)
T = TypeVar("T")


def spread(tests: Sequence[T], seconds: Mapping[int, float], groups: Mapping[int, Hashable], processes: int) -> list[T]:
    """The tests in the order for so many processes. `seconds`: how long the slow ones take, by their place in the list.
    `groups`: those of one group are run by one process, one after the other."""
    shares = _shares(seconds, groups, processes)
    quick = iter([i for i in range(len(tests)) if i not in seconds])
    order: list[int] = []
    block_end = 0
    for number, share in enumerate(shares):
        block_end += (len(tests) - block_end) // (processes - number)
        order += share
        order += islice(quick, max(0, block_end - len(order)))
    return [tests[i] for i in (*order, *quick)]


def _shares(seconds: Mapping[int, float], groups: Mapping[int, Hashable], processes: int) -> list[list[int]]:
    """The slow tests in as many shares: each in turn, the longest first, goes where least is."""
    together: dict[Hashable, list[int]] = {}
    for i in seconds:
        together.setdefault((groups[i],) if i in groups else i, []).append(i)
    shares: list[list[int]] = [[] for _ in range(processes)]
    loads = [0.0] * processes
    for several in sorted(together.values(), key=lambda them: -sum(seconds[i] for i in them)):
        least = loads.index(min(loads))
        shares[least] += several
        loads[least] += sum(seconds[i] for i in several)
    return shares
