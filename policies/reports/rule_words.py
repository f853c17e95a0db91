"""What renderings say of a rule: one of ours by its metadata, any other (Checkov's, the waivers' own) by its findings."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass

from policies.frameworks_loader import Clause, clauses_of
from policies.languages.words import Words, words_of
from policies.registry import Rule, all_rules
from policies.results import Finding, Report, Severity


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule as a reader is told of it; empty texts where nothing is known."""

    id: str
    theme: str
    severity: Severity
    title: str
    page: str = ""
    why: str = ""
    fix: str = ""
    good: str = ""
    bad: str = ""
    clause_texts: tuple[str, ...] = ()
    """The clauses that ask for it: framework and number, in the language of the report."""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return clauses_of(self.id)


def title_in_words(rule_id: str, say: Words) -> str:
    """What a rule asks for, beside an id that tells it in English; empty in English, and for rules that are not ours."""
    if say.is_english:
        return ""
    return next((say.one_of(rule.title, rule.title_zh) for rule in all_rules() if rule.id == rule_id), "")


def rules_of(report: Report) -> dict[str, RuleWords]:
    """Every rule that ran or has a finding, by id, in order."""
    say = words_of(report)
    ours = {rule.id: rule for rule in all_rules()}
    found: dict[str, RuleWords] = {}
    for rule_id in report.rules:
        if rule_id in ours:
            found[rule_id] = in_words(ours[rule_id], say)
    found.update(_others((f for f in report.findings if f.rule not in found), say))
    return dict(sorted(found.items()))


def in_words(rule: Rule, say: Words) -> RuleWords:
    """One of our rules. Its page, and its snippets of code, are English in every language."""
    title, why, fix = say.one_of(rule.title, rule.title_zh), say.text(rule.why), say.text(rule.fix)
    page = " ".join(inspect.cleandoc(rule.page).split())
    if not say.is_english:
        page = f"{say('The following description is in English only.')} {page}"
    clauses = _clause_texts(rule.id, say)
    return RuleWords(rule.id, rule.theme, rule.severity, title, page, why, fix, rule.good, rule.bad, clauses)


def _clause_texts(rule_id: str, say: Words) -> tuple[str, ...]:
    texts = [
        say("{0}, {1}", say.one_of(c.framework.title, c.framework.title_zh), say.text(c.requirement.clause))
        for c in clauses_of(rule_id)
    ]
    return tuple(dict.fromkeys(texts))


def _others(findings: Iterable[Finding], say: Words) -> dict[str, RuleWords]:
    found: dict[str, RuleWords] = {}
    for f in findings:
        if f.rule not in found or f.severity > found[f.rule].severity:
            title = f.wanted or f.rule
            clauses = _clause_texts(f.rule, say)
            found[f.rule] = RuleWords(f.rule, f.theme, f.severity, title, fix=f.remedy, clause_texts=clauses)
    return found
