"""Where data can flow: per store all that it can reach, as a map and as words. Drawn from `details["residency"]`; nothing
where a report has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from policies.reports.markup import folded, safe, table
from policies.reports.residency_map import STANDING, residency_map, standing
from policies.results import Report

_MOST_STORES = 500
_MOST_SINKS = 100
"""Listed of one store."""

_LEGEND = (
    "Outside: data leave the jurisdiction. Undecided: they may. Listed: users at an entry, with how they are told apart, "
    "and what no rule weighs. Inside: they stay."
)


def residency(report: Report) -> Iterable[str]:
    """Counts, map, then each store, the worst first and unfolded."""
    said = report.details.get("residency")
    if not isinstance(said, Sequence) or isinstance(said, str) or not said:
        return
    stores = sorted(said, key=lambda store: (_worst(store), -(store.get("data_class") or 0), store["urn"]))
    counts = {kind: sum(1 for store in stores if STANDING[_worst(store)] == kind) for kind in STANDING}
    rows = [(f"stores whose worst sink is {kind}", n) for kind, n in counts.items() if n]
    yield table(["", "stores"], rows, numbers=["stores"], caption="Sinks that stores of records can reach")
    yield f"<figure>{residency_map(stores)}<figcaption>{safe(_LEGEND)}</figcaption></figure>"
    for store in stores[:_MOST_STORES]:
        yield _store(store)
    if len(stores) > _MOST_STORES:
        yield f"<p>and {len(stores) - _MOST_STORES} more, all in report.json</p>"


def _worst(store: Mapping[str, Any]) -> int:
    return min((STANDING.index(standing(sink)) for sink in store["sinks"]), default=len(STANDING) - 1)


def _store(store: Mapping[str, Any]) -> str:
    sinks = sorted(store["sinks"], key=lambda s: (STANDING.index(standing(s)), str(s["kind"]), str(s["where"])))
    kind = STANDING[_worst(store)]
    rows = [
        (
            standing(sink),
            sink["kind"],
            sink["where"],
            sink.get("jurisdiction"),
            sink.get("account"),
            sink.get("authentication"),
            " → ".join(_hop(hop) for hop in sink.get("path", ())),
        )
        for sink in sinks[:_MOST_SINKS]
    ]
    columns = ["stands", "kind", "where", "jurisdiction", "account", "authentication", "path"]
    inner = table(columns, rows) if rows else "<p>Nothing leaves it.</p>"
    more = len(sinks) - len(rows) + int(store.get("more") or 0)
    if more:
        inner += f"<p>and {more} more that stand no worse</p>"
    known = f"class {store['data_class']}" if store.get("data_class") else "of no known class"
    number = len(sinks) + int(store.get("more") or 0)
    reached = f"{number} sinks, worst {kind}" if number else "nothing leaves it"
    summary = f"{store['name']}, {known}: {reached}"
    return f'<div class="store" data-stands="{safe(kind)}">{folded(summary, inner, opened=kind == STANDING[0])}</div>'


def _hop(hop: Mapping[str, Any]) -> str:
    """By which input of which resource on which line, and to where."""
    name = str(hop["urn"]).rpartition("::")[2]
    stated = f".{hop['property']}" if hop.get("property") else ""
    where = f", {hop['place']}" if hop.get("place") else ""
    to = f"{'perhaps ' if hop.get('doubt') else ''}{hop['to']} " if hop.get("to") else ""
    return f"{to}[{hop.get('kind', '')} by {name}{stated}{where}]"
