"""What renderings say of a rule: one of ours by its metadata, any other (Checkov's, the waivers' own) by its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policies.frameworks_loader import Clause, clauses_of
from policies.languages import catalogue
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


def page_of(rule: Rule, say: Words) -> tuple[str, ...]:
    """What a rule reads, paragraph by paragraph. What has no row stays English: a fork's own rule."""
    rows = catalogue.pages(say.language, rule.theme)
    return tuple(rows.get(paragraph, paragraph) for paragraph in rule.paragraphs)


def example_of(rule: Rule, example: str, say: Words) -> str:
    """A good or bad example: one that is told in words is told in the language, code is the same in all."""
    return catalogue.pages(say.language, rule.theme).get(example, example)


def no_waiver(rule: Rule, say: Words) -> str:
    """Why no waiver may cover what the rule finds, from which class of data, and what one may; empty where one may."""
    if not rule.unwaivable:
        return ""
    told = say.text(rule.unwaivable)
    if rule.unwaivable_from_class > 1:
        told = say("on data of class {0} and up: {1}", rule.unwaivable_from_class, told)
    return say("{0}; what it leaves undecided may be waived", told) if rule.undecided_waivable else told


def in_words(rule: Rule, say: Words) -> RuleWords:
    """One of our rules."""
    title, why, fix = say.one_of(rule.title, rule.title_zh), say.text(rule.why), say.text(rule.fix)
    page, clauses = "\n\n".join(page_of(rule, say)), _clause_texts(rule.id, say)
    good, bad = example_of(rule, rule.good, say), example_of(rule, rule.bad, say)
    return RuleWords(rule.id, rule.theme, rule.severity, title, page, why, fix, good, bad, clauses)


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
