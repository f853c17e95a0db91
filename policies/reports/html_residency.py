"""Where data can flow: per store all that it can reach, as a map and as words. Drawn from `details["residency"]`; nothing
where a report has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from policies.languages.words import Words, words_of
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
    say = words_of(report)
    rows = [(say("stores whose worst sink is {0}", say(kind)), n) for kind, n in counts.items() if n]
    number = say("stores")
    yield table(["", number], rows, numbers=[number], caption=say("Sinks that stores of records can reach"))
    yield f"<figure>{residency_map(stores, say)}<figcaption>{safe(say(_LEGEND))}</figcaption></figure>"
    for store in stores[:_MOST_STORES]:
        yield _store(store, say)
    if len(stores) > _MOST_STORES:
        yield f"<p>{safe(say('and {0} more, all in report.json', len(stores) - _MOST_STORES))}</p>"


def _worst(store: Mapping[str, Any]) -> int:
    return min((STANDING.index(standing(sink)) for sink in store["sinks"]), default=len(STANDING) - 1)


def _store(store: Mapping[str, Any], say: Words) -> str:
    sinks = sorted(store["sinks"], key=lambda s: (STANDING.index(standing(s)), str(s["kind"]), str(s["where"])))
    kind = STANDING[_worst(store)]
    rows = [
        (
            say(standing(sink)),
            say(sink["kind"]),
            sink["where"],
            sink.get("jurisdiction"),
            say(sink.get("account") or ""),
            sink.get("authentication"),
            " → ".join(_hop(hop, say) for hop in sink.get("path", ())),
        )
        for sink in sinks[:_MOST_SINKS]
    ]
    columns = ["stands", "kind", "where", "jurisdiction", "account", "authentication", "path"]
    inner = table(map(say, columns), rows) if rows else f"<p>{safe(say('Nothing leaves it.'))}</p>"
    more = len(sinks) - len(rows) + int(store.get("more") or 0)
    if more:
        inner += f"<p>{safe(say('and {0} more that stand no worse', more))}</p>"
    known = say("class {0}", store["data_class"]) if store.get("data_class") else say("of no known class")
    number = len(sinks) + int(store.get("more") or 0)
    reached = say("{0} sinks, worst {1}", number, say(kind)) if number else say("nothing leaves it")
    summary = say("{0}, {1}: {2}", store["name"], known, reached)
    return f'<div class="store" data-stands="{safe(kind)}">{folded(summary, inner, opened=kind == STANDING[0])}</div>'


def _hop(hop: Mapping[str, Any], say: Words) -> str:
    """By which input of which resource on which line, and to where."""
    name = str(hop["urn"]).rpartition("::")[2]
    stated = f".{hop['property']}" if hop.get("property") else ""
    where = f", {hop['place']}" if hop.get("place") else ""
    to = (say("perhaps {0}", hop["to"]) if hop.get("doubt") else hop["to"]) + " " if hop.get("to") else ""
    return to + say("[{0} by {1}]", say(str(hop.get("kind", ""))), f"{name}{stated}{where}")
