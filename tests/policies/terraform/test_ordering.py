"""What must come first is said once, and never lost."""

from collections.abc import Mapping, Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.terraform.ordering import Cycle, remaining, topological

Needs = Mapping[str, Set[str]]


def closure(needs: Needs) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for urn in topological(needs):
        found[urn] = set(needs[urn]).union(*(found[t] for t in needs[urn]))
    return found


@st.composite
def orders(draw: st.DrawFn) -> tuple[Needs, Needs]:
    """Stated and implied needs without a circle: each resource needs only earlier ones."""
    names = [f"r{n}" for n in range(draw(st.integers(1, 12)))]
    draw_some = [st.sets(st.sampled_from(names[:n])) if n else st.just(set()) for n in range(len(names))]
    stated = {name: draw(some) for name, some in zip(names, draw_some, strict=True)}
    implied = {name: draw(some) for name, some in zip(names, draw_some, strict=True)}
    return stated, implied


@given(orders())
def test_what_remains_implies_what_was_stated_and_no_more(both: tuple[Needs, Needs]) -> None:
    stated, implied = both
    kept = remaining(stated, implied)
    whole = closure({u: set(stated[u]) | implied[u] for u in stated})
    assert closure({u: set(kept[u]) | implied[u] for u in stated}) == whole
    for urn, targets in kept.items():
        assert set(targets) <= stated[urn]
        for target in targets:
            others = set().union(*(whole[t] | {t} for t in {*targets, *implied[urn]} - {target}))
            assert target not in others, "an order that follows from another one"


def test_an_order_that_a_reference_implies_is_left_out() -> None:
    stated = {"vpc": {"account"}, "subnet": {"account", "vpc"}, "account": set[str]()}
    assert remaining(stated, {"vpc": set(), "subnet": {"vpc"}, "account": set()}) == {
        "vpc": ["account"],
        "subnet": [],
        "account": [],
    }


def test_resources_that_wait_for_each_other_are_named() -> None:
    with pytest.raises(Cycle) as found:
        topological({"a": {"b"}, "b": {"c"}, "c": {"b"}})
    assert found.value.urns in (("b", "c", "b"), ("c", "b", "c"))
