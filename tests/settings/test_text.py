"""What is no stack file at all, what is one in another dress, and what other programs write into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.settings import KEY, StackFileErrors, from_config, load, load_text, stack_file
from infra.settings.yaml_lines import LARGEST_BYTES, NotYaml, parse
from tests.settings.good import NAME, TEXT, TODAY, with_line
from tests.settings.test_wrong_fields import errors_of, only_error

GOOD = load_text(TEXT.encode(), NAME, today=TODAY).hospital
SHAPE = "a stack file has config: and, below it, hospital-cloud:hospital:"


def data() -> dict[str, Any]:
    """The settings of the good text, as other programs see them."""
    return yaml.safe_load(TEXT)["config"][KEY]


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        pytest.param(b"", None, f"is empty; {SHAPE}", id="empty"),
        pytest.param(b"\n# nothing\n", None, f"is empty; {SHAPE}", id="only a comment"),
        pytest.param(b"hello\n", 1, f"holds 'hello'; {SHAPE}", id="a word"),
        pytest.param(b"- a\n- b\n", 1, f"holds a list; {SHAPE}", id="a list"),
        pytest.param(b"{}\n", 1, f"is missing; {SHAPE}", id="no config"),
        pytest.param(b"confg: {}\n", 1, f"is missing; {SHAPE}; is 'confg' meant for it?", id="config misspelt"),
        pytest.param(b"config:\n", 1, f"is empty; {SHAPE}", id="empty config"),
        pytest.param(b"config: 7\n", 1, f"is 7; {SHAPE}", id="config is a number"),
        pytest.param(b"config: {}\n", 1, f"has no hospital-cloud:hospital; {SHAPE}", id="no hospital"),
        pytest.param(
            b"config:\n  hospital-cloud:hospital:\n",
            2,
            "is empty; wanted: the hospital's settings, from schema: 1 on",
            id="empty hospital",
        ),
        pytest.param(
            b"config:\n  hospital-cloud:hospitl: {}\n",
            2,
            "is not read by anything; allowed: hospital-cloud:hospital and other namespaces; "
            "did you mean 'hospital-cloud:hospital'?",
            id="hospital misspelt",
        ),
        pytest.param(
            b"config:\n  hospital: {}\n",
            2,
            "is not read by anything; allowed: hospital-cloud:hospital and other namespaces; "
            "did you mean 'hospital-cloud:hospital'?",
            id="namespace forgotten",
        ),
        pytest.param(b"a: 1\n---\nb: 2\n", 2, "a second document begins here (---); a stack file has one", id="two"),
        pytest.param(b"a: 1\nb: \xff\n", 2, "is not UTF-8 text: byte 0xff in this line", id="Latin-1"),
        pytest.param("config: {}".encode("utf-16"), 1, "is not UTF-8 text: byte 0xff in this line", id="UTF-16"),
        pytest.param(b"config:\n\x00\n", 2, "is not YAML: …", id="NUL"),
        pytest.param(b"config:\n  title: \x1b[31m\n", 2, "is not YAML: …", id="escape"),
        pytest.param(b"config:\n\ta: 1\n", 2, "is not YAML: found …", id="tab"),
        pytest.param(b"config: [\n", 2, "is not YAML: …", id="open bracket"),
        pytest.param(b"config: 'a\n", 2, "is not YAML: …", id="open quote"),
        pytest.param(b"a: 1\n<<: {b: 2}\n", 2, "'<<' merges another mapping; write its lines out here", id="merge"),
        pytest.param(b"a: *b\n", 1, "the alias *b refers to nothing", id="alias to nothing"),
        pytest.param(b"a: &b [*b]\n", 1, "the alias *b stands inside what it refers to", id="alias to itself"),
        pytest.param(b"a: &b x\n*b : 1\n", 2, "an alias (*) stands as a key; write the key out", id="alias as key"),
        pytest.param(b"? [a]\n: 1\n", 1, "a mapping or list stands as a key; a key is one word", id="list as key"),
    ],
)
def test_no_stack_file(source: bytes, line: int | None, message: str) -> None:
    error = only_error(source)
    begin, ellipsis, _ = message.partition("…")
    assert error.message.startswith(begin) if ellipsis else error.message == message
    assert error.file == NAME
    assert error.line == line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.cn-tertiary.yaml").write_text(TEXT)
    with pytest.raises(StackFileErrors) as caught:
        load(tmp_path / "Pulumi.cn-tertary.yaml")
    (error,) = caught.value.errors
    assert error.message.startswith("is not there; stack files here: Pulumi.cn-tertiary.yaml; did you mean")
    with pytest.raises(StackFileErrors, match="is not a file"):
        load(tmp_path)
    with pytest.raises(StackFileErrors, match=r"is not there|cannot be read"):
        load(tmp_path / "a\0b")
    assert stack_file("org/hospital-cloud/dev", tmp_path) == tmp_path / "Pulumi.dev.yaml"


@pytest.mark.parametrize(
    "dressed",
    [
        pytest.param(lambda text: "\ufeff" + text, id="byte-order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="Windows lines"),
        pytest.param(lambda text: "---\n" + text + "...\n", id="document marks"),
        pytest.param(lambda text: text.replace("15\n", "&many 15\n", 1), id="an anchor"),
        pytest.param(lambda text: with_line("schema: 1", 'schema: "1"', text), id="schema as text"),
        pytest.param(lambda text: with_line('id: "111122223333"', "id: 111122223333", text), id="account as number"),
        pytest.param(lambda text: with_line("staff: 3000", 'staff: "3000"', text), id="number as text"),
        pytest.param(
            lambda text: with_line('expires_on: "2027-12-31"', "expires_on: 2027-12-31", text), id="bare date"
        ),
        pytest.param(
            lambda text: with_line('expires_on: "2027-12-31"', "expires_on: 2027-12-31T00:00:00Z", text), id="midnight"
        ),
        pytest.param(
            lambda text: with_line("config:", "encryptionsalt: v1:abc=\nsecretsprovider: passphrase\nconfig:", text),
            id="the engine's own lines",
        ),
        pytest.param(
            lambda text: text + '  aws:skipCredentialsValidation: "true"\n  aws:endpoints:\n    - {s3: http://x}\n',
            id="other namespaces",
        ),
    ],
)
def test_the_same_hospital_in_another_dress(dressed: Callable[[str], str]) -> None:
    assert load_text(dressed(TEXT).encode(), NAME, today=TODAY).hospital == GOOD


def test_an_alias_stands_for_its_value() -> None:
    text = with_line("ct: 460", "ct: &some 460", with_line("us: 950", "us: *some", TEXT))
    studies = load_text(text.encode(), NAME, today=TODAY).hospital.demand.imaging_studies_per_day
    assert studies is not None
    assert set(studies.values()) == {460}


def test_as_the_engine_rewrites_it() -> None:
    """`pulumi config set --path` sorts keys, drops comments and quotes, and writes what it is given as text."""
    settings = data()
    settings["schema"] = "1"
    settings["lifecycle"] = "retiring"
    text = yaml.safe_dump({"config": {"aws:region": "cn-north-1", KEY: settings}}, sort_keys=True, allow_unicode=True)
    text = text.replace("'111122223333'", "111122223333").replace("'2027-12-31'", "2027-12-31")
    assert "id: 111122223333" in text
    assert "expires_on: 2027-12-31" in text
    assert "schema: '1'" in text
    hospital = load_text(text.encode(), NAME, today=TODAY).hospital
    assert hospital.lifecycle.value == "retiring"
    assert hospital.model_copy(update={"lifecycle": GOOD.lifecycle}) == GOOD


def test_lines_of_later_findings() -> None:
    loaded = load_text(TEXT.encode(), NAME, today=TODAY)
    assert loaded.line_of("data_centres.ningxia.region") == 35
    assert loaded.line_of("data_centres.ningxia.nothing") == 34
    assert loaded.line_of("nothing") == 2


# --- as the engine hands it over -------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The good text as a file."""
    path = tmp_path / NAME
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize("as_text", [True, False])
def test_the_engine_gives_the_same_hospital(file: Path, as_text: bool) -> None:
    value = json.dumps(data()) if as_text else data()
    loaded = from_config(value, file=file, today=TODAY)
    assert loaded.hospital == GOOD
    assert loaded.lines == load(file, today=TODAY).lines
    assert from_config(value, today=TODAY).hospital == GOOD


