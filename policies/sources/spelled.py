"""Which secrets a program spells out: their words stand in its own files or settings. One that it makes up as it runs
(`secrets.token_urlsafe`), or reads from elsewhere, stands nowhere."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from policies.graph import Resource
from policies.sources.callers import is_program

_SHORTEST = 4
"""A shorter piece may stand in a random text by chance."""


def with_spelled_out(
    resources: list[Resource], secrets: Mapping[str, Mapping[str, str]], settings: Iterable[str]
) -> list[Resource]:
    """The resources with `secrets_in_clear`. `secrets`: URN -> path -> the word that is known there."""
    if not any(secrets.values()):
        return resources
    words = {*settings, *_words(_files(resources))}
    found = {
        urn: tuple(sorted(path for path, text in known.items() if _stands_in(text, words)))
        for urn, known in secrets.items()
    }
    return [replace(r, secrets_in_clear=found[r.urn]) if found.get(r.urn) else r for r in resources]


def _stands_in(text: str, words: set[str]) -> bool:
    """Whether a word of the program is the text, or half of it: a prefix before what is random does not give it away."""
    shortest = max(_SHORTEST, len(text) / 2)
    return text in words or any(len(word) >= shortest and word in text for word in words)


def _files(resources: list[Resource]) -> set[str]:
    loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    placed = [place.file for r in resources for place in (r.source, r.component) if place]
    return {file for file in (*loaded, *placed) if isinstance(file, str) and is_program(file)}


def _words(files: Iterable[str]) -> Iterator[str]:
    for file in files:
        try:
            tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue  # what ran from there cannot be read: compiled, or gone
        yield from (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
