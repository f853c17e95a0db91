"""What must come first, said once: an order that other references imply already is left out.

Pulumi hands every dependency of every argument to the engine. Written out in full, a thousand resources that follow an
account's baseline would carry tens of thousands of orders; Terraform's own reduction of such a graph is cubic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set


class Cycle(ValueError):
    """Resources that wait for each other; `urns` are those on the circle."""

    def __init__(self, urns: Sequence[str]):
        super().__init__(" -> ".join(urns))
        self.urns = tuple(urns)


def remaining(stated: Mapping[str, Set[str]], implied: Mapping[str, Set[str]]) -> Mapping[str, list[str]]:
    """For each resource the orders of `stated` that follow neither from `implied` (its references) nor from each other
    through any chain, sorted. Every resource is a key of both. Raises Cycle."""
    bit: dict[str, int] = {}
    reach: dict[str, int] = {}
    kept: dict[str, list[str]] = {}
    for urn in topological({urn: stated[urn] | implied[urn] for urn in stated}):
        covered = 0
        for target in implied[urn]:
            covered |= reach[target]
        mine = []
        # The latest first: what it reaches need not be said again.
        for target in sorted(stated[urn], key=lambda u: bit[u], reverse=True):
            if not covered >> bit[target] & 1:
                mine.append(target)
                covered |= reach[target]
        kept[urn] = sorted(mine)
        bit[urn] = len(bit)
        reach[urn] = covered | 1 << bit[urn]
    return kept


def topological(needs: Mapping[str, Set[str]]) -> list[str]:
    """All keys, each after what it needs; the order is the same for the same input. Raises Cycle."""
    done: dict[str, bool] = {}
    order: list[str] = []
    for start in sorted(needs):
        path: list[tuple[str, list[str]]] = [(start, sorted(needs[start]))] if start not in done else []
        if path:
            done[start] = False
        while path:
            urn, waiting = path[-1]
            if not waiting:
                path.pop()
                done[urn] = True
                order.append(urn)
                continue
            target = waiting.pop()
            if target not in done:
                done[target] = False
                path.append((target, sorted(needs[target])))
            elif not done[target]:
                names = [u for u, _ in path]
                raise Cycle([*names[names.index(target) :], target])
    return order
