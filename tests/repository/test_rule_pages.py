"""A page a rule, in both languages: whole, in the reader's language, with links that lead somewhere."""

import re
from functools import cache
from pathlib import Path

import pytest

from policies.frameworks_loader import clauses_of
from policies.languages.language import Language
from policies.registry import Rule, all_rules
from policies.reports.rule_words import in_words
from tests.languages.test_spoken_chinese import english_left
from tests.repository.rule_pages import page_name
from tests.repository.test_guides import ROOT

FOLDER = ROOT / "docs" / "reference" / "rules"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def text(rule: Rule, language: Language) -> str:
    return (FOLDER / page_name(rule, language)).read_text("utf-8")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_the_page_says_all_there_is(rule: Rule) -> None:
    page = re.sub(r"\[([a-z0-9-]+)\]\([^)]*\)", r"\1", text(rule, Language.EN))
    for said in (rule.title, rule.title_zh, rule.why, rule.fix, rule.good, rule.bad, *rule.paragraphs, *rule.types):
        assert said in page
    for clause in clauses_of(rule.id):
        assert clause.requirement.paraphrase in page and clause.requirement.paraphrase_zh in page


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_the_chinese_page_is_chinese(rule: Rule) -> None:
    page = text(rule, Language.ZH)
    assert english_left(page) == []
    assert rule.title_zh in page and not any(paragraph in page for paragraph in (rule.why, rule.fix, *rule.paragraphs))
    bare = [part for part in page.split("\n\n") if not CHINESE.search(part)]
    left = [part for part in bare if not part.startswith(("```", "<!--", f"# {rule.id}", "`", "</details>"))]
    assert left == [], "a paragraph without a Chinese word"


@cache
def anchors(file: Path) -> frozenset[str]:
    return frozenset(re.findall(r'<a id="([^"]+)"', file.read_text("utf-8")))


@pytest.mark.parametrize("language", Language)
def test_links_lead_somewhere(language: Language) -> None:
    pages = [FOLDER / page_name(rule, language) for rule in all_rules()]
    for page in [*pages, ROOT / "docs/reference/rules.md", ROOT / "docs/reference/clauses.md"]:
        for target, anchor in re.findall(r"\]\(([^)#:]+)(?:#([^)]*))?\)", page.read_text("utf-8")):
            file = page.parent / target
            assert file.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(file.resolve()), f"{page.name}: {target}#{anchor}"


def test_a_rule_of_a_fork_is_told_as_it_is_written() -> None:
    """No row knows it: its own words stay, and nothing fails."""
    from dataclasses import replace

    from policies.languages.words import words

    rule = replace(all_rules()[0], page="Reads what only we have.\n\n    Twice.", theme="a-theme-of-ours")
    assert in_words(rule, words(Language.ZH)).page == "Reads what only we have.\n\nTwice."
