"""The residency map as SVG: stores on the left, what they can reach on the right, by jurisdiction. The same for the same
input; legible without colour: what lies outside is dashed and says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from policies.languages.words import ENGLISH, Words
from policies.reports.markup import safe

STANDING = ("outside", "undecided", "listed", "inside")
"""Where a sink stands, the worst first. `listed`: not inside, and no way out for data: users at an entry, with how they
are told apart."""
_MOST_LEFT, _MOST_RIGHT = 36, 36
_ROW, _TOP, _WIDTH = 30, 54, 1000
_LEFT, _RIGHT = 290, 460
"""Widths of the boxes on either side."""
_PER_LETTER = 7.4


def standing(sink: Mapping[str, Any]) -> str:
    """Whether data leave the jurisdiction to this sink."""
    inside = sink.get("inside")
    leaves = sink.get("leaves", None if inside is None else not inside)
    if leaves is False:
        return "inside" if inside else "listed"
    return "outside" if leaves else "undecided"


def residency_map(stores: Sequence[Mapping[str, Any]], say: Words = ENGLISH) -> str:
    """The drawing of stores (the worst first) and the sinks that they reach."""
    left = _groups_of_stores(stores, say)
    places: dict[tuple[str, str], str] = {}
    arrows: dict[tuple[str, tuple[str, str]], str] = {}
    for label, members in left.items():
        for sink in (sink for store in members for sink in store["sinks"]):
            place, stands = _place(sink, say), standing(sink)
            places[place] = _worse(places.get(place), stands)
            arrows[label, place] = _worse(arrows.get((label, place)), stands)
    order = sorted(places, key=lambda place: (STANDING.index(places[place]), place))
    drawn, hidden = order[:_MOST_RIGHT], len(order) - _MOST_RIGHT
    rows = max(len(left), len(drawn) + (hidden > 0), 1)
    height = _TOP + rows * _ROW + 16
    at_left = {label: _TOP + number * _ROW for number, label in enumerate(left)}
    at_right = {place: _TOP + number * _ROW for number, place in enumerate(drawn)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hc-map" role="img" aria-labelledby="hc-map-title" '
        f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">',
        f'<title id="hc-map-title">{safe(_in_words(places, len(stores), say))}</title>',
        f"<style>{_style()}</style>",
        f'<text class="head" x="12" y="32">{safe(say("stores"))}</text>'
        f'<text class="head" x="{_WIDTH - _RIGHT + 12}" y="32">{safe(say("reach"))}</text>',
    ]
    for (label, place), stands in sorted(arrows.items()):
        if place in at_right:
            parts.append(_arrow(at_left[label], at_right[place], stands))
    parts += [_box(0, _LEFT, y, "store", label) for label, y in at_left.items()]
    parts += [
        _box(_WIDTH - _RIGHT, _RIGHT, y, places[place], say("{0}: {1}, {2}", say(places[place]), place[1], place[0]))
        for place, y in at_right.items()
    ]
    if hidden > 0:
        y = _TOP + len(drawn) * _ROW
        parts.append(
            f'<text x="{_WIDTH - _RIGHT + 12}" y="{y + 18}">{safe(say("and {0} more, listed below", hidden))}</text>'
        )
    return "\n".join(parts) + "</svg>"


def _groups_of_stores(stores: Sequence[Mapping[str, Any]], say: Words) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """A box a store; where there are too many, a box a class of data."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for store in stores:
        known = say("class {0}", store["data_class"]) if store.get("data_class") else say("no known class")
        label = say("{0} ({1})", store["name"], known) if len(stores) <= _MOST_LEFT else say("stores of {0}", known)
        groups.setdefault(label, []).append(store)
    if len(stores) <= _MOST_LEFT:
        return groups
    return {say("{0} {1}", len(members), label): members for label, members in sorted(groups.items())}


def _place(sink: Mapping[str, Any], say: Words) -> tuple[str, str]:
    return str(sink.get("jurisdiction") or say("no known jurisdiction")), str(sink["where"])


def _worse(one: str | None, other: str) -> str:
    return other if one is None else STANDING[min(STANDING.index(one), STANDING.index(other))]


def _in_words(places: Mapping[tuple[str, str], str], stores: int, say: Words) -> str:
    counted = ", ".join(
        say("{0} {1}", n, say(kind)) for kind in STANDING if (n := sum(1 for s in places.values() if s == kind))
    )
    said = say("{0} stores reach {1} places", stores, len(places))
    return say("{0}: {1}", said, counted) if counted else said


def _box(x: int, width: int, y: int, kind: str, label: str) -> str:
    longest = int((width - 20) / _PER_LETTER)
    shown = label if width_of(label) <= longest else _cut(label, longest - 1) + "…"
    return (
        f'<g><title>{safe(label)}</title><rect class="{kind}" x="{x + 1}" y="{y}" width="{width - 2}" height="{_ROW - 6}" rx="4"/>'
        f'<text x="{x + 12}" y="{y + 17}">{safe(shown)}</text></g>'
    )


def _arrow(left: int, right: int, stands: str) -> str:
    start, end = _LEFT, _WIDTH - _RIGHT
    middle = (start + end) // 2
    y1, y2 = left + (_ROW - 6) // 2, right + (_ROW - 6) // 2
    return f'<path class="arrow {stands}" d="M{start} {y1} C{middle} {y1} {middle} {y2} {end} {y2}"/>'


def width_of(text: str) -> int:
    """Widths of a small letter that a text takes; Chinese letters take two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _cut(text: str, room: int) -> str:
    while text and width_of(text) > room:
        text = text[:-1]
    return text


@cache
def _style() -> str:
    return resources.files("policies.reports").joinpath("assets", "map.css").read_text("utf-8")
