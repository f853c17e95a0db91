"""Terraform's lines, as it wrote them in earnest, and whatever else may stand there."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from operations.sandbox.terraform_events import LONGEST, Event, Kind, event_of

RESOURCE = {
    "addr": "aws_kms_key.records-key",
    "module": "",
    "resource": "aws_kms_key.records-key",
    "implied_provider": "aws",
    "resource_type": "aws_kms_key",
    "resource_name": "records-key",
    "resource_key": None,
}
HEAD = {"@level": "info", "@message": "...", "@module": "terraform.ui", "@timestamp": "2026-11-23T06:23:46.658730Z"}


def line(**rest: object) -> bytes:
    return json.dumps({**HEAD, **rest}).encode()


def test_what_it_plans():
    found = event_of(line(type="planned_change", change={"resource": RESOURCE, "action": "create"}))
    assert found == Event(Kind.PLANNED, "aws_kms_key.records-key", "create")


def test_what_it_does():
    hook = {"resource": RESOURCE, "action": "create", "id_key": "id", "id_value": "x", "elapsed_seconds": 16}
    assert event_of(line(type="apply_complete", hook=hook)) == Event(
        Kind.FINISHED, "aws_kms_key.records-key", "create", 16.0
    )
    assert event_of(line(type="apply_start", hook=hook)).kind is Kind.STARTED
    assert event_of(line(type="apply_errored", hook=hook)).kind is Kind.FAILED
    assert event_of(line(type="refresh_complete", hook=hook)).kind is Kind.REFRESHED


def test_what_is_wrong():
    problem = {
        "severity": "error",
        "summary": "creating KMS Key",
        "detail": "StatusCode: 500\nRequestID: x",
        "address": "aws_kms_key.records-key",
        "range": {"filename": "records.tf.json"},
    }
    found = event_of(line(type="diagnostic", diagnostic=problem))
    assert found == Event(
        Kind.PROBLEM,
        "aws_kms_key.records-key",
        text="creating KMS Key: StatusCode: 500 RequestID: x",
        is_error=True,
    )
    assert not event_of(line(type="diagnostic", diagnostic={**problem, "severity": "warning"})).is_error


def test_what_nobody_needs_is_passed_over():
    assert event_of(line(type="version", terraform="1.11.4", ui="1.2")) is None
    assert event_of(line(type="apply_progress", hook={"resource": RESOURCE})) is None
    assert event_of(b"panic: runtime error") is None
    assert event_of(b"") is None
    assert event_of(b'{"type": "apply_complete"') is None
    assert event_of(b'{"type": "apply_complete", "x": "' + b"x" * LONGEST + b'"}') is None
    assert event_of(b"[" * 100_000) is None


def test_an_address_that_is_none_is_empty():
    hook = {"resource": {"addr": "aws_kms_key.x\x1b[31m"}}
    assert event_of(line(type="apply_complete", hook=hook)).address == ""


@given(
    st.dictionaries(
        st.sampled_from(["type", "hook", "change", "diagnostic"]),
        st.recursive(
            st.none() | st.text() | st.integers() | st.sampled_from([k.value for k in Kind]),
            lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["resource", "addr", "severity", "summary"]), x),
            max_leaves=10,
        ),
    )
)
def test_any_json_is_an_event_or_none(data: dict[str, object]):
    found = event_of(json.dumps(data).encode())
    assert found is None or isinstance(found, Event)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_none(data: bytes):
    assert event_of(data) is None
