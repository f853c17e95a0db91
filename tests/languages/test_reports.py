"""Each form of a report in Chinese: its own words too, machine values as they are, schemas kept."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from policies.context import of_jurisdiction
from policies.engine import judge
from policies.evidence import with_evidence
from policies.languages.language import Language
from policies.languages.report import in_language
from policies.reports import as_json, as_junit, as_markdown, as_sarif, html, terminal
from policies.reports.inventory import inventory
from policies.results import Report
from tests.languages.test_spoken_chinese import TWO_WORDS
from tests.policies.reports.page_samples import full_report
from tests.policies.reports.samples import two_regions

ROOT = Path(__file__).resolve().parents[2]
TAG = re.compile(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'(?:aria-label|data-words)="([^"]*)"')


@pytest.fixture(scope="module")
def report() -> Report:
    return in_language(full_report(), Language.ZH)


@pytest.fixture(scope="module")
def judged() -> Report:
    """A report that our rules made."""
    context = of_jurisdiction("cn-mainland")
    report = with_evidence(judge(two_regions(), context), "cn-mainland", 3, ["pipl"])
    details = {**report.details, "resources": inventory(two_regions())}
    return in_language(replace(report, head=full_report().head, details=details), Language.ZH)


def test_the_page(judged: Report) -> None:
    page = html.render(judged, two_regions())
    assert '<html lang="zh-CN">' in page
    assert "发现" in page and "逐条款证据" in page and "数据流向" in page
    assert 'data-severity="critical"' in page, "filters go by ids that no language changes"
    shown = " | ".join([*ATTRIBUTE.findall(page), *TAG.split(page)])
    left = {found for found in TWO_WORDS.findall(shown) if not found.startswith("aws ")}
    assert left == set()


def test_the_terminal(judged: Report) -> None:
    out = StringIO()
    terminal.show(Console(file=out, width=300), judged, passes=True)
    assert "违规" in out.getvalue() and "各主题结论" in out.getvalue() and "个人信息保护法" in out.getvalue()
    assert TWO_WORDS.findall(out.getvalue()) == []


def test_markdown(report: Report) -> None:
    text = as_markdown.render(report)
    assert "违规" in text and len(text) <= as_markdown.MOST_CHARACTERS
    bare = re.sub(r"`[^`]*`|<!--.*?-->|<[^>]*>", "", text)
    assert TWO_WORDS.findall(bare) == []


def test_junit(report: Report) -> None:
    tree = ET.fromstring(as_junit.render(report))  # noqa: S314  our own
    said = [case.get("message") or "" for case in tree.iter() if case.get("message")]
    assert said and any("应为" in text for text in said)
    kinds = {case.get("type") for case in tree.iter() if case.get("type")}
    assert kinds <= {"critical", "high", "medium", "low", "undecided", "waived", "not applicable", "not covered"}


def test_sarif(report: Report) -> None:
    log = as_sarif.to_sarif(report, as_sarif.Repository())
    run = log["runs"][0]
    assert run["language"] == "zh-CN"
    assert all(re.search(r"[\u4e00-\u9fff]", result["message"]["text"]) for result in run["results"])
    rule = next(r for r in run["tool"]["driver"]["rules"] if r["id"] == "key-rotation")
    assert re.search(r"[\u4e00-\u9fff]", rule["shortDescription"]["text"])
    assert rule["fullDescription"]["text"].startswith("读取 `enableKeyRotation`")


def test_a_report_of_either_language_is_a_base_for_the_other(report: Report) -> None:
    from policies.reports.comparison import base_in, compared

    english = in_language(full_report(), Language.EN)
    base = base_in(json.loads(as_json.dumps(english)), "report.json")
    changes = compared(report, base)
    assert changes["new"] == [] and changes["fixed"] == []
