"""`hospital-cloud rules`: what is forbidden or required, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.guard import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.registry import Rule


def rules(
    rule: Annotated[str | None, typer.Argument(help="Id of one rule: print its page.")] = None,
    theme: Annotated[str | None, typer.Option(help="Only the rules of this theme.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")] = False,
) -> int:
    """List the rules, or print the page of one."""
    import json

    from infra.cli.screen import show, text
    from policies.registry import all_rules

    chosen = _chosen(all_rules(), rule, theme)
    if as_json:
        text(json.dumps({"format": 1, "rules": [_row(r) for r in chosen]}, indent=1, ensure_ascii=False) + "\n")
    elif rule:
        text(_page(chosen[0]))
    else:
        show(_list(chosen))
    return 0


def _chosen(rules: Sequence[Rule], rule: str | None, theme: str | None) -> list[Rule]:
    """The rules asked for. Raises Refused for an id or a theme that does not exist."""
    from infra.settings.errors import did_you_mean, listed

    themes = sorted({r.theme for r in rules})
    if theme is not None and theme not in themes:
        raise Refused(f"there is no theme {theme!r}; themes: {listed(themes)}{did_you_mean(theme, themes)}")
    chosen = [r for r in rules if (rule is None or r.id == rule) and (theme is None or r.theme == theme)]
    if rule is not None and not chosen:
        among = f" of the theme {theme}" if theme else ""
        near = did_you_mean(rule, [r.id for r in rules])
        raise Refused(f"there is no rule {rule!r}{among}{near}; all: hospital-cloud rules")
    return chosen


def _list(rules: Sequence[Rule]) -> Any:
    from infra.cli.tables import table

    lines = table(f"{len(rules)} rules", "id", "severity", "theme", "title")
    for rule in rules:
        lines.add_row(rule.id, rule.severity.label, rule.theme, rule.title)
    return lines


def _row(rule: Rule) -> dict[str, Any]:
    row: dict[str, Any] = {
        key: getattr(rule, key)
        for key in ("id", "theme", "title", "title_zh", "data_classes", "why", "fix", "page", "good", "bad")
    }
    return {**row, "severity": rule.severity.label, "scope": rule.scope.value, "types": list(rule.types)}


def _page(rule: Rule) -> str:
    """One rule as plain text."""
    import inspect

    head = f"{rule.id}\n{rule.title}\n{rule.title_zh}\n"
    facts = {
        "severity": rule.severity.label,
        "theme": rule.theme,
        "data classes": rule.data_classes,
        "types": ", ".join(rule.types),
        "why": rule.why,
        "fix": rule.fix,
    }
    text = head + "\n" + "".join(f"{key}: {value}\n" for key, value in facts.items())
    text += f"\n{inspect.cleandoc(rule.page)}\n" if rule.page else ""
    for key, snippet in (("good", rule.good), ("bad", rule.bad)):
        text += f"\n{key}:\n\n{inspect.cleandoc(snippet)}\n" if snippet else ""
    return text
