"""A graph as a picture: regions as boxes, their components inside, arrows for what crosses regions. Plain SVG, the same
for the same graph, readable in light and dark, with a description for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from policies.graph import Graph
from policies.languages.words import ENGLISH, Words
from policies.reports.inventory import is_held
from policies.reports.markup import safe
from policies.reports.picture_plan import ELSEWHERE, GROUPS, Arrow, Cell, PicturePlan, Row, city_of, picture_plan
from policies.reports.residency_map import width_of
from policies.resolve import GLOBAL

_COLUMN = 320
_GUTTER = 176
_MARGIN = 24
_HEAD = 64
_REGION_HEAD = 44
_CELL = 52
_GAP = 10
_STRIP = 76
_LANE = 24
"""Height that one arrow takes."""
_TITLES = {
    "entry": "entry",
    "compute": "applications",
    "data": "data",
    "backup": "backup",
    "network": "network and sites",
    "guard": "accounts and watch",
}


def picture(graph: Graph, say: Words = ENGLISH) -> str:
    """The picture as SVG text; empty for a graph without resources."""
    if not any(is_held(resource) for resource in graph.resources):
        return ""
    return _Drawing(picture_plan(graph), say).svg()


@dataclass(frozen=True, slots=True)
class _Band:
    """Where a row stands."""

    top: int
    height: int


class _Drawing:
    """One picture: first where everything stands, then its parts from back to front."""

    def __init__(self, plan: PicturePlan, say: Words):
        self.plan, self.say = plan, say
        self.rows = [row for row in plan.rows if any(region in row.cells for region in plan.regions)]
        self.without = [row for row in plan.rows if GLOBAL in row.cells]
        self.column = {region: index for index, region in enumerate(plan.regions)}
        columns = max(1, len(plan.regions))
        self.width = max(2 * _MARGIN + columns * _COLUMN + (columns - 1) * _GUTTER, 640)
        self.bands = self._bands()
        self.bottom = max((band.top + band.height for band in self.bands.values()), default=_HEAD) + 16
        self.height = self.bottom + (_STRIP + 20 if self.without else 0) + 48

    def _bands(self) -> dict[str, _Band]:
        bands: dict[str, _Band] = {}
        top = _HEAD + _REGION_HEAD
        for row in self.rows:
            lanes = sum(1 for arrow in self.plan.arrows if arrow.row == row.kind)
            height = max(_CELL, lanes * _LANE + 12)
            bands[row.kind] = _Band(top, height)
            top += height + _GAP
        return bands

    def left(self, region: str) -> int:
        """The left edge of a region's column."""
        return _MARGIN + self.column[region] * (_COLUMN + _GUTTER)

    def svg(self) -> str:
        say = self.say
        style = resources.files("policies.reports").joinpath("assets", "picture.css").read_text("utf-8")
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="hc-picture" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" aria-labelledby="hc-title hc-desc">',
            f'<title id="hc-title">{safe(say("{0}: what stands where", self.plan.title))}</title>',
            f'<desc id="hc-desc">{safe(_description(self.plan, say))}</desc>',
            f"<style>{style}</style>",
            '<defs><marker id="hc-head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" class="head"/></marker></defs>',
            f'<rect class="page" width="{self.width}" height="{self.height}" rx="8"/>',
            f'<text class="title" x="{_MARGIN}" y="36">{safe(_short(self.plan.title, 60))}</text>',
            f'<text class="dim" x="{self.width - _MARGIN}" y="36" text-anchor="end">'
            f"{safe(say('{0} resources', f'{self.plan.count:,}'))}</text>",
            *(self._region(region) for region in self.plan.regions),
            *(self._cell(row, region) for row in self.rows for region in self.plan.regions if region in row.cells),
            *self._arrows(),
            self._global(),
            self._legend(),
            "</svg>",
        ]
        return "\n".join(part for part in parts if part) + "\n"

    def _region(self, region: str) -> str:
        left, city = self.left(region), self.say(city_of(region))
        name = f"{city} · {region}" if city else self.say(region) if region == ELSEWHERE else region
        return (
            f'<g><rect class="region" x="{left}" y="{_HEAD - 8}" width="{_COLUMN}" height="{self.bottom - _HEAD + 8}" rx="10"/>'
            f'<text class="name" x="{left + 14}" y="{_HEAD + 18}">{safe(_short(name, 30))}</text>'
            f'<text class="dim" x="{left + _COLUMN - 14}" y="{_HEAD + 18}" text-anchor="end">'
            f"{self.plan.by_region[region]:,}</text></g>"
        )

    def _cell(self, row: Row, region: str) -> str:
        band, cell = self.bands[row.kind], row.cells[region]
        return _card(row, cell, (self.left(region) + 12, band.top, _COLUMN - 24, band.height), self.say)

    def _arrows(self) -> list[str]:
        lanes: dict[str, int] = {}
        drawn = []
        for arrow in self.plan.arrows:
            lane = lanes[arrow.row] = lanes.get(arrow.row, -1) + 1
            drawn.append(self._arrow(arrow, lane))
        return drawn

    def _arrow(self, arrow: Arrow, lane: int) -> str:
        """From the edge of one card to the edge of the other; the label stands in the gutter beside the first."""
        count = sum(1 for other in self.plan.arrows if other.row == arrow.row)
        band, far = self.bands[arrow.row], self.bands[arrow.target_row]
        y = band.top + band.height // 2 + round((lane - (count - 1) / 2) * _LANE) + 4
        right = self.column[arrow.target] > self.column[arrow.source]
        x = self.left(arrow.source) + (_COLUMN - 12 if right else 12)
        end = self.left(arrow.target) + (12 if right else _COLUMN - 12)
        path, below = f"M{x} {y}H{end}", False
        if arrow.row != arrow.target_row:
            bend, y_end = (_GUTTER if right else -_GUTTER), far.top + far.height // 2
            path, below = f"M{x} {y}C{x + bend} {y} {end - bend // 2} {y_end} {end} {y_end}", y_end < y
        middle = x + (_GUTTER // 2 + 12) * (1 if right else -1)
        return (
            f'<path class="arrow" d="{path}" marker-end="url(#hc-head)"/>'
            f'<text class="label" x="{middle}" y="{y + (16 if below else -5)}" text-anchor="middle">{safe(self.say(arrow.label))}</text>'
        )

    def _global(self) -> str:
        """What has no region, in one strip below."""
        if not self.without:
            return ""
        count = sum(row.cells[GLOBAL].count for row in self.without)
        width, top = self.width - 2 * _MARGIN, self.bottom + 12
        lines = _wrapped(
            [f"{row.kind} {row.cells[GLOBAL].count}" for row in self.without], (width - 28) * 10 // 66, self.say
        )
        return (
            f'<g><rect class="region" x="{_MARGIN}" y="{top}" width="{width}" height="{_STRIP}" rx="10"/>'
            f'<text class="name" x="{_MARGIN + 14}" y="{top + 26}">{safe(self.say("Without a region: identities, names"))}</text>'
            f'<text class="dim" x="{_MARGIN + width - 14}" y="{top + 26}" text-anchor="end">{count:,}</text>'
            + "".join(
                f'<text class="small" x="{_MARGIN + 14}" y="{top + 47 + 17 * number}">{safe(line)}</text>'
                for number, line in enumerate(lines)
            )
            + "</g>"
        )

    def _legend(self) -> str:
        used = {row.group for row in self.rows}
        x, parts = _MARGIN, []
        for group in GROUPS:
            if group in used:
                y = self.height - 28
                parts.append(
                    f'<rect class="bar {group}" x="{x}" y="{y}" width="12" height="12" rx="3"/>'
                    f'<text class="small" x="{x + 18}" y="{y + 10}">{safe(self.say(_TITLES[group]))}</text>'
                )
                x += 34 + 7 * width_of(self.say(_TITLES[group]))
        return "".join(parts)


def _card(row: Row, cell: Cell, box: tuple[int, int, int, int], say: Words) -> str:
    """One kind of component in one region: its name, how many resources, what the instances are called."""
    kind = row.kind if len(cell.names) == 1 or row.kind.startswith("aws ") else f"{row.kind} × {len(cell.names)}"
    x, y, width, height = box
    middle = y + height // 2
    return (
        f'<g><rect class="card" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
        f'<rect class="bar {row.group}" x="{x}" y="{y}" width="5" height="{height}" rx="2"/>'
        f'<text class="kind" x="{x + 16}" y="{middle - 4}">{safe(_short(kind, 30))}</text>'
        f'<text class="dim" x="{x + width - 12}" y="{middle - 4}" text-anchor="end">{cell.count:,}</text>'
        f'<text class="small" x="{x + 16}" y="{middle + 15}">{safe(_names(cell.names, (width - 30) // 6, say))}</text></g>'
    )


def _names(names: Sequence[str], room: int, say: Words) -> str:
    """As many names as there is room for, and how many more there are."""
    for shown in range(len(names), 0, -1):
        rest = say(" and {0} more", len(names) - shown) if shown < len(names) else ""
        text = ", ".join(names[:shown]) + rest
        if width_of(text) <= room:
            return text
    return _short(names[0], room) if len(names) == 1 else say("{0} of them", len(names))


def _wrapped(words: Sequence[str], room: int, say: Words) -> list[str]:
    """The words in two lines; the second says how many did not fit."""
    first = next((n for n in range(len(words), 0, -1) if width_of(", ".join(words[:n])) <= room), 0)
    lines = [", ".join(words[:first])] if first else []
    return [*lines, _names(words[first:], room, say)] if first < len(words) else lines


def _short(text: str, room: int) -> str:
    if width_of(text) <= room:
        return text
    while text and width_of(text) >= room:
        text = text[:-1]
    return text + "…"


def _description(plan: PicturePlan, say: Words) -> str:
    """The picture in words."""
    sentences = [say("{0} resources.", plan.count)]
    for region in plan.regions:
        kinds = ", ".join(row.kind for row in plan.rows if region in row.cells)
        where = say(region) if region == ELSEWHERE else say("region {0}", region)
        sentences.append(say("In {0}: {1}.", where, kinds))
    sentences += [say("From {0} to {1}: {2}, {3}.", a.source, a.target, a.row, say(a.label)) for a in plan.arrows]
    return " ".join(sentences)
