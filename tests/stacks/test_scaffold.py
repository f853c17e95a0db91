"""What `new` writes loads without errors, whatever the hospital; a refused answer is said by its place in the file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jurisdictions
from infra.settings import StackFileErrors, load_text
from infra.settings.scaffold import Answers, cities, render, short_name
from infra.settings.schema import FIRST_LINE
from infra.sizing import plan_of

CITIES = [(law, city) for law in jurisdictions.names() for city in cities(law)]
DEMANDS = ((1, 0), (60, 5), (300, 20), (1800, 500), (5000, 2000), (15_000, 6_000))


def answers(law: str = "cn-mainland", city: str = "Beijing", outpatients: int = 900, inpatients: int = 300) -> Answers:
    """Answers that are right."""
    return Answers("First People's Hospital", law, city, outpatients, inpatients, "111122223333")


def _holds(given_answers: Answers) -> None:
    text = render(given_answers)
    loaded = load_text(text.encode())
    plan = plan_of(loaded)
    assert plan.broken_promises() == ()
    assert text.split("\n")[0] == FIRST_LINE
    assert loaded.hospital.title == given_answers.name
    assert loaded.hospital.demand.outpatients_per_day == given_answers.outpatients_per_day
    if given_answers.imaging_per_day is not None:
        assert plan.load.imaging_studies_per_day.value == given_answers.imaging_per_day


@pytest.mark.parametrize("law", jurisdictions.names())
@pytest.mark.parametrize("demand", DEMANDS, ids=str)
def test_every_jurisdiction_and_size(law: str, demand: tuple[int, int]) -> None:
    _holds(answers(law, cities(law)[0], *demand))


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(
    name=st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=100).filter(
        str.strip
    ),
    place=st.sampled_from(CITIES),
    outpatients=st.integers(1, 12_000),
    inpatients=st.integers(0, 5_000),
    imaging=st.none() | st.integers(0, 5_000),
    log=st.none() | st.just("444455556666"),
    backup=st.none() | st.just("000055556666"),
)
def test_any_hospital(
    name: str,
    place: tuple[str, str],
    outpatients: int,
    inpatients: int,
    imaging: int | None,
    log: str | None,
    backup: str | None,
) -> None:
    _holds(Answers(name, *place, outpatients, inpatients, "011122223333", imaging, log, backup))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=60), st.text(max_size=20), st.integers(-(10**12), 10**12), st.text(max_size=14))
def test_any_answer_is_taken_or_refused_in_words(name: str, city: str, number: int, account: str) -> None:
    for one in (
        Answers(name, "cn-mainland", "Beijing", 900, 300, "111122223333"),
        Answers("A", city, "Beijing", 900, 300, "111122223333"),
        Answers("A", "cn-mainland", city, 900, 300, "111122223333"),
        Answers("A", "cn-mainland", "Beijing", number, 300, "111122223333", imaging_per_day=number),
        Answers("A", "cn-mainland", "Beijing", 900, 300, account, log_account_id=account),
    ):
        try:
            load_text(render(one).encode())
        except StackFileErrors as wrong:
            assert all(error.line is None and error.message for error in wrong.errors)
            assert all(str(error).isprintable() for error in wrong.errors)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"jurisdiction": "mars"}, "jurisdiction"),
        ({"city": "Atlantis"}, "edge_sites.main-site.city"),
        ({"outpatients_per_day": -1}, "demand.outpatients_per_day"),
        ({"workload_account_id": "12"}, "accounts.workload.id"),
        ({"backup_account_id": "111122223333"}, "accounts.backup.id"),
        ({"name": " "}, "title"),
    ],
)
def test_one_refused_answer_is_one_sentence(changed: dict[str, object], path: str) -> None:
    values = {name: getattr(answers(), name) for name in Answers.__dataclass_fields__} | changed
    with pytest.raises(StackFileErrors) as caught:
        render(Answers(**values))
    assert [error.path for error in caught.value.errors] == [path]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Tianjin", "tianjin"),
        ("Example Township Health Centre", "ethc"),
        ("Hôpital 9", "hopital9"),
        ("人民医院", "hospital"),
        ("3", "hospital"),
        ("9 lives clinic and surgery", "lcas"),
        ("A B", "ab"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short