def test_the_engine_gives_the_same_lines_of_errors(file: Path) -> None:
    text = with_line("region: cn-northwest-1", "region: us-east-1", with_line("nodes: 9", "nodes: 0"))
    file.write_text(text)
    value = yaml.safe_load(text)["config"][KEY]
    with pytest.raises(StackFileErrors) as caught:
        from_config(json.dumps(value), file=file, today=TODAY)
    with pytest.raises(StackFileErrors) as wanted:
        load(file, today=TODAY)
    assert [str(error) for error in caught.value.errors] == [str(error) for error in wanted.value.errors]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "is not JSON: "),
        ("{", "is not JSON: "),
        ("7", "is 7; wanted: "),
        ("null", "is empty; wanted: "),
        (None, "is empty; wanted: "),
        ([], "is a list; wanted: "),
        ("[" * 100_000, "is more than 40 levels deep"),
        ("[" * 50 + "]" * 50, "is more than 40 levels deep"),
        ('{"schema": ' + "9" * 1_000_000 + "}", "has a number of 1000000 digits"),
        ('{"schema": NaN}', "nan is not a number that can be used"),
        ('{"schema": 1e999}', "inf is not a number that can be used"),
        ("[" + "0," * 60_000 + "0]", "has more than 50,000 values"),
        (" " * (LARGEST_BYTES + 1), "is larger than 1024 KiB"),
        ({"title": object()}, "is of a type that settings cannot have: object"),
        ({1: 2}, "has the key 1, which is not text"),
        ({"title": float("inf")}, "inf is not a number that can be used"),
        ({"title": 10**400}, "a number of about 401 digits is larger than any setting"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_no_settings_at_all(value: object, message: str) -> None:
    with pytest.raises(StackFileErrors) as caught:
        from_config(value, today=TODAY)
    assert any(message in error.message for error in caught.value.errors), str(caught.value)
    assert all(str(error).startswith("hospital-cloud:hospital: ") for error in caught.value.errors)


def test_a_file_that_has_become_unreadable_costs_only_the_lines(file: Path) -> None:
    file.write_bytes(b"\xff")
    assert from_config(data(), file=file, today=TODAY).hospital == GOOD


# --- bounds ----------------------------------------------------------------------------------------------------------


def _bomb(width: int, depth: int) -> str:
    rows = [f"  a0: &a0 [{', '.join(['x'] * width)}]"]
    rows += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, depth)]
    return "config:\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(_bomb(9, 9), "values, what aliases stand for included", id="billion laughs"),
        pytest.param(_bomb(3, 80), "more than ", id="deep bomb"),
        pytest.param("a: &a x\nb:\n" + "  - *a\n" * 300, "more than 200 aliases (*)", id="many aliases"),
        pytest.param("[" * 10_000, "more than 40 levels deep; the deepest setting has 6", id="10,000 open lists"),
        pytest.param("{a: " * 10_000, "more than 40 levels deep", id="10,000 open mappings"),
        pytest.param("- " * 10_000 + "a", "more than 40 levels deep", id="10,000 hyphens"),
        pytest.param(
            "a:\n" + "".join(" " * n + "a:\n" for n in range(1, 1000)), "more than 40 levels", id="1,000 keys"
        ),
        pytest.param(f"config: {'9' * 1_000_000}", "is a number of 1000000 characters", id="a million digits"),
        pytest.param(f"config: 1e{'9' * 1000}", "is a number of 1002 characters", id="a huge exponent"),
        pytest.param(f"config: 0x{'f' * 500_000}", "is a number of 500002 characters", id="hexadecimal"),
        pytest.param(f"config: {'a' * 1_000_000}", "is 'aaa", id="a million letters"),
        pytest.param(f"{'a' * 1_000_000}: 1", "not YAML", id="a key of a million letters"),
        pytest.param("a: 1\n" * 200_000, "more than 50,000 values", id="200,000 keys"),
        pytest.param("# x\n" * 600_000, "is larger than 1024 KiB; a stack file has some 10 KiB", id="too large"),
    ],
)
def test_what_would_take_for_ever_is_answered_soon(source: str, message: str, cpu: Callable[[], float]) -> None:
    found = errors_of(source.encode())
    assert cpu() < 2
    assert any(message in error.message for error in found), [str(error)[:200] for error in found]
    assert all(len(str(error)) < 2000 for error in found)


