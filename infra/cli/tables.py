"""Sizes and promises as tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from infra.sizing.plan import written
from policies.reports.terminal import clean


def sizing(details: Mapping[str, Any], most_sites: int | None = None) -> Iterator[RenderableType]:
    """Sizes with their arithmetic, sites, promises."""
    sizes = details["sizes"]
    yield Text()
    yield _sizes([size for size in sizes if not size["path"].startswith("sites.")])
    sites = _by_site(sizes)
    if sites:
        yield Text()
        yield _sites(dict(list(sites.items())[:most_sites]))
        if most_sites is not None and len(sites) > most_sites:
            yield Text(f"and {len(sites) - most_sites} more sites: hospital-cloud size", style="dim")
    yield Text()
    yield _promises(details["promises"])


def table(title: str, *columns: str, right: Sequence[str] = ()) -> Table:
    """A plain table: no lines, the columns named in `right` right-aligned."""
    lines = Table(title=title, title_justify="left", show_edge=False, pad_edge=False, box=None, header_style="bold")
    for column in columns:
        lines.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return lines


def _sizes(sizes: Sequence[Mapping[str, Any]]) -> Table:
    some_pinned = any(size["pinned"] for size in sizes)
    columns = ("size", "value", *(["pinned"] if some_pinned else []), "arithmetic")
    lines = table("Sizes, from the demand", *columns, right=("value",))
    for size in sizes:
        cells = [size["path"], f"{written(size['value'])} {size['unit']}".rstrip(), size["arithmetic"]]
        if some_pinned:
            cells.insert(2, f"by hand; computed {written(size['computed'])}" if size["pinned"] else "")
        lines.add_row(*(Text(clean(cell)) for cell in cells), style="yellow" if size["pinned"] else None)
    return lines


def _by_site(sizes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    sites: dict[str, dict[str, str]] = {}
    for size in sizes:
        if size["path"].startswith("sites."):
            _, site, what = size["path"].split(".", 2)
            sites.setdefault(site, {})[what] = f"{written(size['value'])} {size['unit']}".rstrip()
    return sites


def _sites(sites: Mapping[str, Mapping[str, str]]) -> Table:
    columns = list(dict.fromkeys(what for row in sites.values() for what in row))
    lines = table(
        "Edge sites", "site", *(c.replace("_", " ") for c in columns), right=[c.replace("_", " ") for c in columns]
    )
    for site, row in sites.items():
        lines.add_row(Text(clean(site)), *(Text(row.get(column, "")) for column in columns))
    return lines


def _promises(promises: Sequence[Mapping[str, Any]]) -> Table:
    lines = table("Promises", "promise", "promised", "computed", "", "arithmetic", right=("promised", "computed"))
    for row in promises:
        cells = [row["name"], *(f"{written(row[key])} {row['unit']}".rstrip() for key in ("promised", "computed"))]
        cells += ["holds" if row["holds"] else "DOES NOT HOLD", row["arithmetic"]]
        lines.add_row(*(Text(clean(cell)) for cell in cells), style=None if row["holds"] else "red")
    return lines
