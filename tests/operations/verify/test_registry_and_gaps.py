"""What is checked, what is not, and the reviewed list of what an emulator cannot answer."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import operations.verify.checks as checks_package
from operations.verify.asking import READING
from operations.verify.gaps import BadGaps, Gap, read_gaps
from operations.verify.registry import all_checks, checks_by_type
from operations.verify.run import not_covered
from policies.facts import store_types
from policies.graph import Graph
from policies.results import Severity, Verdict
from policies.terraform import provider_table
from tests.operations.verify.world import World, finding, resource

TESTS = Path(__file__).parent
SELECTION = "aws:backup/selection:Selection"


def test_every_check_says_what_should_be_and_how_to_mend_it() -> None:
    for check in all_checks():
        assert check.title and check.fix and check.severity >= Severity.MEDIUM, check.id
        assert check.run.__doc__, check.id


def test_every_type_is_one_that_the_provider_has() -> None:
    old_names = {t for t in checks_by_type() if "V2:" in t or t.startswith("aws:alb/")}
    unknown = [t for t in checks_by_type() if provider_table.type_of(t) is None and t not in old_names]
    assert not unknown


def test_every_check_is_tested_by_what_it_says_when_something_is_wrong() -> None:
    texts = "\n".join(file.read_text() for file in TESTS.glob("test_*.py"))
    assert [check.id for check in all_checks() if f'"{check.id}"' not in texts] == []


def test_only_reading_operations_are_named_in_the_checks() -> None:
    folder = Path(checks_package.__path__[0])
    named = set()
    for file in [*folder.glob("*.py"), *folder.parent.glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("ask", "listed")
            ):
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                named |= set(texts[1:2])
    assert len(named) > 30 and all(READING.fullmatch(name) for name in named), named
    assert not any(re.search(r"password|secret_value|credential|token", name) for name in named), named


def test_a_store_that_no_check_knows_is_listed() -> None:
    collection, volume = "aws:opensearch/domain:Domain", "aws:ebs/volume:Volume"
    assert collection in store_types()
    graph = Graph.of([resource(t, f"{t}{n}", {}) for n in range(2) for t in (collection, volume, "aws:ec2/vpc:Vpc")])
    assert not_covered(graph) == {collection: 2}


def test_a_part_is_known_with_the_store_that_it_belongs_to() -> None:
    secret = resource("aws:secretsmanager/secret:Secret", "s", {})
    version = "aws:secretsmanager/secretVersion:SecretVersion"
    part = replace(resource(version, "v", {"secretId": "x"}), property_depends_on={"secretId": (secret.urn,)})
    assert not_covered(Graph.of([secret, part])) == {}
    assert not_covered(Graph.of([resource(version, "v", {"secretId": "x"})])) == {version: 1}


def test_every_store_of_our_stacks_is_known(graphs: dict[str, Graph]) -> None:
    for stack, graph in graphs.items():
        assert not_covered(graph) == {}, stack


# --- known gaps ------------------------------------------------------------------------------------------------------


def test_a_known_gap_is_not_checked_and_not_passed(world: World) -> None:
    gap = Gap(SELECTION, "backup-selection-in-force", "the emulator keeps no selections")
    row = resource(SELECTION, "s", {"planId": "p"}, {"id": "s"})
    assert world.ask(row).exit_code == 2
    report = world.ask(row, gaps=[gap])
    said = finding(report, "backup-selection-in-force")
    assert said.verdict is Verdict.WAIVED and said.found == "not checked: the emulator keeps no selections"
    assert report.exit_code == 0
    assert report.notes == (
        f"not checked: backup-selection-in-force of 1 {SELECTION}: the emulator keeps no selections",
    )


def test_a_gap_covers_its_own_check_type_and_part_alone(world: World) -> None:
    queue = resource("aws:sqs/queue:Queue", "q", {"name": "gone", "kmsMasterKeyId": "x"})
    elsewhere = Gap("aws:sqs/queue:Queue", "queue-denies-plain-http", "why")
    assert world.ask(queue, gaps=[elsewhere]).exit_code == 1
    other_part = Gap("aws:sqs/queue:Queue", "queue-encrypted", "why", asked="* Policy")
    assert world.ask(queue, gaps=[other_part]).exit_code == 1
    other_name = Gap("aws:sqs/queue:Queue", "queue-encrypted", "why", name="orders-*")
    assert world.ask(queue, gaps=[other_name]).exit_code == 1
    assert world.ask(queue, gaps=[Gap("aws:sqs/queue:Queue", "queue-encrypted", "why", name="q*")]).exit_code == 0


def test_a_gap_that_is_needed_no_more_is_said_and_hides_no_pass(world: World) -> None:
    world.client("sqs").create_queue(QueueName="q")
    queue = resource("aws:sqs/queue:Queue", "q", {"name": "q"})
    unused = Gap("aws:sqs/queue:Queue", "queue-encrypted", "why")
    report = world.ask(queue, gaps=[unused, Gap(SELECTION, "backup-selection-in-force", "none here")])
    assert report.notes == (
        "a known gap is not needed any more, remove its row: queue-encrypted of aws:sqs/queue:Queue",
    )
    assert Verdict.WAIVED not in {f.verdict for f in report.findings}


def test_a_list_of_gaps(tmp_path: Path) -> None:
    file = tmp_path / "gaps.yaml"
    file.write_text(
        f"- type: {SELECTION}\n  check: backup-selection-in-force\n  asked: '* ListOfTags'\n  reason: no selections\n"
    )
    assert read_gaps(file) == (Gap(SELECTION, "backup-selection-in-force", "no selections", "* ListOfTags"),)
    file.write_text("[]")
    assert read_gaps(file) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{[", "is not YAML"),
        ("a: 1", "is no list; wanted: a list of rows with type, check, reason"),
        ("", "is no list"),
        ("- 7", "row 1: is no mapping"),
        ("- {type: t, check: c}", "row 1: reason is missing or no text"),
        ("- {type: t, check: c, reason: ' '}", "row 1: reason is missing or no text"),
        ("- {type: t, check: c, reason: r}", "row 1: there is no check 'c'; allowed: "),
        (
            "- {type: t, check: queue-encrypted, reason: r}",
            "row 1: queue-encrypted does not check 't'; allowed: aws:sqs/queue:Queue",
        ),
        (
            "- {type: t, check: c, reason: r, because: x}",
            "row 1: 'because' is no key of a row; allowed: type, check, asked, name, reason",
        ),
        (f"- {{type: {SELECTION}, check: backup-selection-in-force, reason: r, asked: 7}}", "row 1: asked is missing"),
        ("- !!python/object/apply:os.system ['true']", "is not YAML"),
        ("- " * 5000, "is not YAML"),
    ],
)
def test_a_list_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "gaps.yaml"
    file.write_text(text)
    with pytest.raises(BadGaps) as caught:
        read_gaps(file)
    assert said in str(caught.value)


def test_a_list_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadGaps, match="cannot be read: No such file"):
        read_gaps(tmp_path / "none")
    monkeypatch.setattr("operations.verify.gaps.LARGEST_BYTES", 3)
    (tmp_path / "gaps.yaml").write_text("[ ]   ")
    with pytest.raises(BadGaps, match="is larger than"):
        read_gaps(tmp_path / "gaps.yaml")


def test_progress_is_told_for_every_check(world: World) -> None:
    told: list[tuple[int, int]] = []
    rows = [resource("aws:sqs/queue:Queue", f"q{n}", {"name": f"q{n}"}) for n in range(3)]
    world.ask(*rows, on_progress=lambda done, of: told.append((done, of)))
    assert told == [(n, 9) for n in range(1, 10)]
