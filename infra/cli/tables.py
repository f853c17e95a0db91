"""Sizes and promises as tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from infra.sizing.plan import written
from policies.languages.words import ENGLISH, Words
from policies.reports.terminal import clean, size_name


def sizing(details: Mapping[str, Any], most_sites: int | None = None, say: Words = ENGLISH) -> Iterator[RenderableType]:
    """Sizes with their arithmetic, sites, promises."""
    sizes = details["sizes"]
    yield Text()
    yield _sizes([size for size in sizes if not size["path"].startswith("sites.")], say)
    sites = _by_site(sizes)
    if sites:
        yield Text()
        yield _sites(dict(list(sites.items())[:most_sites]), say)
        if most_sites is not None and len(sites) > most_sites:
            yield Text(say("and {0} more sites: hospital-cloud size", len(sites) - most_sites), style="dim")
    yield Text()
    yield _promises(details["promises"], say)


def table(title: str, *columns: str, right: Sequence[str] = ()) -> Table:
    """A plain table: no lines, the columns named in `right` right-aligned."""
    lines = Table(title=title, title_justify="left", show_edge=False, pad_edge=False, box=None, header_style="bold")
    for column in columns:
        lines.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return lines


def _sizes(sizes: Sequence[Mapping[str, Any]], say: Words) -> Table:
    some_pinned = any(size["pinned"] for size in sizes)
    columns = [say("size"), say("value"), *([say("pinned")] if some_pinned else []), say("arithmetic")]
    lines = table(say("Sizes, from the demand"), *columns, right=columns[1:2])
    for size in sizes:
        cells = [size_name(size, say), f"{written(size['value'])} {size['unit']}".rstrip(), size["arithmetic"]]
        if some_pinned:
            cells.insert(2, say("by hand; computed {0}", written(size["computed"])) if size["pinned"] else "")
        lines.add_row(*(Text(clean(cell)) for cell in cells), style="yellow" if size["pinned"] else None)
    return lines


def _by_site(sizes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    sites: dict[str, dict[str, str]] = {}
    for size in sizes:
        if size["path"].startswith("sites."):
            _, site, what = size["path"].split(".", 2)
            sites.setdefault(site, {})[what] = f"{written(size['value'])} {size['unit']}".rstrip()
    return sites


def _sites(sites: Mapping[str, Mapping[str, str]], say: Words) -> Table:
    columns = list(dict.fromkeys(what for row in sites.values() for what in row))
    heads = [say(column.replace("_", " ")) for column in columns]
    lines = table(say("Edge sites"), say("site"), *heads, right=heads)
    for site, row in sites.items():
        lines.add_row(Text(clean(site)), *(Text(row.get(column, "")) for column in columns))
    return lines


def _promises(promises: Sequence[Mapping[str, Any]], say: Words) -> Table:
    numbers = (say("promised"), say("computed"))
    lines = table(say("Promises"), say("promise"), *numbers, "", say("arithmetic"), right=numbers)
    for row in promises:
        cells = [row["name"], *(f"{written(row[key])} {row['unit']}".rstrip() for key in ("promised", "computed"))]
        cells += [say("holds" if row["holds"] else "DOES NOT HOLD"), row["arithmetic"]]
        lines.add_row(*(Text(clean(cell)) for cell in cells), style=None if row["holds"] else "red")
    return lines
