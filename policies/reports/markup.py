"""Text inside HTML and SVG: every value goes through `safe`, so that nothing of an audited program becomes markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

Cell = object
"""What a table shows: text, a number, None for nothing."""


def safe(value: object) -> str:
    """A value as text that is harmless in elements and attributes; what cannot be printed (control characters, marks
    that turn the reading direction) is replaced by a sign."""
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return escape(text, quote=True)


def table(
    columns: Iterable[str], rows: Iterable[Iterable[Cell]], *, numbers: Iterable[str] = (), caption: str = ""
) -> str:
    """A table; the columns in `numbers` are right-aligned."""
    columns, right = list(columns), set(numbers)
    kinds = [' class="n"' if column in right else "" for column in columns]
    head = "".join(f'<th scope="col"{kind}>{safe(column)}</th>' for column, kind in zip(columns, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{safe(cell)}</td>" for cell, kind in zip(row, kinds, strict=True)) + "</tr>\n"
        for row in rows
    )
    title = f"<caption>{safe(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table>{title}<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'


def pairs(values: Mapping[str, Cell]) -> str:
    """Names with their values; those without value are left out."""
    rows = "".join(
        f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in values.items() if value not in (None, "")
    )
    return f"<dl>{rows}</dl>"


def section(identifier: str, title: str, *parts: str) -> str:
    """A part of the page with its heading; nothing where there is nothing in it."""
    inner = "\n".join(part for part in parts if part)
    return f'<section id="{safe(identifier)}"><h2>{safe(title)}</h2>\n{inner}\n</section>' if inner else ""


def listed(sentences: Iterable[str]) -> str:
    """A list of sentences."""
    items = "".join(f"<li>{safe(sentence)}</li>\n" for sentence in sentences)
    return f"<ul>\n{items}</ul>" if items else ""


def folded(summary: str, inner: str, *, opened: bool = False) -> str:
    """A part that opens on a click, without any script. `summary` is text."""
    return f"<details{' open' if opened else ''}><summary>{safe(summary)}</summary>\n{inner}\n</details>"
