"""`new`: a stack file that passes, from options or from answers; what is refused."""

from pathlib import Path

import pytest

import jurisdictions
from infra.settings import load
from infra.settings.scaffold import cities
from tests.cli.conftest import Cli, on_terminal

ACCOUNTS = ("--workload-account", "111122223333")
SMALL = ("--outpatients-per-day", "60", "--inpatients", "5", *ACCOUNTS)


@pytest.fixture
def elsewhere(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without stacks; the new file lands there, not beside the program."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("jurisdiction", jurisdictions.names())
def test_what_is_made_passes(cli: Cli, elsewhere: Path, jurisdiction: str) -> None:
    ended = cli("new", "made", "--jurisdiction", jurisdiction, "--place", cities(jurisdiction)[0], *SMALL)
    assert ended.code == 0, ended.out
    assert "complies: " in ended.out and "next: hospital-cloud preview --stack made" in ended.out
    assert load(elsewhere / "stacks" / "Pulumi.made.yaml").hospital.jurisdiction == jurisdiction


@pytest.mark.slow
def test_a_larger_hospital_with_accounts_of_their_own(cli: Cli, elsewhere: Path) -> None:
    demand = ("--outpatients-per-day", "900", "--inpatients", "300", "--imaging-per-day", "250")
    accounts = (*ACCOUNTS, "--log-account", "444455556666", "--backup-account", "777788889999")
    ended = cli("new", "made", "--jurisdiction", "cn-mainland", "--place", "Beijing", *demand, *accounts)
    assert ended.code == 0, ended.out
    hospital = load(elsewhere / "stacks" / "Pulumi.made.yaml").hospital
    assert sum((hospital.demand.imaging_studies_per_day or {}).values()) == 250
    assert list(hospital.accounts.by_role()) == ["workload", "log", "backup"]


@pytest.mark.parametrize(
    "name", ["../evil", "a/b", "A", "", "a", "-a", "a-", "1a", "a" * 64, "ä", "a b", "a.yaml", "a\n"]
)
def test_a_name_that_is_no_name(cli: Cli, elsewhere: Path, name: str) -> None:
    ended = cli("new", "--place", "Beijing", *SMALL, "--", name)
    assert ended.code == 2 and "is no name for a stack" in ended.err
    assert not (elsewhere / "stacks").exists()


def test_a_stack_file_is_never_overwritten(cli: Cli, elsewhere: Path) -> None:
    (elsewhere / "stacks").mkdir()
    (elsewhere / "stacks" / "Pulumi.mine.yaml").write_text("mine")
    ended = cli("new", "mine", "--jurisdiction", "cn-mainland", "--place", "Beijing", *SMALL)
    assert ended.code == 2 and "is not overwritten" in ended.err
    assert (elsewhere / "stacks" / "Pulumi.mine.yaml").read_text() == "mine"


def test_what_is_missing_is_said_at_once(cli: Cli, elsewhere: Path) -> None:
    ended = cli("new", "made", "--inpatients", "5")
    assert ended.code == 2
    assert "--jurisdiction, --place, --outpatients-per-day, --workload-account" in ended.err
    assert not (elsewhere / "stacks").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--jurisdiction", "cn-mainlnd"), "did you mean 'cn-mainland'?"),
        (("--outpatients-per-day", "-1"), "demand.outpatients_per_day: -1 is too small"),
        (("--workload-account", "12"), "accounts.workload.id"),
        (("--workload-account", '1"\nx: y'), "accounts.workload.id"),
        (("--imaging-per-day", "99999999"), "imaging_studies_per_day"),
        (("--place", "Atlantis"), "Atlantis"),
    ],
)
def test_an_answer_that_is_refused(cli: Cli, elsewhere: Path, options: tuple[str, ...], said: str) -> None:
    ended = cli("new", "made", "--jurisdiction", "cn-mainland", "--place", "Beijing", *SMALL, *options)
    assert ended.code == 2 and said in ended.err
    assert not (elsewhere / "stacks").exists()


@pytest.mark.slow
def test_questions_on_a_terminal(tmp_path: Path) -> None:
    answers = ["", "Tianjin", "sixty", "60", "5", "111122223333", "", "", ""]
    ended = on_terminal("new", "asked", typed="".join(f"{answer}\n" for answer in answers), cwd=tmp_path)
    assert ended.code == 0, ended.out
    assert "Jurisdiction (" in ended.out and "Error: " in ended.out
    hospital = load(tmp_path / "stacks" / "Pulumi.asked.yaml").hospital
    assert hospital.edge_sites["main-site"].city == "Tianjin"
    assert hospital.demand.outpatients_per_day == 60


def test_questions_that_nobody_answers(tmp_path: Path) -> None:
    ended = on_terminal("new", "asked", typed="\n\x04", cwd=tmp_path)
    assert ended.code == 2 and ended.out.strip().endswith("hospital-cloud: interrupted")
    assert not (tmp_path / "stacks").exists()
