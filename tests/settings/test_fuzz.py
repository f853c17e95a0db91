"""Whatever stands in a stack file, the loader answers with a hospital or with sentences: never with a traceback."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from infra.settings import KEY, Loaded, StackFileErrors, from_config, load_text
from infra.sizing import plan_of
from tests.settings.good import NAME, TEXT, TODAY

fuzzed = settings(
    max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
GOOD: dict[str, Any] = yaml.safe_load(TEXT)["config"][KEY]


def answered(source: bytes) -> Loaded | None:
    """The hospital, or None with every error in a form that may be printed."""
    try:
        loaded = load_text(source, NAME, today=TODAY)
        plan_of(loaded)
    except StackFileErrors as wrong:
        _printable(wrong)
        return None
    return loaded


def answered_by_config(value: object) -> None:
    """The same for the settings as the engine gives them."""
    try:
        plan_of(from_config(value, today=TODAY))
    except StackFileErrors as wrong:
        _printable(wrong)


def _printable(wrong: StackFileErrors) -> None:
    assert wrong.errors
    for error in wrong.errors:
        assert error.message
        assert str(error).isprintable(), repr(str(error))
        assert error.value is None or error.value.isprintable()
        assert "None entries" not in error.message
        assert len(str(error)) < 10_000
        assert error.line is None or error.line > 0


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in some data, the whole left out."""
    found = []
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += [(*path, key), *_paths(inner, (*path, key))]
    return found


PATHS = _paths(GOOD)
WORDS = st.sampled_from(
    [
        *("", "live", "cn-north-1", "us-east-1", "10.0.0.0/16", "0.0.0.0/0", "111122223333", "*", "*.", ".", "~", "<<"),
        *("secure", "schema", "hospital-cloud:hospital", "arn:aws-cn:iam::111122223333:role/x", "2027-12-31", "nan"),
        *("[key]", "a\x00b", "\x1b[31m", "\u202e", "\u2028", "\ud7ff", "\U0001f3e5", "x" * 300, "9" * 900, "1e999"),
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 10**9, 10**30, 10**400, 2**63, 1e300, 5e-324, "9" * 4_400]),
    st.floats(),
    st.text(max_size=20),
    WORDS,
    st.dates().map(str),
)
KEYS = st.one_of(st.text(max_size=10), WORDS, st.sampled_from([str(path[-1]) for path in PATHS]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=8,
)


@st.composite
def edited(draw: st.DrawFn) -> dict[str, Any]:
    """The good settings with a few places deleted, replaced, exchanged, or with something beside them."""
    data = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(_paths(data) or [("title",)]))
        parent = data
        for step in path[:-1]:
            parent = parent[step]
        kind = draw(st.sampled_from(["delete", "replace", "insert", "copy"]))
        if kind == "delete" and isinstance(parent, dict | list) and (isinstance(parent, list) or path[-1] in parent):
            del parent[path[-1]]
        elif kind == "replace":
            parent[path[-1]] = draw(VALUES)
        elif kind == "insert" and isinstance(parent, dict):
            parent[draw(KEYS)] = draw(VALUES)
        elif kind == "insert":
            parent.insert(0, draw(VALUES))
        else:
            source: Any = GOOD
            for step in draw(st.sampled_from(PATHS)):
                source = source[step]
            parent[path[-1]] = copy.deepcopy(source)
    return data


def written(data: object) -> bytes:
    """The settings as a stack file; JSON is YAML."""
    text = json.dumps({"config": {KEY: data}}, indent=1, ensure_ascii=False)
    text = "".join(c if c.isprintable() or c == "\n" else f"\\U{ord(c):08x}" for c in text)
    return text.replace("NaN", ".nan").replace("-Infinity", "-.inf").replace("Infinity", ".inf").encode()


@fuzzed
@given(st.binary(max_size=200))
@example(b"0x_")
@example(b"?\n")
@example(b"\xef\xbb\xbf")
@example(b"%YAML 9.9\n---\n")
@example(b"%TAG ! tag:x,\n--- !y z\n")
def test_any_bytes(source: bytes) -> None:
    answered(source)
    answered(b"config:\n  hospital-cloud:hospital:\n    title: " + source)


@fuzzed
@given(st.text(alphabet="ab0129_.-+eExoi:#&*!|>'\"%@`{}[],?~<= \n\t\r\x00\x85\ufeff\u2028", max_size=60))
def test_any_yaml_signs(text: str) -> None:
    answered(text.encode())
    answered(f"config:\n  hospital-cloud:hospital:\n    {text}".encode())


@fuzzed
@given(VALUES)
@example({"[key]": None})
@example({"edge_sites": {"[key]": None}})
def test_any_structure(value: object) -> None:
    answered(written(value))
    answered_by_config(value)
    answered_by_config(json.dumps(value))
    answered(json.dumps({"config": value}).encode())


@settings(fuzzed, max_examples=150)
@given(edited())
def test_edits_of_a_good_stack(data: dict[str, Any]) -> None:
    answered(written(data))
    answered_by_config(data)


@fuzzed
@given(st.data())
def test_edits_of_the_text(data: st.DataObject) -> None:
    lines = TEXT.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["delete", "double", "indent", "outdent", "cut", "word"]))
        line = lines[place]
        cut = data.draw(st.integers(0, len(line)))
        lines[place : place + 1] = {
            "delete": [],
            "double": [line, line],
            "indent": [f"  {line}"],
            "outdent": [line.removeprefix("  ")],
            "cut": [line[:cut]],
            "word": [line[:cut] + data.draw(WORDS) + line[cut:]],
        }[kind]
        lines = lines or [""]
    answered("\n".join(lines).encode())


@settings(fuzzed, max_examples=60)
@given(st.sampled_from(PATHS), VALUES)
def test_the_text_and_the_engine_are_answered_alike(path: tuple[Any, ...], value: object) -> None:
    data = copy.deepcopy(GOOD)
    parent: Any = data
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    said = []
    for read in (lambda: load_text(written(data), today=TODAY), lambda: from_config(data, today=TODAY)):
        try:
            said.append(read().hospital)
        except StackFileErrors as wrong:
            said.append({error.path for error in wrong.errors})
    assert said[0] == said[1]
