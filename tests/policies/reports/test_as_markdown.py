"""The comment: it fits, says what changed, and no value in it ends a list, mentions a person, links or becomes HTML."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from policies.reports.as_json import dumps
from policies.reports.as_markdown import code, render
from policies.reports.comparison import base_in, compared
from policies.results import Report, Severity, Verdict
from policies.waivers import Waiver
from tests.policies.reports.samples import finding, report

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LIMIT = 65_536


def against(now: Report, *before: Any) -> Report:
    base = base_in(json.loads(dumps(report(*before))), "base.json")
    return replace(now, details={**now.details, "changes": compared(now, base)})


def leaves(text: str) -> list[Token]:
    found: list[Token] = []
    for token in READER.parse(text):
        found += token.children or [token]
    return found


def test_the_verdict_comes_first() -> None:
    lines = render(report(finding(), finding(Verdict.UNKNOWN))).splitlines()
    assert lines[0] == "<!-- hospital-cloud p-s -->"
    assert lines[1] == "## ❌ hospital-cloud: violated"
    assert "1 rules: 0 passed, **1 violated**, 1 undecided, 0 waived." in lines
    text = "\n".join(lines)
    for said in (
        "### Violated (1)",
        "<summary>Undecided (1)</summary>",
        "`stacks/Pulumi.s.yaml:14 (data_centres.beijing)`",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("findings", "word"),
    [([], "✅ hospital-cloud: complies"), ([finding(Verdict.UNKNOWN)], "⚠️ hospital-cloud: undecided")],
)
def test_each_verdict(findings: list[Any], word: str) -> None:
    assert word in render(report(*findings))


def test_what_changed() -> None:
    old, gone, new = finding(), finding(rule="gone"), finding(rule="fresh", severity=Severity.CRITICAL)
    text = render(against(report(new, old), old, gone))
    assert "Against the base `c0ffee`: **1 new**, 1 fixed, 1 still there." in text
    order = [text.index(part) for part in ("### New (1)", "Fixed (1)", "Still there (1)", "Verdict per theme")]
    assert order == sorted(order)
    assert text.index("`fresh`") < text.index("`gone`") < text.index("`key-rotation`")


def test_without_changes_it_says_so() -> None:
    text = render(against(report(finding()), finding()))
    assert "**0 new**, 0 fixed, 1 still there" in text and "### New" not in text


def test_waivers_are_shown() -> None:
    waiver = Waiver("key-rotation", "*", "a migration", "@owner", date(2027, 1, 31))
    text = render(report(finding(Verdict.WAIVED, waiver=waiver)))
    assert "<summary>Waived (1)</summary>" in text and "`by @owner until 2027-01-31: a migration`" in text


@pytest.mark.parametrize("count", [1, 40, 3000])
def test_it_fits_a_comment(count: int) -> None:
    long = "x" * 5000
    found = [
        finding(rule=f"rule-{n % 50}", name=f"{n}{long}", found=long, wanted=long, remedy=long) for n in range(count)
    ]
    gone = [finding(rule=f"gone-{n}", name=long) for n in range(count)]
    text = render(against(report(*found, notes=(long,) * count, problems=(long,) * 500), *gone))
    assert len(text) < LIMIT
    assert text.count("<details>") == text.count("</details>")
    assert "Verdict per theme" in text
    if count == 3000:
        assert re.search(r"and \d+ more, which did not fit here", text)


def test_it_is_the_same_for_the_same_input() -> None:
    assert render(report(finding())) == render(report(finding()))


HOSTILE = [
    "`", "``` `", "`` @everyone ``", "a|b", "a\\|b\\", "<!-- -->", "</details><script>alert(1)</script>", "@maintainers",
    "#123", "https://evil.example", "![x](https://evil.example/p.png)", "[x](javascript:alert(1))", "\n\n# Title\n",
    "\r\n- item", "&lt;b&gt;", "$`x`$", "~~~", "*b*", "\u202e", "\x00", "www.evil.example", "|---|", "",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), min_size=13, max_size=13))
def test_no_value_becomes_markup(values: list[str]) -> None:
    plain, hostile = (
        [(t.type, t.tag, t.content if t.type.startswith("html") else "") for t in leaves(_filled(given_values))]
        for given_values in (["x"] * 13, values)
    )
    assert hostile == plain


def _filled(values: list[str]) -> str:
    names = ("name", "found", "wanted", "remedy", "property", "region", "type")
    fields: dict[str, Any] = {key: value or "x" for key, value in zip(names, values, strict=False)}
    before = finding(rule=f"gone{values[7]}", name=values[8] or "x", severity=Severity.LOW)
    now = report(
        finding(**fields),
        problems=(values[9],),
        notes=(values[10],),
        not_covered={values[11]: 1},
        head={"commit": values[12]},
    )
    now = replace(
        now, details={**now.details, "title": values[0], "stack": values[1] or "x", "jurisdiction": values[2] or "x"}
    )
    return re.sub(r"\A<!-- [^\n]* -->", "<!-- -->", render(against(now, before)))


@given(st.text(max_size=80))
def test_a_code_span_is_one_code_span(value: str) -> None:
    (token,) = [t for t in leaves(f"a {code(value)} b") if t.type == "code_inline"]
    assert [t.type for t in leaves(f"a {code(value)} b")] == [
        "paragraph_open", "text", "code_inline", "text", "paragraph_close",
    ]  # fmt: skip
    assert token.content
