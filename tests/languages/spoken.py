"""Texts that are shown and that reading the sources cannot find: one word alone, names of themes."""

from __future__ import annotations

from pathlib import Path

import yaml

import jurisdictions

_FILE = Path(__file__).parent / "spoken.yaml"
_LISTS = yaml.safe_load(_FILE.read_text("utf-8"))

SINGLE: tuple[str, ...] = tuple(_LISTS["messages"])
"""Messages of one word."""


def words() -> list[str]:
    """Words that renderings ask for through a value: verdicts, severities, themes."""
    from policies.evidence import Status
    from policies.registry import all_rules
    from policies.results import Severity, Verdict

    cities = {r.city for name in jurisdictions.names() for r in jurisdictions.load(name).regions.values()}
    closed = [v.value for v in Verdict] + [s.label for s in Severity] + [s.value for s in Status]
    return [*closed, *cities, *{r.theme for r in all_rules()}, *_LISTS["words"]]
