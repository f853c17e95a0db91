"""The page in a real browser: it draws, filters by mouse, keyboard and address, prints, is accessible, and loads nothing."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policies.reports.html import render
from tests.policies.reports.browser import Page, browser, executable
from tests.policies.reports.page_samples import full_report
from tests.policies.reports.samples import two_regions

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(executable() is None, reason="needs a chromium on PATH"),
]
RED = 4
WAIVED = 1


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(full_report(), two_regions()))
    return path


def shown(page: Page) -> list[str]:
    """The rules of the findings that are to be seen."""
    code = """[...document.querySelectorAll('#findings article')]
      .filter((a) => a.getClientRects().length).map((a) => a.dataset.rule)"""
    return page.run(code)


def choose(page: Page, name: str, value: str) -> None:
    page.run(f"""(() => {{
      const chosen = document.querySelector('[data-filter="{name}"]');
      chosen.value = "{value}";
      chosen.dispatchEvent(new Event("input", {{bubbles: true}}));
    }})()""")


def test_it_opens_without_network_and_without_complaint(page: Page, file: Path) -> None:
    page.open(file)
    assert page.requests() == [file.as_uri()]
    assert page.complaints() == []
    assert page.run("document.title") == "A hospital: violated"
    drawn = page.run("[...document.querySelectorAll('svg')].map((s) => s.getBoundingClientRect().width > 300)")
    assert drawn == [True, True]


def test_no_other_script_may_run(page: Page, file: Path) -> None:
    page.open(file)
    page.run("""(() => {
      const other = document.createElement("script");
      other.textContent = "globalThis.ran = true";
      document.body.append(other);
      const image = document.createElement("img");
      image.src = "https://example.org/x.png";
      document.body.append(image);
    })()""")
    assert page.run("globalThis.ran === true") is False
    page.until("document.images[0].complete")
    assert any("Content Security Policy" in text for text in page.complaints())


def test_filters(page: Page, file: Path) -> None:
    page.open(file)
    assert len(shown(page)) == RED + WAIVED
    assert page.run("document.getElementById('shown').textContent") == "5 of 5 shown"
    choose(page, "severity", "critical")
    assert shown(page) == ["no-public-acl"]
    choose(page, "severity", "")
    choose(page, "verdict", "waived")
    assert shown(page) == ["backup-coverage"]
    choose(page, "verdict", "")
    choose(page, "theme", "encryption-at-rest")
    assert shown(page) == ["key-rotation"]
    choose(page, "theme", "")
    choose(page, "change", "new")
    assert sorted(shown(page)) == ["advice", "no-public-acl"]


def test_the_address_remembers(page: Page, file: Path) -> None:
    page.open(file)
    choose(page, "severity", "high")
    choose(page, "verdict", "fail")
    fragment = page.run("location.hash").removeprefix("#")
    assert fragment == "severity=high&verdict=fail"
    page.open(file, fragment)
    assert shown(page) == ["key-rotation"]
    page.open(file, "severity=no-such&text=PUBLIC-read%20images")
    assert shown(page) == ["no-public-acl"]
    page.open(file, "clauses")
    assert len(shown(page)) == RED + WAIVED


def test_a_clause_leads_to_its_findings(page: Page, file: Path) -> None:
    page.open(file)
    page.run("document.querySelector('#clauses a').click()")
    page.until("document.getElementById('shown').textContent === '1 of 5 shown'")
    assert shown(page) == ["key-rotation"]


def test_by_keyboard_alone(page: Page, file: Path) -> None:
    page.open(file)
    page.press("Tab")
    assert page.run("document.activeElement.className") == "skip"
    assert page.run("document.activeElement.getBoundingClientRect().left >= 0"), "seen where it has the focus"
    for _ in range(60):
        page.press("Tab")
        if page.run("document.activeElement.id") == "search":
            break
    page.write("public")
    assert shown(page) == ["no-public-acl"]
    assert page.run("location.hash") == "#text=public"
    outline = page.run("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    for _ in range(10):
        page.press("Tab")
        if page.run("document.activeElement.type") == "reset":
            break
    page.press("Enter", "\r")
    page.until("document.getElementById('shown').textContent === '5 of 5 shown'")
    page.until("document.activeElement.id === 'search'")


def test_evidence_and_residency_are_drawn(page: Page, file: Path) -> None:
    page.open(file)
    statuses = page.run("[...document.querySelectorAll('#clauses tr[data-status]')].map((r) => r.dataset.status)")
    assert statuses == ["violated", "proven", "needs a document"]
    text = page.run("document.getElementById('clauses').textContent")
    for said in ("8.1.4.1", "The training record.", "12 resources violated", "and 11 more", "a note on evidence"):
        assert said in text, said
    stores = page.run("[...document.querySelectorAll('#residency div.store')].map((s) => s.dataset.stands)")
    assert stores == ["outside", "inside"]
    words = page.run("document.querySelector('#residency svg title').textContent")
    assert words == "2 stores reach 4 places: 1 outside, 1 undecided, 1 listed, 1 inside"
    text = page.run("document.getElementById('residency').textContent")
    for said in ("__main__.py:7", "11 sinks, worst outside", "and 7 more", "perhaps a queue", "a certificate"):
        assert said in text, said


def test_it_prints(page: Page, file: Path) -> None:
    page.open(file)
    pdf = base64.b64decode(page.call("Page.printToPDF", printBackground=True)["data"])
    assert pdf.startswith(b"%PDF-") and len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 2
    page.call("Emulation.setEmulatedMedia", media="print")
    hidden = page.run("['form', 'nav', '.skip'].map((s) => getComputedStyle(document.querySelector(s)).display)")
    assert hidden == ["none", "none", "none"]
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("document.querySelectorAll('#clauses details:not([open])').length") == 0
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("document.querySelectorAll('#clauses details:not([open])').length") > 0
    page.call("Emulation.setEmulatedMedia", media="")


# --- accessibility ---------------------------------------------------------------------------------------------------

STRUCTURE = """(() => {
  const found = [];
  const one = (what) => document.querySelectorAll(what).length === 1 || found.push(`not one ${what}`);
  ["main", "header", "footer", "nav", "h1", "head > title"].forEach(one);
  if (!document.documentElement.lang) found.push("no language");
  for (const field of document.querySelectorAll("input, select, button")) {
    const label = field.labels?.[0]?.textContent || field.textContent || field.getAttribute("aria-label");
    if (!label?.trim()) found.push(`no label: ${field.outerHTML.slice(0, 80)}`);
  }
  for (const table of document.querySelectorAll("table"))
    if (!table.querySelector("th[scope]")) found.push("a table without heads");
  for (const image of document.querySelectorAll("svg"))
    if (image.getAttribute("role") !== "img" || !image.querySelector("title")) found.push("a picture without words");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) found.push(`ids twice: ${ids.filter((id, n) => ids.indexOf(id) !== n)}`);
  for (const link of document.querySelectorAll("a"))
    if (!link.hash.includes("=") && !document.getElementById(link.hash.slice(1))) found.push(`leads nowhere: ${link.hash}`);
  let level = 1;
  for (const head of document.querySelectorAll("h1, h2, h3, h4")) {
    const next = Number(head.tagName[1]);
    if (next > level + 1) found.push(`a level is left out before ${head.textContent}`);
    level = next;
  }
  for (const part of document.querySelectorAll("[tabindex]")) if (part.tabIndex > 0) found.push("an order by hand");
  return found;
})()"""

CONTRAST = """(() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => ((v /= 255), v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parts(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const element of document.querySelectorAll("body *:not(script):not(style):not(svg *)")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parts(style.color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.add(`${element.tagName}.${element.className} ${style.color} ${ratio.toFixed(2)}`);
  }
  return [...found];
})()"""


def test_it_is_built_for_everyone(page: Page, file: Path) -> None:
    page.open(file)
    assert page.run(STRUCTURE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(page: Page, file: Path, scheme: str) -> None:
    page.open(file)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.run(CONTRAST) == []
    page.call("Emulation.setEmulatedMedia", features=[])


def test_what_a_screen_reader_is_told(page: Page, file: Path) -> None:
    page.open(file)
    nodes: list[dict[str, Any]] = page.call("Accessibility.getFullAXTree")["nodes"]
    told = {(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if "role" in n}
    roles = {role for role, _ in told}
    assert {"banner", "main", "contentinfo", "navigation", "search", "status"} <= roles
    assert ("navigation", "Parts of the report") in told and ("search", "Filter findings") in told
    unnamed = [role for role, name in told if role in ("button", "link", "combobox", "searchbox", "image") and not name]
    assert unnamed == []


def test_it_fits_a_narrow_screen(page: Page, file: Path) -> None:
    page.open(file)
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=720, deviceScaleFactor=1, mobile=True)
    wide = page.run("document.documentElement.scrollWidth")
    page.call("Emulation.clearDeviceMetricsOverride")
    assert wide <= 360


def test_without_scripts_everything_is_there(page: Page, file: Path) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(file)
    found = page.call("DOMSnapshot.captureSnapshot", computedStyles=[])
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    assert any("no-public-acl" in text for text in found["strings"])


def test_thousands_of_findings_are_filtered_at_once(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "large.html"
    file.write_text(render(full_report(5000), two_regions()))
    page.open(file)
    took = page.run("""(() => {
      const start = performance.now();
      const field = document.getElementById("search");
      field.value = "bucket-4999";
      field.dispatchEvent(new Event("input", {bubbles: true}));
      return performance.now() - start;
    })()""")
    assert page.run("document.getElementById('shown').textContent").startswith("1 of 500")
    assert took < 2000
