"""What readers are told in Chinese holds no English but terms and names: of the reference stacks, of mutants of them, of the
programs of the tests, in every form of a report."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.audit import Frame, audit
from infra.report_details import sizing
from infra.settings import load
from infra.sizing import plan_of
from policies.engine import judge
from policies.evidence import with_evidence
from policies.frameworks_loader import frameworks
from policies.graph import Graph
from policies.languages.language import Language
from policies.languages.messages import messages
from policies.languages.report import in_language
from policies.languages.words import words
from policies.registry import all_rules
from policies.results import Report
from tests.mutants import stacks
from tests.mutants.generate import Mutant, mutants, mutated

ROOT = Path(__file__).resolve().parents[2]
TWO_WORDS = re.compile(r"(?<![\w./:\[\]$-])[a-z][a-z']+ [a-z][a-z']+(?![\w./:-])")
"""Two English words in a row that are no part of a name, a path or a type."""
SOME = ("cn-clinic", "dev")
"""Stacks whose mutants are judged here; rules say the same of the larger ones."""
ROUNDS = 6
"""Graphs a stack in which every resource is changed at once, each at another place."""


def english_in(texts: Iterable[str]) -> list[str]:
    """The texts in which English is left."""
    return sorted({text for text in texts if TWO_WORDS.search(text)})


def english_left(page: str) -> list[str]:
    """English words in a row in a text of paragraphs, apart from code and titles, which keep their own language."""
    return TWO_WORDS.findall(re.sub(r"```.*?```|`[^`\n]*`|“[^”]*”|<[^>]*>|\]\([^)]*\)", " . ", page, flags=re.DOTALL))


def texts_of(report: Report) -> Iterator[str]:
    """Everything in a report that a person reads and no person wrote."""
    for f in report.findings:
        yield from (f.found, f.wanted, f.remedy, f.unwaivable)
    yield from (*report.notes, *report.problems)
    yield from _texts(report.details.get("residency"), ("where", "authentication", "to"))
    yield from _texts(report.details.get("evidence"), ("why", "notes"))


def _texts(data: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in keys and isinstance(value, str):
                yield value
            elif key in keys and isinstance(value, (list, tuple)):
                yield from (v for v in value if isinstance(v, str))
            yield from _texts(value, keys)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _texts(value, keys)


@pytest.mark.parametrize("stack", stacks.STACKS)
def test_of_a_reference_stack(stack: str, graphs: Mapping[str, Graph]) -> None:
    context = stacks.context(stack)
    report = with_evidence(judge(graphs[stack], context), context.jurisdiction.id, context.mlps_level)
    told = list(texts_of(in_language(report, Language.ZH)))
    assert len(told) > 1000
    assert english_in(told) == []


@pytest.mark.parametrize("stack", stacks.STACKS)
def test_of_its_sizes_and_promises(stack: str) -> None:
    found = sizing(plan_of(load(ROOT / "stacks" / f"Pulumi.{stack}.yaml")))
    report = Report(findings=(), rules=(), not_covered={}, details=found)
    told = in_language(report, Language.ZH).details
    rows = [row for part in ("sizes", "promises") for row in told[part]]
    left = [row[key] for row in rows for key in ("name", "unit", "arithmetic") if re.search(r"\b[a-z]{4,} ", row[key])]
    allowed = re.compile(r"^\S+ (的|[\u4e00-\u9fff])|[A-Z]\w+ [\u4e00-\u9fff]|：|: ")
    assert [text for text in left if not allowed.search(text)] == []


@pytest.mark.slow
@pytest.mark.parametrize("stack", SOME)
def test_of_mutants(stack: str, graphs: Mapping[str, Graph]) -> None:
    graph, context = graphs[stack], stacks.context(stack)
    by_resource: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants(graph, context):
        by_resource[mutant.resource.urn].append(mutant)
    for group in by_resource.values():
        group.sort(key=lambda mutant: hashlib.sha256(str(mutant).encode()).hexdigest())
    told: set[str] = set()
    for number in range(ROUNDS):
        together = [group[number] for group in by_resource.values() if number < len(group)]
        told |= set(texts_of(in_language(judge(mutated(graph, *together), context), Language.ZH)))
    assert len(told) > 200
    assert english_in(told) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "program", ["violates", "complies", "names_tags_its_own_way", "needs_values", "registers_nothing"]
)
def test_of_a_program(program: str) -> None:
    report = audit(ROOT / "tests" / "programs" / program, Frame()).report
    told = texts_of(in_language(report, Language.ZH))
    assert english_in(text.partition("程序抛出")[0] for text in told) == [], "what a program raised is its own text"


def test_of_every_rule() -> None:
    say = words(Language.ZH)
    texts = [
        text for r in all_rules() for text in (r.title_zh, say.text(r.why), say.text(r.fix), say.text(r.unwaivable))
    ]
    assert english_in(texts) == []


def test_of_every_clause() -> None:
    known = messages(Language.ZH)
    assert english_in(known.text(q.clause) for f in frameworks() for q in f.requirements) == []


def test_ids_and_keys_stay(graphs: Mapping[str, Graph]) -> None:
    """A program reads the same of a report in either language but texts."""
    from policies.reports.as_json import to_json

    report = judge(graphs["dev"], stacks.context("dev"))
    there, here = to_json(in_language(report, Language.EN)), to_json(in_language(report, Language.ZH))
    assert there["head"]["language"] == "en" and here["head"]["language"] == "zh-CN"
    texts = ("found", "wanted", "remedy", "message", "unwaivable", "where", "authentication", "to")
    for side in (there, here):
        for key in ("head", "notes", "problems"):
            side.pop(key)
    assert _without(there, texts) == _without(here, texts)


def _without(data: Any, keys: tuple[str, ...]) -> str:
    def bare(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: bare(v) for k, v in value.items() if k not in keys}
        return [bare(v) for v in value] if isinstance(value, (list, tuple)) else value

    return json.dumps(bare(data), sort_keys=True)
