"""Interrupting bootstrap at any call and running it again ends in the same place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from operations.bootstrap import NotBootstrapped, Outcome, Run, Step
from operations.live import Live, LiveError
from tests.operations.accounts import HOME, client, everything
from tests.operations.bootstrapping import ACCOUNT, outcomes, run

BUCKET, ALIAS = f"tjemc-{ACCOUNT}-{HOME}-state", "alias/tjemc/state"
_READS = ("Describe", "Get", "Head", "List")


class Fault:
    """Fails each call once, the first time that it is made: before it reaches the account, or after it has, so that
    only the answer is lost. Told apart by what is asked of what, since a run that goes on makes the same call again."""

    def __init__(self, error: BaseException, *, after: bool, reads: bool):
        self.error, self.after, self.reads = error, after, reads
        self.failed: list[str] = []
        self._seen: set[str] = set()
        self._next: str | None = None

    def before_call(self, model: Any, params: Any, **_: Any) -> None:
        call = f"{model.name} {params['url_path']} {_text(params['body'])}"
        self._next = None
        if call in self._seen or (not self.reads and model.name.startswith(_READS)):
            return
        self._seen.add(call)
        self._next = model.name
        if not self.after:
            self._fail()

    def after_call(self, **_: Any) -> None:
        if self.after and self._next:
            self._fail()

    def _fail(self) -> None:
        self.failed.append(self._next or "")
        raise self.error


def _text(body: Any) -> str:
    return body.decode() if isinstance(body, bytes) else json.dumps(body, sort_keys=True, default=str)


@contextmanager
def injected(live: Live, fault: Fault) -> Iterator[None]:
    events = [live.client(service, HOME).meta.events for service in ("iam", "kms", "s3")]
    for emitter in events:
        emitter.register("before-call.*.*", fault.before_call)
        emitter.register("after-call.*.*", fault.after_call)
    try:
        yield
    finally:
        for emitter in events:
            emitter.unregister("before-call.*.*", fault.before_call)
            emitter.unregister("after-call.*.*", fault.after_call)


def _denied() -> ClientError:
    return ClientError({"Error": {"Code": "AccessDenied", "Message": "not now"}}, "Anything")


_LOST = ConnectionClosedError(endpoint_url="http://127.0.0.1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "after", "reads"),
    [
        (_denied(), False, True),
        (_LOST, True, False),
        (KeyboardInterrupt(), False, False),
        (KeyboardInterrupt(), True, False),
    ],
    ids=["refused", "answer-lost", "interrupted-before", "interrupted-after"],
)
def test_every_call_fails_once_and_the_end_is_the_same(
    live: Live,
    plan: tuple[Step, ...],
    reset: Any,
    error: BaseException,
    after: bool,
    reads: bool,
) -> None:
    url = live.endpoint_url or ""
    run(live, plan)
    wanted = everything(url, ACCOUNT)
    reset()
    fault, runs = Fault(error, after=after, reads=reads), 0
    with injected(live, fault):
        while True:
            runs += 1
            assert runs < 300
            try:
                done = run(live, plan)
                break
            except (LiveError, NotBootstrapped) as told:
                assert not isinstance(error, KeyboardInterrupt)
                assert any(word in str(told) for word in ("access denied", "closed the connection", "closed to these"))
            except KeyboardInterrupt:
                assert isinstance(error, KeyboardInterrupt)
    assert len(fault.failed) == runs - 1 >= (65 if reads else 28)
    assert {"CreateKey", "CreateAlias", "CreateBucket", "CreateRole", "PutBucketPolicy"} <= set(fault.failed)
    assert everything(url, ACCOUNT) == wanted
    assert outcomes(done) <= {Outcome.PRESENT, Outcome.CREATED, Outcome.CORRECTED}
    assert outcomes(run(live, plan)) == {Outcome.PRESENT}


@pytest.mark.parametrize(
    "broken", ["CreateKey", "CreateBucket", "CreateAlias", "PutBucketTagging", "EnableKeyRotation"]
)
def test_a_run_that_ends_right_after_a_call_is_gone_on_with(
    live: Live,
    plan: tuple[Step, ...],
    broken: str,
) -> None:
    """The key has no name before its alias, and the bucket no tag before its second call."""
    url = live.endpoint_url or ""

    class OnlyThis(Fault):
        def before_call(self, model: Any, params: Any, **more: Any) -> None:
            super().before_call(model, params, **more)
            self._next = self._next if model.name == broken else None

    with injected(live, OnlyThis(KeyboardInterrupt(), after=True, reads=False)), pytest.raises(KeyboardInterrupt):
        run(live, plan)
    run(live, plan)
    held = everything(url, ACCOUNT)
    assert len(held["keys"]) == 1 and held["keys"][0]["rotates"] is True
    assert [alias["AliasName"] for alias in held["keys"][0]["aliases"]] == [ALIAS]
    assert list(held["buckets"]) == [BUCKET]
    assert held["buckets"][BUCKET]["bucket_tagging"]["TagSet"]
    assert outcomes(run(live, plan)) == {Outcome.PRESENT}


def test_what_is_just_made_may_not_be_known_everywhere_yet(
    live: Live,
    plan: tuple[Step, ...],
) -> None:
    """To KMS a key policy that names a role made a second ago is malformed; then it is not."""
    refused, waited = [], []

    def not_yet(model: Any, **_: Any) -> None:
        if model.name in ("CreateKey", "AttachRolePolicy") and len(refused) < 4:
            refused.append(model.name)
            code = "MalformedPolicyDocumentException" if model.name == "CreateKey" else "NoSuchEntity"
            raise ClientError({"Error": {"Code": code, "Message": "unknown principal"}}, model.name)

    events = [live.client(service, HOME).meta.events for service in ("iam", "kms")]
    for emitter in events:
        emitter.register("before-call.*.*", not_yet)
    try:
        done = list(Run(live, ACCOUNT, pause=waited.append).run(plan))
    finally:
        for emitter in events:
            emitter.unregister("before-call.*.*", not_yet)
    assert outcomes(done) <= {Outcome.CREATED, Outcome.PRESENT}
    assert len(waited) == 4


def test_what_stays_unknown_is_told_after_a_minute(
    live: Live,
    plan: tuple[Step, ...],
) -> None:
    waited = []

    def never(model: Any, **_: Any) -> None:
        if model.name == "CreateKey":
            raise ClientError(
                {"Error": {"Code": "MalformedPolicyDocumentException", "Message": "no principal x"}}, model.name
            )

    emitter = live.client("kms", HOME).meta.events
    emitter.register("before-call.*.*", never)
    try:
        with pytest.raises(LiveError, match=r"making key alias/tjemc/state: CreateKey was refused: .* no principal x"):
            list(Run(live, ACCOUNT, pause=waited.append).run(plan))
    finally:
        emitter.unregister("before-call.*.*", never)
    assert 30 < sum(waited) <= 60


def test_a_key_that_does_not_let_itself_be_asked_is_not_ours(
    live: Live,
    plan: tuple[Step, ...],
) -> None:
    kms = client(live.endpoint_url or "", "kms", ACCOUNT)
    closed = kms.create_key(Description="closed")["KeyMetadata"]["KeyId"]
    kms.create_key(Description="open")

    def deny(params: Any, model: Any, **_: Any) -> None:
        if model.name == "ListResourceTags" and closed in _text(params["body"]):
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "its policy says no"}}, model.name)

    emitter = live.client("kms", HOME).meta.events
    emitter.register("before-call.*.*", deny)
    try:
        run(live, plan)
    finally:
        emitter.unregister("before-call.*.*", deny)
    assert len(kms.list_keys()["Keys"]) == 3


def test_who_may_not_ask_for_tags_at_all_makes_no_second_key(
    live: Live,
    plan: tuple[Step, ...],
) -> None:
    kms = client(live.endpoint_url or "", "kms", ACCOUNT)
    kms.create_key(Description="open")

    def deny(model: Any, **_: Any) -> None:
        if model.name == "ListResourceTags":
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "you may not"}}, model.name)

    emitter = live.client("kms", HOME).meta.events
    emitter.register("before-call.*.*", deny)
    try:
        with pytest.raises(LiveError, match="looking for key alias/tjemc/state: access denied: you may not"):
            run(live, plan)
    finally:
        emitter.unregister("before-call.*.*", deny)
    assert len(kms.list_keys()["Keys"]) == 1
