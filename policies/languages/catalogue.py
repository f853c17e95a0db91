"""The rows of a language: English template -> the same in that language. One YAML file a theme in `policies/languages/zh`.

`screens.yaml` holds the words of the renderings, which ask for them by name; all other files hold messages, in which a text
is looked up by the template that it fits. The folder `pages` holds the long explanations of rules, a row a paragraph; a file
of it is read only where such a page is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

import jurisdictions
from policies.languages.language import Language

FOLDER: Final = Path(__file__).parent
SCREENS: Final = "screens"
PAGES: Final = "pages"


def files(language: Language) -> tuple[Path, ...]:
    """The files of a language, in order; none for English."""
    return tuple(sorted((FOLDER / language.value).glob("*.yaml")))


def page_files(language: Language) -> tuple[Path, ...]:
    """The files with the explanations of rules, one a theme."""
    return tuple(sorted((FOLDER / language.value / PAGES).glob("*.yaml")))


def rows_in(file: Path) -> Mapping[str, str]:
    """The rows of one file. Raises ValueError where one is no text."""
    with file.open("rb") as stream:
        rows = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}  # noqa: S506  safe
    for key, value in rows.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise ValueError(f"{file.name}: {key!r}: {value!r} is no pair of texts; put them in quotes")
    found: Mapping[str, str] = rows
    return found


@cache
def screens(language: Language) -> Mapping[str, str]:
    """The words of the renderings."""
    return {k: v for file in files(language) if file.stem == SCREENS for k, v in rows_in(file).items()}


@cache
def pages(language: Language, theme: str) -> Mapping[str, str]:
    """The explanations of a theme's rules; none for a theme that has no file."""
    return next((rows_in(file) for file in page_files(language) if file.stem == theme), {})


@cache
def messages(language: Language) -> Mapping[str, str]:
    """The messages, and the names of jurisdictions that stand in them."""
    rows = {k: v for file in files(language) if file.stem != SCREENS for k, v in rows_in(file).items()}
    if language is Language.ZH:
        rows |= {law.title: law.title_zh for law in map(jurisdictions.load, jurisdictions.names())}
    return rows
