"""Runs the steps: look, create what is absent, correct what is different, delete nothing.

Interrupted at any call, it can be run again: every call either makes one thing whole or leaves a difference that the
next look sees.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Final

from botocore.exceptions import ClientError

from jurisdictions import OWNER_TAG
from operations.bootstrap import identities
from operations.bootstrap.kind import At, Difference, Found, NotBootstrapped, Wanted, absent, owner_of, tags_of
from operations.bootstrap.steps import Step, Unresolved
from operations.live import Live, LiveError, telling

_LOOKS: Final = 12
_BETWEEN_LOOKS_SECONDS: Final = 5.0
"""For as long as a minute, what has just been made may not be seen everywhere in AWS."""
_NOT_SEEN_YET: Final = (
    "ConcurrentModification",
    "ConcurrentModificationException",
    "MalformedPolicyDocument",
    "MalformedPolicyDocumentException",
    "NoSuchBucket",
    "NoSuchEntity",
    "NotFoundException",
    "OperationAborted",
)
"""Refusals that come of it: a policy that names a role KMS has not heard of is malformed to it."""


class Outcome(str, Enum):
    """What became of a step."""

    CREATED = "created"
    CORRECTED = "corrected"
    PRESENT = "already there"
    TO_CREATE = "would be created"
    TO_CORRECT = "would be corrected"
    TOO_MUCH = "has more than it should"


@dataclass(frozen=True)
class Done:
    """One line of the account that is given of a run."""

    label: str
    outcome: Outcome
    detail: str = ""


class Run:
    """The steps of one account against the live account."""

    def __init__(
        self,
        live: Live,
        account_id: str,
        *,
        dry: bool = False,
        pause: Callable[[float], None] = time.sleep,
        on_wait: Callable[[str], None] = lambda _what: None,
    ):
        """`dry`: look only. `on_wait` is told what is waited for, before each pause."""
        self.live, self.account_id, self.dry = live, account_id, dry
        self._pause, self._on_wait = pause, on_wait
        self._steps: dict[str, Step] = {}
        self._outputs: dict[str, Mapping[str, str]] = {}
        self._created = False

    def run(self, steps: Sequence[Step]) -> Iterator[Done]:
        """Does one step after the other and says what became of each. Raises LiveError where a call fails for good,
        NotBootstrapped where what is there is not ours to change."""
        self._steps = {step.resource.urn: step for step in steps}
        for step in steps:
            yield self._step(step)
        yield from self._too_much(steps)

    def _step(self, step: Step) -> Done:
        try:
            wanted = step.wanted(self._outputs)
        except Unresolved:
            return Done(step.label(self._steps), Outcome.TO_CREATE)
        at = At(self.live, self.account_id, step.region)
        label = step.kind.label(wanted)
        with _asking(f"looking for {label}"):
            found = step.kind.look(at, wanted)
        if found is None:
            if self.dry:
                return Done(label, Outcome.TO_CREATE)
            found = self._create(step, at, wanted, label)
            outcome = Outcome.CREATED
        else:
            _check_owner(found, wanted, label)
            outcome = Outcome.CORRECTED if found.differences else Outcome.PRESENT
        self._outputs[step.resource.urn] = found.outputs
        what = ", ".join(difference.what for difference in found.differences)
        if self.dry:
            return Done(label, Outcome.TO_CORRECT if found.differences else Outcome.PRESENT, what)
        self._correct(step, at, wanted, label, found.differences)
        return Done(label, outcome, what if outcome is Outcome.CORRECTED else "")

    def _create(self, step: Step, at: At, wanted: Wanted, label: str) -> Found:
        with _asking(f"making {label}"):
            created = self._patiently(lambda: step.kind.create(at, wanted), label)
            self._created = True
            for _ in range(_LOOKS):
                found = step.kind.look(at, wanted, created)
                if found is not None:
                    return found
                self._wait(label)
        raise NotBootstrapped(f"{label} was made and cannot be found; run this again in a few minutes")

    def _correct(self, step: Step, at: At, wanted: Wanted, label: str, differences: Sequence[Difference]) -> None:
        for difference in differences:
            with _asking(f"correcting {label}: {difference.what}"):
                self._patiently(difference.correct, label)
        if not differences:
            return
        with _asking(f"looking at {label} again"):
            again = step.kind.look(at, wanted, self._outputs[step.resource.urn]["id"])
        if again is None or again.differences:
            left = ", ".join(d.what for d in again.differences) if again else "all of it"
            raise NotBootstrapped(f"{label} was corrected and is not as wanted yet ({left}); run this again")

    def _wait(self, what: str) -> None:
        self._on_wait(what)
        self._pause(_BETWEEN_LOOKS_SECONDS)

    def _patiently(self, call: Callable[[], object], what: str) -> str | None:
        """Calls, and where something was made in this run waits for the rest of AWS to have heard of it."""
        for left in range(_LOOKS - 1, -1, -1):
            try:
                made = call()
                return made if isinstance(made, str) else None
            except ClientError as error:
                if not left or not self._created or not absent(error, *_NOT_SEEN_YET):
                    raise
            self._wait(what)
        raise AssertionError("the last look returns or raises")

    def _too_much(self, steps: Sequence[Step]) -> Iterator[Done]:
        """What our roles may do beyond what is stated. It is not removed: somebody may need it, and should say so."""
        wanted = [(step, step.wanted(self._outputs)) for step in steps if self._is_there(step)]
        for step, role in wanted:
            if not isinstance(step.kind, identities.Role):
                continue
            at, name = At(self.live, self.account_id, step.region), role["name"]
            stated = {
                w["policyArn"] for s, w in wanted if isinstance(s.kind, identities.Attachment) and w["role"] == name
            }
            own = {w["name"] for s, w in wanted if isinstance(s.kind, identities.RolePolicy) and w["role"] == name}
            with _asking(f"looking at what role {name} may do"):
                more = [*(set(identities.attached(at, name)) - stated), *(set(identities.inside(at, name)) - own)]
            if more:
                yield Done(f"role {name}", Outcome.TOO_MUCH, ", ".join(sorted(more)))

    def _is_there(self, step: Step) -> bool:
        return step.resource.urn in self._outputs


@contextmanager
def _asking(doing: str) -> Iterator[None]:
    """`telling`, and where an answer lacks what every answer of that kind has, a sentence too."""
    with telling(doing):
        try:
            yield
        except KeyError as error:
            raise LiveError(f"{doing}: the answer has no {error}; is this an AWS endpoint?") from error


def _check_owner(found: Found, wanted: Wanted, label: str) -> None:
    """What was made for another hospital, or by others and otherwise than wanted, is left alone."""
    owner, us = found.owner, owner_of(tags_of(wanted))
    if owner == "" or owner == us:
        return
    if owner is not None:
        raise NotBootstrapped(f"{label} is there, and is of hospital {owner} (tag {OWNER_TAG}); it is left alone")
    other = [difference.what for difference in found.differences if difference.what != "its tags"]
    if other:
        raise NotBootstrapped(
            f"{label} is there, was not made by bootstrap (no tag {OWNER_TAG}), and differs: {', '.join(other)}; "
            f"it is left alone. Remove or rename it, or give it the tag {OWNER_TAG}={us} if it is to be replaced"
        )
