"""`hospital-cloud rules`: what is forbidden or required, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.guard import Refused
from infra.cli.languages import LANG_OPTION, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.languages.words import Words
    from policies.registry import Rule


def rules(
    rule: Annotated[str | None, typer.Argument(help="Id of one rule: print its page.")] = None,
    theme: Annotated[str | None, typer.Option(help="Only the rules of this theme.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")] = False,
    lang: Annotated[Language, LANG_OPTION] = Language.EN,
) -> int:
    """List the rules, or print the page of one."""
    import json

    from infra.cli.screen import show, text
    from policies.languages.words import words
    from policies.registry import all_rules

    chosen = _chosen(all_rules(), rule, theme)
    say = words(lang)
    if as_json:
        text(
            json.dumps(
                {"format": 1, "language": lang.tag, "rules": [_row(r, say) for r in chosen]},
                indent=1,
                ensure_ascii=False,
            )
            + "\n"
        )
    elif rule:
        text(_page(chosen[0], say))
    else:
        show(_list(chosen, say))
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


def _list(rules: Sequence[Rule], say: Words) -> Any:
    from infra.cli.tables import table

    columns = (say("id"), say("severity"), say("theme"), say("title"))
    lines = table(say("{0} rules", len(rules)), *columns)
    for rule in rules:
        title = say.one_of(rule.title, rule.title_zh)
        lines.add_row(rule.id, say(rule.severity.label), say.theme(rule.theme), title)
    return lines


def _row(rule: Rule, say: Words) -> dict[str, Any]:
    from policies.reports.rule_words import in_words, no_waiver

    row: dict[str, Any] = {key: getattr(rule, key) for key in ("id", "theme", "title", "title_zh", "data_classes")}
    told = in_words(rule, say)
    row |= {key: getattr(told, key) for key in ("why", "fix", "page", "good", "bad")}
    row |= {"clauses": list(told.clause_texts), "unwaivable": no_waiver(rule, say)}
    return {**row, "severity": rule.severity.label, "scope": rule.scope.value, "types": list(rule.types)}


def _page(rule: Rule, say: Words) -> str:
    """One rule as plain text."""
    import inspect

    from policies.reports.rule_words import in_words, no_waiver

    told = in_words(rule, say)
    head = f"{rule.id}\n{rule.title}\n{rule.title_zh}\n"
    facts = {
        say("severity"): say(rule.severity.label),
        say("theme"): say.theme(rule.theme),
        say("data classes"): rule.data_classes,
        say("types"): ", ".join(rule.types),
        say("why"): told.why,
        say("fix"): told.fix,
        say("no waiver"): no_waiver(rule, say),
    }
    text = head + "\n" + "".join(say("{0}: {1}", key, value) + "\n" for key, value in facts.items() if value)
    page = inspect.cleandoc(rule.page) if say.is_english else told.page
    text += f"\n{page}\n" if page else ""
    clauses = "\n".join(f"- {clause}" for clause in told.clause_texts)
    for key, block in ((say("good"), told.good), (say("bad"), told.bad), (say("asked for by"), clauses)):
        heading = say("{0}: {1}", key, "").rstrip()
        text += f"\n{heading}\n\n{inspect.cleandoc(block)}\n" if block else ""
    return text
