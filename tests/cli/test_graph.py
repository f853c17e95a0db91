"""`graph`: our stacks and the programs of others as JSON."""

import json
from pathlib import Path

from policies.graph import Graph
from tests.cli.conftest import PROGRAMS, Cli


def test_our_own_stack_in_both_modes(cli: Cli) -> None:
    whole = Graph.from_json(json.loads(cli("graph", "--stack", "dev").out))
    strict = Graph.from_json(json.loads(cli("graph", "--stack", "dev", "--strict").out))
    assert [r.urn for r in whole.resources] == [r.urn for r in strict.resources]
    assert strict.dumps().count('"$unknown"') > 2 * whole.dumps().count('"$unknown"')
    assert "${urn:" in whole.dumps() and "${urn:" not in strict.dumps()


def test_a_program_of_others(cli: Cli) -> None:
    ended = cli("graph", PROGRAMS / "violates")
    assert ended.code == 0
    assert [r["name"] for r in json.loads(ended.out)["resources"]] == ["images"]


def test_what_is_no_program(cli: Cli, tmp_path: Path) -> None:
    assert "is not there" in cli("graph", "--stack", "none").err
    ended = cli("graph", tmp_path)
    assert ended.code == 2 and "has no Pulumi.yaml" in ended.err
    ended = cli("graph", tmp_path / "graph.json")
    assert ended.code == 2 and "is no program" in ended.err
    ended = cli("graph", PROGRAMS / "violates", "--jurisdiction", "x")
    assert ended.code == 2 and "there is no jurisdiction 'x'" in ended.err
    ended = cli("graph", PROGRAMS / "raises")
    assert ended.code == 2 and "the program raised ValueError" in ended.err
