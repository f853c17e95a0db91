"""The page: self-contained, whole without scripts, and nothing of a program in it becomes markup."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.graph import Graph
from policies.reports.html import render
from policies.reports.inventory import inventory
from policies.results import Severity, Verdict
from tests.policies.reports.page_samples import requirement
from tests.policies.reports.samples import finding, node, report, two_regions

OPEN = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Elements, attributes and visible text of a page; fails on elements that are not closed in order."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in OPEN and not (self.get_starttag_text() or "").endswith("/>"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def test_every_section_is_there() -> None:
    page = Page(
        render(
            report(finding(), finding(Verdict.PASS), finding(Verdict.UNKNOWN), problems=("a problem",)), two_regions()
        )
    )
    ids = {attributes["id"] for tag, attributes in page.elements if tag == "section"}
    assert ids == {
        "judged",
        "themes",
        "findings",
        "problems",
        "notes",
        "picture",
        "resources",
        "promises",
        "sizes",
        "complies",
        "not-covered",
    }
    for said in (
        "VIOLATED",
        "A hospital",
        "c0ffee",
        "stacks/Pulumi.s.yaml:14 (data_centres.beijing)",
        "infra/blueprint.py:7",
        "components/private_bucket.py:9",
        "Tag it.",
        "a problem",
        "a note",
        "DOES NOT HOLD",
        "61.5 ms",
        "EncryptedStorage images: 5 (cn-north-1 3, cn-northwest-1 1, global 1)",
        "aws:sqs/queue:Queue",
    ):
        assert said in page.text, said


def test_a_pinned_size_stands_beside_the_computed_one() -> None:
    page = render(report(), two_regions())
    assert '<td>database.instances</td><td class="n">3</td><td class="n">2</td>' in page
    assert '<td>load.staff</td><td class="n">12</td><td class="n"></td>' in page


def test_nothing_is_loaded_from_anywhere() -> None:
    text = render(report(finding(), finding(Verdict.PASS)), two_regions())
    page = Page(text)
    assert not page.tags & {"link", "img", "iframe", "object", "embed", "base", "audio", "video", "image", "use"}
    assert not [a for _, attributes in page.elements for a in attributes if a in ("src", "action", "xlink:href")]
    links = [attributes["href"] for _, attributes in page.elements if "href" in attributes]
    assert links and all(link and link.startswith("#") for link in links)
    assert not re.findall(r"url\((?!#hc-head)|@import", text)
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on") or a == "style"]


def test_only_our_script_may_run() -> None:
    text = render(report(finding()), two_regions())
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in text


def test_findings_carry_what_the_filters_read() -> None:
    page = Page(render(report(finding(), finding(Verdict.UNKNOWN, region=None, severity=Severity.LOW)), two_regions()))
    rows = [{k: v for k, v in a.items() if k.startswith("data-")} for tag, a in page.elements if tag == "article"]
    assert rows == [
        {
            "data-theme": "encryption-at-rest",
            "data-severity": "high",
            "data-verdict": "fail",
            "data-rule": "key-rotation",
            "data-region": "cn-north-1",
        },
        {
            "data-theme": "encryption-at-rest",
            "data-severity": "low",
            "data-verdict": "unknown",
            "data-rule": "key-rotation",
            "data-region": "unknown",
        },
    ]
    values = {a["value"] for tag, a in page.elements if tag == "option"}
    assert {value for row in rows for value in row.values()} <= values
    (form,) = [a for tag, a in page.elements if tag == "form"]
    assert "hidden" in form


def test_without_findings_and_details() -> None:
    page = Page(render(report(details={}, notes=(), not_covered={}), Graph.of([])))
    assert "Nothing is violated, nothing is undecided." in page.text and "COMPLIES" in page.text


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</script><script>alert(1)//",
            '"><img src=x onerror=alert(1)>',
            "'><svg/onload=alert(1)>",
            "</style></title></textarea><b>",
            "<!--",
            "]]>",
            "&lt;script&gt;",
            "javascript:alert(1)",
            "\x00\x1b[2J\u202e",
            "{{7*7}}${7*7}",
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTILE, min_size=12, max_size=12))
def test_no_value_becomes_markup(values: list[str]) -> None:
    plain = Page(render(_filled(["x"] * 12), _graph("x", "x")))
    page = Page(render(_filled(values), _graph(values[0], values[1])))
    assert page.tags == plain.tags
    assert sum(1 for tag, _ in page.elements if tag == "script") == 1
    names = {name for _, attributes in page.elements for name in attributes}
    assert names == {name for _, attributes in plain.elements for name in attributes}
    assert not any(c in page.text for c in "\x00\x1b\u202e")


def _filled(values: list[str]) -> Any:
    names = ("name", "found", "wanted", "remedy", "property", "region", "type", "urn", "account", "rule", "theme")
    fields = dict(zip(names, values, strict=False))
    found = [finding(verdict, **fields) for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)]
    resources = inventory(_graph(values[0], values[1]))
    size = {"path": values[2], "value": values[3], "unit": values[4], "computed": values[5], "arithmetic": values[6]}
    promise = {
        "name": values[7],
        "promised": 1,
        "computed": 2,
        "unit": values[8],
        "holds": True,
        "arithmetic": values[9],
    }
    details = {
        "title": values[10],
        "stack": values[11],
        "resources": resources,
        "sizes": [{**size, "pinned": True}],
        "promises": [promise],
        "evidence": _evidence(values),
        "residency": _residency(values),
    }
    return report(
        *found,
        head={"commit": values[0] or "-", values[1]: values[2] or "-"},
        notes=(values[3],),
        problems=(values[4],),
        not_covered={values[5]: 1},
        details=details,
    )


def _evidence(values: list[str]) -> dict[str, Any]:
    rows = requirement(
        1,
        values[0],
        clause=values[1],
        title=values[2],
        paraphrase=values[3],
        document=values[4],
        mark=values[5],
        source=values[6] or "-",
        why=values[7] or "-",
        rules=[{"rule": values[8], "status": values[9], "findings": {}}],
        resources={values[10]: {"count": 3, "first": [values[11]]}},
    )
    framework = {"id": values[0], "title": values[1], "counts": {}, "documents": 0, "requirements": [rows]}
    return {"asked": [], "notes": [values[2]], "frameworks": [framework]}


def _residency(values: list[str]) -> list[dict[str, Any]]:
    hop = {"urn": values[0], "property": values[1] or "-", "kind": values[2], "place": values[3] or "-"}
    there = {"kind": values[4], "where": values[5], "jurisdiction": values[6] or "-", "account": values[7]}
    return [{"urn": values[8], "name": values[9], "data_class": 3, "sinks": [{**there, "inside": None, "path": [hop]}]}]


def _graph(first: str, second: str) -> Graph:
    component = node("hospital-cloud:index:Box" + first, second, None)
    return Graph.of(
        [component, node("aws:sqs/queue:Queue" + second, first, second or None, component.urn)],
        stack=first,
        project=second,
    )
