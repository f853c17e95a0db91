"""Documents of what is deployed, as hostile text."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.sources import deployed
from policies.sources.deployed import DEEPEST, NotAState, document, document_in
from policies.sources.states import is_state, state_in, what_else


def read(text: bytes) -> object:
    return document_in(io.BytesIO(text), "it")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "it is empty; wanted: JSON"),
        (b"  \n", "it is empty"),
        (b"{", "it is not JSON: Expecting property name"),
        (b'{"a": NaN}', "no usable encoding or number"),
        (b'"\xff\xfe\xfa"', "no usable encoding or number"),
        (b"[1e999]", "no usable encoding or number"),
        (b"[-1" + b"0" * 400 + b"]", "no usable encoding or number"),
        (b"1" * 5000, "no usable encoding or number"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "it is nested too deeply"),
        (b'{"a":' * (DEEPEST + 2) + b"1" + b"}" * (DEEPEST + 2), "it is nested too deeply"),
    ],
)
def test_text_that_is_no_usable_json_is_one_sentence(text: bytes, said: str) -> None:
    with pytest.raises(NotAState) as caught:
        read(text)
    assert said in str(caught.value) and len(str(caught.value)) < 200


def test_what_a_shell_may_have_made_of_the_text_is_read() -> None:
    assert read('{"a": "é"}'.encode("utf-16")) == {"a": "é"}
    assert read(b"\xef\xbb\xbf{}") == {}
    assert read(b"[" * DEEPEST + b"]" * DEEPEST)


def test_a_sentence_does_not_repeat_what_may_be_secret() -> None:
    with pytest.raises(NotAState) as caught:
        read(b'{"password": "hush" "x"}')
    assert "hush" not in str(caught.value)


def test_a_file_that_is_not_there_is_a_folder_or_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotAState, match="does not exist"):
        document(tmp_path / "none")
    with pytest.raises(NotAState, match="is not a file"):
        document(tmp_path)
    monkeypatch.setattr(deployed, "LARGEST_BYTES", 10)
    (tmp_path / "large").write_text(" " * 11)
    with pytest.raises(NotAState, match="is larger than"):
        document(tmp_path / "large")


def test_states_are_told_apart_by_their_shape() -> None:
    assert is_state({"deployment": 1}) and is_state({"format_version": 1})
    assert not is_state({"format": 1}) and not is_state([])
    with pytest.raises(NotAState, match="it is neither a state nor a plan; wanted: what `pulumi preview --json"):
        state_in({"steps": []}, "it")


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | st.lists(st.text()).map(json.dumps).map(str.encode)
)
def test_any_bytes_are_json_or_a_sentence(text: bytes) -> None:
    try:
        data = read(text)
        state_in(data, "it")
    except NotAState:
        pass


def test_a_gzipped_document_is_unpacked_or_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b'{"a": 1}')
    assert read(packed) == {"a": 1}
    for spoiled in (packed[:-6], packed[:12] + b"x" * 20, b"\x1f\x8b"):
        with pytest.raises(NotAState, match="it is gzipped, and"):
            read(spoiled)
    monkeypatch.setattr(deployed, "LARGEST_BYTES", 1000)
    with pytest.raises(NotAState, match="is larger than"):
        read(gzip.compress(b" " * 1_000_000))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"sequence": 0, "timestamp": 1}\n{"sequence": 1, "timestamp": 1}\n', "one JSON value a line"),
        (b'{"a": 1}\nnot json', "one JSON value a line"),
        (b'{\n"a": 1', "is not JSON"),
    ],
)
def test_a_stream_of_events_is_told_from_what_is_broken(text: bytes, says: str) -> None:
    with pytest.raises(NotAState, match=says):
        read(text)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"version": 1, "plan": {}}, "update plan"),
        ({"manifest": {}, "config": {}, "resourcePlans": {}}, "update plan"),
        ({"sequence": 3, "timestamp": 1, "summaryEvent": {}}, "an event of the engine"),
        ({"result": "succeeded", "summary": {"create": 2}, "resources": []}, "without its steps"),
        ({"kind": "update", "resourceChanges": {}}, "history"),
        ({"format": 1, "resources": []}, ""),
        ([], ""),
    ],
)
def test_other_documents_of_pulumi_are_told_by_name(data: Any, says: str) -> None:
    assert says in what_else(data) and bool(says) == bool(what_else(data))
