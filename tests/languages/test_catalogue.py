"""Every message that stands in the sources has a Chinese row, every row is needed, and a row says what its template says."""

import re
from pathlib import Path

import pytest
import yaml

from policies.languages import catalogue
from policies.languages.language import Language
from policies.languages.template import KINDS, Template
from policies.registry import all_rules
from tests.languages import missing
from tests.languages.extract import Found, explanations, messages
from tests.languages.missing import file_of, kept, told, without_page, without_row, without_use
from tests.languages.spoken import SINGLE, words

HINT = "`make texts` prints the rows to fill in, with the file that each belongs to"
FILES = (*catalogue.files(Language.ZH), *catalogue.page_files(Language.ZH))

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TERMS = re.compile(r"[^A-Za-z]*([A-Z]\w*|[\w.:/-]*[_.:/-][\w.:/-]*|[a-z]+\d\S*|x|GB|kB|TB|ms|vCPU)?[^A-Za-z]*")

_THE_SAME = ("an aws.lb.LoadBalancer, TLS 1.3", "a web ACL", " in {0}", "a pod", "percent")
"""Rows of terms that are the same in Chinese, and of signs."""


def file_name(file: Path) -> str:
    return file.relative_to(catalogue.FOLDER / Language.ZH.value).with_suffix("").as_posix()


def test_every_message_has_a_row() -> None:
    missing = [f"{found.place}: {found.template}" for found in without_row()]
    assert missing == [], HINT


def test_every_explanation_of_a_rule_has_its_rows() -> None:
    missing = [f"{found.place}: {found.template}" for texts in without_page().values() for found in texts]
    assert missing == [], HINT


def test_the_command_prints_what_a_rule_explains_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ready to be pasted: the file, the English text, room for the Chinese one, where it stands."""
    rows = dict(catalogue.pages(Language.ZH, "lifecycle"))
    gone = rows.popitem()[0]
    monkeypatch.setattr(catalogue, "pages", lambda _, theme: rows)
    monkeypatch.setattr(missing, "explanations", lambda: {"lifecycle": explanations()["lifecycle"]})
    header, english, chinese = told().splitlines()[:3]
    assert header == "# policies/languages/zh/pages/lifecycle.yaml"
    assert yaml.safe_load(f"{english}\n{chinese}") == {gone: ""}
    assert "policies/rules/lifecycle/retirement_stated.py" in chinese


def test_every_row_is_needed() -> None:
    assert without_use() == [], "a message has changed or gone: change its row, or take it out"


def test_what_is_kept_still_stands_in_the_sources() -> None:
    assert kept().keys() <= {found.template for found in messages()}


def test_the_command_prints_nothing_where_nothing_is_missing() -> None:
    assert told() == ""


def test_no_row_stands_twice() -> None:
    seen: dict[str, str] = {}
    for file in catalogue.files(Language.ZH):
        if file.stem == catalogue.SCREENS:
            continue
        for row in catalogue.rows_in(file):
            assert row not in seen, f"{row!r} stands in {seen[row]} and in {file.name}"
            seen[row] = file.name


def test_a_file_holds_no_key_twice() -> None:
    for file in catalogue.files(Language.ZH):
        lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        assert len(lines) == len(catalogue.rows_in(file)), f"{file.name}: a row stands twice, or takes more than a line"
    for file in catalogue.page_files(Language.ZH):
        lines = [line for line in file.read_text("utf-8").splitlines() if line.startswith("? ")]
        assert len(lines) == len(catalogue.rows_in(file)), f"{file.name}: a row stands twice"


@pytest.mark.parametrize("file", FILES, ids=file_name)
def test_a_row_fills_every_place_once(file) -> None:
    for english, said in catalogue.rows_in(file).items():
        there, here = Template.of(english), Template.of(said)
        assert sorted(there.places) == list(range(len(there.places))), english
        assert sorted(here.places) == sorted(there.places), f"{english!r}: {said!r}"
        assert all(not kind or kind in KINDS for kind in here.kinds), said


@pytest.mark.parametrize("file", FILES, ids=file_name)
def test_a_row_of_words_is_chinese(file) -> None:
    """A row that was copied is no translation; terms, settings and numbers may stay as they are."""
    for english, said in catalogue.rows_in(file).items():
        words_left = [w for w in re.sub(r"\{\d+(:\w+)?\}", "", english).split() if not _TERMS.fullmatch(w)]
        assert english in _THE_SAME or not words_left or _CHINESE.search(said), f"{english!r}: {said!r}"


@pytest.mark.parametrize("file", FILES, ids=file_name)
def test_a_row_keeps_numbers_names_of_settings_and_ids(file) -> None:
    for english, said in catalogue.rows_in(file).items():
        bare, told_there = re.sub(r"\{\d+(:\w+)?\}", "", english), re.sub(r"\{\d+(:\w+)?\}", "", said)
        names = re.findall(r"\b(?:aws:\w+|\w+_\w+|kms:\w+|[A-Z]\w*-[\w-]*\d|GB/T [\d-]+|\d{3,})\b", bare)
        assert [name for name in names if name not in told_there] == [], f"{english!r}: {said!r}"


@pytest.mark.parametrize("file", catalogue.page_files(Language.ZH), ids=file_name)
def test_an_explanation_keeps_code_rules_and_sources(file: Path) -> None:
    """What an auditor looks up elsewhere: settings, ids of rules, numbers, names of products, titles of guides' sections."""
    rules = re.compile("|".join(sorted((rule.id for rule in all_rules()), key=len, reverse=True)))
    for english, said in catalogue.rows_in(file).items():
        told = said.replace("等保", "MLPS")
        names = re.findall(r"`[^`]+`|\d[\d.:/]*\d|\d|\b[a-z]+[A-Z]\w*|\b[A-Z]\w*[A-Z_]\w*", english)
        titles = [f"“{title}”" for title in re.findall(r'"([^"]+)"', english)]
        kept = [*names, *titles, *rules.findall(english)]
        assert [name for name in kept if name.removesuffix("s") not in told] == [], f"{english!r}: {said!r}"


def test_words_of_values_are_in_the_catalogue() -> None:
    screens, shown = catalogue.screens(Language.ZH), catalogue.messages(Language.ZH)
    assert [word for word in words() if word not in screens] == [], "tests/languages/spoken.yaml"
    assert [row for row in SINGLE if row not in shown] == [], "tests/languages/spoken.yaml"


def test_messages_are_found_in_every_form() -> None:
    """The reader of sources finds constants, places, choices, sums and parts, and no paths, ids or docstrings."""
    found = {f.template for f in messages()}
    assert {
        "no access log",
        "copied to {0}",
        "a customer key in {0}",
        "{0} days or more, or 0 (never expires)",
        ", or instead: {0}",
    } <= found
    assert not any(text.startswith("policy > ") for text in found)
    assert len(found) > 900


def test_a_message_is_filed_under_its_theme() -> None:
    assert file_of(Found("x y", "policies/rules/encryption_at_rest/_keys.py", 1)) == "encryption-at-rest.yaml"
    assert file_of(Found("x y", "policies/rules/_resource_policies.py", 1)) == "frame.yaml"
    assert file_of(Found("x y", "policies/flows/families/by_entry.py", 1)) == "flows.yaml"
