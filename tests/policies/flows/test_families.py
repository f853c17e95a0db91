"""Each family of flows: the good surroundings pass, one field away fails, and the message is the whole path."""

import pytest

from policies.graph import Resource
from policies.results import Outcome, Verdict
from tests.policies.flows.cases import Case
from tests.policies.flows.copies import COPIES
from tests.policies.flows.movers import MOVERS
from tests.policies.flows.readers import READERS
from tests.resources import outcomes

RULE = "no-path-out-of-jurisdiction"
CASES = [*COPIES, *MOVERS, *READERS]


def _with(case: Case, changed: Resource) -> tuple[Resource, list[Resource]]:
    subject = changed if changed.urn == case.store.urn else case.store
    others = [r for r in case.good if r.urn != changed.urn]
    return subject, others + ([changed] if changed.urn != case.store.urn else [])


def _answers(subject: Resource, others: list[Resource]) -> list[Outcome]:
    return outcomes(RULE, subject, *[o for o in others if o.urn != subject.urn])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_good_surroundings_pass(case: Case):
    found = _answers(case.store, case.good)
    assert {o.verdict for o in found} == {Verdict.PASS}, found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_field_away_leads_out(case: Case):
    found = _answers(*_with(case, case.bad))
    wanted = Verdict.UNKNOWN if case.verdict == "unknown" else Verdict.FAIL
    red = [o for o in found if o.verdict is wanted]
    assert red, found
    text = red[0].found
    at = -1
    for part in case.path:
        at = text.find(part, at + 1)
        assert at >= 0, f"{part!r} is not in the path, in order: {text}"