def test_many_wrong_sites_are_answered_soon(cpu: Callable[[], float]) -> None:
    site = "\n".join(
        f"s{n}:\n  city: Tianjin\n  kind: campus\n  connection: none\n  cidr: 10.64.0.0/{16 + n % 13}"
        for n in range(490)
    )
    found = errors_of(with_line("clinic-one:", site + "\nclinic-one:"))
    assert cpu() < 2
    assert len(found) > 400


def test_the_largest_file_that_is_read(cpu: Callable[[], float]) -> None:
    padding = "# " + "x" * 100 + "\n"
    text = TEXT + padding * ((LARGEST_BYTES - len(TEXT.encode())) // len(padding))
    assert load_text(text.encode(), NAME, today=TODAY).hospital == GOOD
    assert cpu() < 2


# --- numbers and words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1_000", 1000),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b101", 5),
        ("-3", -3),
        ("+3", 3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("007", 7),
        ("yes", "yes"),
        ("on", "on"),
        ("True", True),
        ("~", None),
        ("2027-12-31", "2027-12-31"),
        ("12:30:45", "12:30:45"),
        ('"1"', "1"),
        ("!!str 1", "1"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_plain_words_as_the_engine_reads_them(written: str, value: object) -> None:
    read = parse(f"a: {written}".encode()).data["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", ["0x", "0o_", "0b_", "0x_", "1_", "._", "1e", "+", "-", "0o9", ".", "0b2"])
def test_half_numbers_do_no_harm(text: str) -> None:
    try:
        parse(f"a: {text}".encode())
    except NotYaml:
        return
