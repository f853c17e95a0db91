"""What was found of mutants of services that no reference stack has is still found: a sample of the kinds in every run."""

import hashlib

from tests.mutants import services
from tests.mutants.verdicts import Judge, objections

ONE_OF = 4


def test_what_was_found_is_still_found():
    recorded = services.graph()
    judge, before = Judge(recorded, services.context()), objections(recorded, services.context())
    kinds = services.one_of_each_kind(recorded)
    assert set(services.listed()) <= kinds.keys(), (
        "no such mutant is made any more: python -m tests.mutants.services --write"
    )
    sample = [
        k for k in services.listed() if int(hashlib.sha256("|".join(k).encode()).hexdigest()[:8], 16) % ONE_OF == 0
    ]
    assert len(sample) > 50
    lost = [str(kinds[k]) for k in sample if not services.said_of(judge, kinds[k], before)]
    assert lost == [], (
        "a rule has become weaker; if that is meant: python -m tests.mutants.services --write, and review"
    )
