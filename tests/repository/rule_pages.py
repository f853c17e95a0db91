"""docs/reference/rules/: a page a rule, in English and in Chinese, and the list of them, docs/reference/rules.md."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePath

from policies.frameworks_loader import clauses_of
from policies.languages.language import Language
from policies.languages.words import Words, words
from policies.registry import Rule, Scope, all_rules, is_prose
from policies.reports.rule_words import RuleWords, in_words, no_waiver

_SUFFIX = {Language.EN: ".md", Language.ZH: ".zh-CN.md"}
_MOST_TYPES = 12
"""Types that are listed in sight; more are folded."""


def index() -> str:
    """The list of all rules, by theme, each with its two pages."""
    english, chinese = words(Language.EN), words(Language.ZH)
    out = [
        f"# Rules\n\n{len(all_rules())} rules, a page each in English and Chinese (每条规则都有中文页面). On a terminal: "
        "`hospital-cloud rules`, `hospital-cloud rules ID`, with `--lang zh` in Chinese.\n"
    ]
    for theme, rules in groupby(all_rules(), lambda rule: rule.theme):
        out.append(
            f"\n## {english.theme(theme)} ({chinese.theme(theme)})\n\n"
            "| rule | what it asks | 规则 | severity | classes |\n|---|---|---|---|---|\n"
        )
        out += [
            f"| [{r.id}](rules/{page_name(r, Language.EN)}) | {_cell(r.title)} "
            f"| [{_cell(r.title_zh)}](rules/{page_name(r, Language.ZH)}) | {r.severity.label} | {r.data_classes} |\n"
            for r in rules
        ]
    return "".join(out)


def pages() -> dict[str, str]:
    """Name of the file -> text, for every rule in every language."""
    return {page_name(rule, lang): page(rule, words(lang)) for rule in all_rules() for lang in Language}


def page_name(rule: Rule, language: Language) -> str:
    """The file of a rule's page."""
    return rule.id + _SUFFIX[language]


def page(rule: Rule, say: Words) -> str:
    """All that a reader can know of one rule."""
    told = in_words(rule, say)
    other = "中文" if say.is_english else "English"
    other_file = page_name(rule, Language.ZH if say.is_english else Language.EN)
    title = f"**{rule.title}** ({rule.title_zh})" if say.is_english else f"**{rule.title_zh}**"
    parts = [
        f"# {rule.id}\n\n{title} · [{other}]({other_file})",
        _facts(rule, say),
        _part(say("What it asks"), *(_linked(text, rule, say) for text in told.page.split("\n\n"))),
        _part(say("Why"), told.why),
        _part(say("How to mend it"), told.fix),
        _part(say("Examples"), *_examples(told, say)),
        _part(say("Who asks for it"), _clauses(rule, say)),
        _part(say("See it, waive it"), *_use(rule, say)),
    ]
    return "\n\n".join(parts) + "\n"


def _part(title: str, *paragraphs: str) -> str:
    return "\n\n".join([f"## {title}", *paragraphs])


def _linked(text: str, rule: Rule, say: Words) -> str:
    """The text with a link at each other rule that it names."""
    named = {r.id: f"[{r.id}]({page_name(r, say.language)})" for r in all_rules() if r.id != rule.id}
    return re.sub(r"(?<![\w`-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w`-])", lambda found: named.get(found[0], found[0]), text)


def _facts(rule: Rule, say: Words) -> str:
    judged = {
        Scope.RESOURCE: say("each resource by itself"),
        Scope.GRAPH: say("each resource together with all others"),
        Scope.CHANGE: say("what a change takes away"),
    }
    facts = {
        say("theme"): say.theme(rule.theme),
        say("severity"): say(rule.severity.label),
        say("data classes"): rule.data_classes,
        say("judged"): judged[rule.scope],
    }
    table = _row(*facts) + _row(*["---"] * len(facts)) + _row(*facts.values())
    types = say.one_of(", ", "、").join(f"`{t}`" for t in rule.types)
    if len(rule.types) <= _MOST_TYPES:
        return f"{table}\n{say('{0}: {1}', say('Resource types'), types)}"
    return f"{table}\n<details><summary>{say('{0} resource types', len(rule.types))}</summary>\n\n{types}\n\n</details>"


def _examples(told: RuleWords, say: Words) -> Iterator[str]:
    for word, example in ((say("Good"), told.good), (say("Bad"), told.bad)):
        text = example
        if not is_prose(example):
            language = "yaml" if re.match(r"\w+: ", example) else "python"
            text = f"\n\n```{language}\n{inspect.cleandoc(example)}\n```"
        yield re.sub(r" +\n", "\n", say("{0}: {1}", word, text))


def _clauses(rule: Rule, say: Words) -> str:
    rows = []
    for clause in clauses_of(rule.id):
        law, asked = clause.framework, clause.requirement
        texts = (asked.paraphrase, asked.paraphrase_zh)
        title = say.one_of(f"{asked.title} ({asked.title_zh})", asked.title_zh)
        anchor = f"../clauses.md#{law.id}-{asked.id}"
        rows.append(
            _row(
                f"[{say.one_of(law.title, law.title_zh)}]({anchor})",
                f"{say.text(asked.clause)} {title}",
                say.one_of("<br>".join(texts), texts[1]),
                f"[{asked.mark}](../evidence-marks.md)",
            )
        )
    if not rows:
        return say("no clause of a law; this project asks for it")
    head = (say("framework"), say("clause"), say("what it asks"), say("mark"))
    return (_row(*head) + _row(*["---"] * len(head)) + "".join(rows)).rstrip("\n")


def _use(rule: Rule, say: Words) -> Iterator[str]:
    source = PurePath(*rule.check.__module__.split(".")).with_suffix(".py").as_posix()
    guide = "evidence-and-waivers" + _SUFFIX[say.language]
    command = f"`hospital-cloud rules {rule.id}{say.one_of('', ' --lang zh')}`"
    yield say("On a terminal: {0}", command)
    refused = no_waiver(rule, say)
    yield (
        say("No waiver: {0}.", f"[{refused}](../../guides/{guide})")
        if refused
        else say(
            "What the hospital accepts for a time goes into a reviewed file: {0}.",
            f"[{say('waivers')}](../../guides/{guide})",
        )
    )
    yield say(
        "The rule itself: {0}. All rules: {1}.",
        f"[{source}](../../../{source})",
        f"[{say('rules, in both languages')}](../rules.md)",
    )


def _row(*cells: str) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
