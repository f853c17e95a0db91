"""`make texts`: prints the messages that have no Chinese row, as rows to fill in, under the file that they belong to; and
the rows that no message needs any more."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from policies.languages import catalogue
from policies.languages.language import Language
from tests.languages.extract import Found, asked, explanations, messages

KEPT = Path(__file__).parent / "kept.yaml"


def kept() -> dict[str, str]:
    """Texts that only look like messages -> what they are."""
    return yaml.safe_load(KEPT.read_text("utf-8")) or {}


def without_page() -> dict[str, list[Found]]:
    """Paragraphs of rules' explanations that have no row: theme -> texts."""
    found = {
        theme: [f for f in texts if f.template not in catalogue.pages(Language.ZH, theme)]
        for theme, texts in explanations().items()
    }
    return {theme: texts for theme, texts in found.items() if texts}


def without_row() -> list[Found]:
    """Messages and words of renderings that have no row, each once."""
    shown = catalogue.messages(Language.ZH).keys() | kept().keys()
    found = [f for f in messages() if f.template not in shown]
    found += [f for f in asked() if f.template not in catalogue.screens(Language.ZH)]
    return list({f.template: f for f in reversed(found)}.values())[::-1]


def without_use() -> list[str]:
    """Rows that stand for nothing: `file: row`."""
    from tests.languages.spoken import SINGLE, words

    needed = {f.template for f in messages()} | set(SINGLE)
    named = {f.template for f in asked()} | set(words())
    explained = {theme: {f.template for f in texts} for theme, texts in explanations().items()}
    left = [
        f"{catalogue.PAGES}/{file.stem}: {row}"
        for file in catalogue.page_files(Language.ZH)
        for row in catalogue.rows_in(file)
        if row not in explained.get(file.stem, ())
    ]
    return left + [
        f"{file.stem}: {row}"
        for file in catalogue.files(Language.ZH)
        for row in catalogue.rows_in(file)
        if row not in (named if file.stem == catalogue.SCREENS else needed)
    ]


def file_of(found: Found) -> str:
    """The catalogue that a message belongs to: that of its theme."""
    parts = Path(found.file).with_suffix("").parts
    if found.file.startswith("policies/rules/") and len(parts) > 3:
        return f"{parts[2].replace('_', '-')}.yaml"
    if parts[:2] == ("policies", "flows"):
        return "flows.yaml"
    if parts[:2] == ("policies", "frameworks"):
        return "clauses.yaml"
    if parts[0] == "operations" or found.file == "infra/verify.py":
        return "verify.yaml"
    if parts[0] == "jurisdictions":
        return "capabilities.yaml"
    if parts[:2] == ("infra", "sizing"):
        return "sizing.yaml"
    if parts[:2] in (("policies", "reports"), ("policies", "languages"), ("infra", "cli"), ("tests", "repository")):
        return "screens.yaml"
    return "frame.yaml"


def told() -> str:
    """What is missing and what is left over, ready to be pasted."""
    lines: list[str] = []
    groups: dict[str, list[Found]] = {}
    for found in without_row():
        groups.setdefault(file_of(found), []).append(found)
    for file, rows in sorted(groups.items()):
        lines.append(f"# policies/languages/zh/{file}")
        for found in rows:
            lines.append(f'{json.dumps(found.template, ensure_ascii=False)}: ""  # {found.place}')
    for theme, found_there in without_page().items():
        lines.append(f"# policies/languages/zh/{catalogue.PAGES}/{theme}.yaml")
        for found in found_there:
            lines += [f"? {json.dumps(found.template, ensure_ascii=False)}", f': ""  # {found.place}']
    lines += [f"# no message needs: {row}" for row in without_use()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(told())
