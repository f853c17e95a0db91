"""Programs that nobody here wrote never crash the gate, and a reviewed sample of them is judged as was written down."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.registry import all_rules
from tests.programs.foreign.examples import Example, examples, sample
from tests.programs.foreign.run import Result, run, summary

SAMPLE = 60
EXPECTED: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("expected.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def every() -> Mapping[str, Example]:
    return {example.id: example for example in examples()}


@pytest.fixture(scope="module")
def results(every: Mapping[str, Example]) -> Mapping[str, Result]:
    """The sample and the reviewed ones, each run once."""
    chosen = {e.id: e for e in sample(SAMPLE)} | {name: every[name] for name in EXPECTED if name in every}
    return {result.id: result for result in run(chosen.values())}


def test_there_are_thousands(every: Mapping[str, Example]):
    """Fewer means that the SDK writes its documentation in another form now, and the sample says nothing."""
    assert len(every) > 3000
    assert len({example.service for example in every.values()}) > 150


def test_a_name_that_an_example_takes_for_granted_has_a_stand_in():
    program = Example("x/y/0", 'import pulumi\npulumi.export("a", given["arn"])\n').program
    assert 'given = _Given("given")' in program
    assert "_Given" not in Example("x/y/1", "import pulumi\n").program


def test_none_crashes_the_gate(results: Mapping[str, Result]):
    assert [f"{r.id}: {r.crash}" for r in results.values() if r.crash] == [], summary(list(results.values()))


def test_most_are_judged(results: Mapping[str, Result]):
    """A sentence for each would be no crash either, and no use."""
    assert sum(not r.sentence for r in results.values()) > len(results) / 2, summary(list(results.values()))


def test_what_was_written_down_names_rules_that_there_are():
    known = {rule.id for rule in all_rules()}
    for name, row in EXPECTED.items():
        assert row.keys() <= {"fires", "silent", "settled"}, name
        for kind, rules in row.items():
            assert rules.keys() <= known, f"{name}, {kind}: {sorted(rules.keys() - known)}"
            assert all(why.strip() for why in rules.values()), name
    assert len(EXPECTED) >= 25


@pytest.mark.parametrize("name", EXPECTED)
def test_it_is_judged_as_was_written_down(name: str, results: Mapping[str, Result]):
    assert name in results, f"{name} is no example of this version of pulumi_aws any more"
    result = results[name]
    assert not result.sentence, result.sentence
    row = EXPECTED[name]
    assert sorted(row.get("fires", {}).keys() - set(result.fired)) == [], f"expected of {name}; fired: {result.fired}"
    silent = row.get("silent", {}).keys() | row.get("settled", {}).keys()
    assert sorted(silent & set(result.fired)) == [], f"must be silent on {name}"
