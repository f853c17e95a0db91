"""`hospital-cloud size`: what a stack's demand comes to, with the arithmetic."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.cli.files import stack_file
from infra.cli.languages import LANG_OPTION, Language
from infra.cli.preview import STACK


def size(
    stack: Annotated[str, typer.Option(help="Name of a stack in stacks/, or the path of its file.")] = STACK,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")] = False,
    lang: Annotated[Language, LANG_OPTION] = Language.EN,
) -> int:
    """Show what a stack's demand comes to: every size with its arithmetic, every promise beside what can be held."""
    import json

    from infra.cli.screen import show, text
    from infra.cli.tables import sizing as tables
    from infra.report_details import sizing
    from infra.settings import load
    from infra.sizing import plan_of
    from policies.languages.report import details_in
    from policies.languages.words import words

    say = words(lang)
    found = details_in(sizing(plan_of(load(stack_file(stack)))), lang)
    if as_json:
        text(json.dumps({"format": 1, "language": lang.tag, **found}, indent=1, ensure_ascii=False) + "\n")
    else:
        show(say("tier {0}", say(found["tier"])), *tables(found, say=say))
    return 0
