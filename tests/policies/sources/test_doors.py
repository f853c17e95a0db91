"""The same stack gives the same findings through each door that can see it.

Door 1, strict, knows what an engine's preview knows. What the engine prints of our stacks cannot be had without one, so the preview is
written here in the engine's form (documents/preview.json is a real one) from the strict graph, and read back through door 3.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra import program
from infra.judgement import engine_config
from infra.settings import Loaded, load
from policies.context import Context, from_config
from policies.engine import judge
from policies.graph import SECRET, Graph, Resource, Unknown, Value
from policies.results import Verdict
from policies.sources.program import record
from policies.sources.states import state_in
from tests.conftest import ROOT

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
STACKS = ("cn-clinic", "dev")


def stack(name: str) -> tuple[Loaded, Graph]:
    loaded = load(ROOT / "stacks" / f"Pulumi.{name}.yaml")
    recording = record(
        program.main,
        project="hospital-cloud",
        stack=name,
        jurisdiction=loaded.hospital.law,
        config=engine_config(loaded.hospital),
        root=ROOT,
        strict=True,
    )
    return loaded, recording.graph


def wire(value: Value) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN
    if value is SECRET:
        return "[secret]"
    if isinstance(value, Mapping):
        return {key: wire(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [wire(item) for item in value]
    return value


def as_preview(graph: Graph) -> dict[str, Any]:
    """The graph as `pulumi preview --json` would print it: every step creates."""
    root = f"urn:pulumi:{graph.stack}::{graph.project}::pulumi:pulumi:Stack::{graph.project}-{graph.stack}"

    def step(resource: Resource) -> dict[str, Any]:
        places = [p for p in (resource.component, resource.source) if p]
        return {
            "op": "create",
            "urn": resource.urn,
            "newState": {
                "urn": resource.urn,
                "custom": resource.custom,
                "type": resource.type,
                "inputs": wire(resource.inputs),
                "parent": resource.parent or root,
                "provider": f"{resource.provider}::{UNKNOWN}" if resource.provider else "",
                "dependencies": list(resource.depends_on),
                "propertyDependencies": {key: list(urns) for key, urns in resource.property_depends_on.items()},
                "protect": resource.protect,
                "retainOnDelete": resource.retain_on_delete,
                "ignoreChanges": list(resource.ignore_changes),
                "stackTrace": [{"sourcePosition": f"project:///{p.file}#{p.line}"} for p in places],
            },
        }

    return {"steps": [step(r) for r in graph.resources], "changeSummary": {"create": len(graph.resources)}}


def verdicts(graph: Graph, context: Context) -> set[tuple[str, str, Verdict, str, str]]:
    return {(f.rule, f.urn, f.verdict, f.property, f.message) for f in judge(graph, context).findings}


@pytest.mark.parametrize("name", STACKS)
def test_a_preview_is_judged_as_the_program_is(name: str) -> None:
    loaded, graph = stack(name)
    context = from_config(engine_config(loaded.hospital))
    text = json.dumps(as_preview(graph))
    read = state_in(json.loads(text), "preview.json").graph
    assert [r.urn for r in read.resources] == [r.urn for r in graph.resources]
    assert verdicts(read, context) == verdicts(graph, context)


@pytest.mark.parametrize("name", STACKS)
def test_a_weakness_is_found_through_both_doors(name: str) -> None:
    loaded, graph = stack(name)
    context = from_config(engine_config(loaded.hospital))
    document = as_preview(graph)
    weakened = 0
    for step in document["steps"]:
        if step["newState"]["type"] == "aws:kms/key:Key":
            step["newState"]["inputs"]["enableKeyRotation"] = False
            weakened += 1
    found = judge(state_in(document, "preview.json").graph, context)
    assert weakened and [f.rule for f in found.violations].count("key-rotation") == weakened
    assert all(f.source for f in found.violations), "each with the line that asked for it"
