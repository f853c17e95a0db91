"""A preview printed by a real engine (3.260) as a graph."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policies.graph import SECRET, Fate, Graph, Place, Resource, Unknown
from policies.sources.deployed import NotAState
from policies.sources.engine_preview import DOOR, preview_of
from policies.sources.states import deployed_in, state_in

FILE = Path(__file__).parent / "documents" / "preview.json"


@pytest.fixture
def preview() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def node(graph: Graph, name: str) -> Resource:
    [found] = [r for r in graph.resources if r.name == name]
    return found


def test_every_step_that_leaves_a_resource_gives_one(preview: dict[str, Any]) -> None:
    graph = state_in(preview, "it").graph
    assert (graph.project, graph.stack, graph.door) == ("sample", "t", DOOR)
    assert len(graph.resources) == len(preview["steps"]) - 1, "all but the stack itself"
    policy = node(graph, "pol")
    assert (policy.region, policy.account) == ("cn-north-1", "111122223333")
    assert policy.source == Place("__main__.py", 7)
    assert node(graph, "c-t").parent == node(graph, "c").urn


def test_what_is_not_known_yet_names_what_it_depends_on(preview: dict[str, Any]) -> None:
    graph = preview_of(preview).graph
    value = node(graph, "pol").get("policy")
    assert isinstance(value, Unknown) and [r.urn for r in value.references] == [node(graph, "b").urn]
    assert graph.target(node(graph, "s"), "kmsKeyId") == node(graph, "key")


def test_what_the_engine_hides_is_a_secret(preview: dict[str, Any]) -> None:
    assert node(preview_of(preview).graph, "v").inputs["secretString"] is SECRET


def step(preview: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [s for s in preview["steps"] if s["urn"].endswith(f"::{name}")]
    return found


def test_a_deletion_is_a_loss_and_a_note(preview: dict[str, Any]) -> None:
    deleted = step(preview, "pol")
    deleted |= {"op": "delete", "oldState": deleted.pop("newState")}
    state = preview_of(preview)
    assert "pol" not in {r.name for r in state.graph.resources}
    assert state.notes == ("pol is deleted by this change",)
    [loss] = state.graph.losses
    assert (loss.resource.name, loss.fate, loss.resource.region) == ("pol", Fate.DELETED, "cn-north-1")


def _failed(preview: dict[str, Any]) -> None:
    preview["diagnostics"] = [{"severity": "error", "message": "no", "urn": preview["steps"][1]["urn"]}]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_failed, "a preview that failed at c"),
        (lambda p: p["steps"][1].pop("op"), "steps[1].op is absent"),
        (lambda p: p["steps"][1].update(newState=[]), "newState is a list"),
        (lambda p: p["steps"][1]["newState"].update(urn="x"), "no URN"),
        (lambda p: p.update(steps=3), "steps is no list"),
    ],
)
def test_a_preview_that_is_not_whole_is_a_sentence(
    preview: dict[str, Any], spoil: Callable[[dict[str, Any]], Any], says: str
) -> None:
    spoil(preview)
    with pytest.raises(NotAState) as refused:
        preview_of(preview, "p.json")
    assert says in str(refused.value)


def test_a_preview_that_failed_before_its_first_step_is_one() -> None:
    failed = {"config": {}, "diagnostics": [{"severity": "error", "message": "no plugin"}]}
    with pytest.raises(NotAState, match="is of a preview that failed, so"):
        state_in(failed, "p.json")


def test_of_two_steps_of_one_resource_the_later_counts(preview: dict[str, Any]) -> None:
    """A preview with `--refresh` tells of each resource twice."""
    refreshed = step(preview, "pol")
    removed = {"op": "delete", "urn": refreshed["urn"], "oldState": refreshed["newState"]}
    preview["steps"].append(removed)
    assert "pol" not in {r.name for r in preview_of(preview).graph.resources}
    removed["oldState"] = {**removed["oldState"], "delete": True}
    state = preview_of(preview)
    assert "pol" in {r.name for r in state.graph.resources}, "the copy that waited for deletion goes, the new one stays"
    assert [loss.fate for loss in state.graph.losses] == [Fate.REPLACED]


def test_what_was_only_read_is_no_loss(preview: dict[str, Any]) -> None:
    gone = step(preview, "pol")
    gone |= {"op": "delete", "oldState": {**gone.pop("newState"), "external": True}}
    assert preview_of(preview).graph.losses == ()
    gone |= {"op": "discard", "oldState": {**gone["oldState"], "external": False}}
    assert preview_of(preview).graph.losses == ()


def test_default_providers_are_made_of_the_configuration(preview: dict[str, Any]) -> None:
    urn = "urn:pulumi:t::sample::pulumi:providers:aws::default_7_51_1"
    step(preview, "pol")["newState"]["provider"] = f"{urn}::04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    preview["config"] = {"aws:region": "cn-northwest-1", "other:region": "x", "aws:secretKey": "[secret]"}
    graph = preview_of(preview).graph
    assert (node(graph, "pol").region, node(graph, "pol").provider) == ("cn-northwest-1", None)
    assert dict(node(graph, "default_7_51_1").inputs) == {"region": "cn-northwest-1"}


def test_who_asks_for_what_is_deployed_is_not_given_what_will_be(preview: dict[str, Any]) -> None:
    with pytest.raises(NotAState, match="says what will be, not what is"):
        deployed_in(preview, "p.json")


def test_a_step_of_which_the_state_is_missing_is_not_passed_over(preview: dict[str, Any]) -> None:
    del step(preview, "pol")["newState"]
    with pytest.raises(NotAState, match="has no newState"):
        preview_of(preview)
