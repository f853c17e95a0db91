"""The option by which a verb is told in which language to answer. Nothing is guessed from the environment: the same command
writes the same report on every machine."""

from __future__ import annotations

import typer

from policies.languages.language import Language

LANG_OPTION = typer.Option(
    "--lang", help="Language of the texts, in every form that is written: en, zh (Simplified Chinese)."
)

__all__ = ["LANG_OPTION", "Language"]
