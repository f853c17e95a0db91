"""docs/reference/emulated-types.md: every resource type of the reference stacks, and how far each was shown to work without an
account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from operations.sandbox.emulated import Emulated, emulated, is_real
from operations.sandbox.existing import with_existing
from operations.sandbox.gaps import How, reviewed
from policies.graph import Graph

_HEAD: Final = """# Types of the reference stacks: planned, applied, made up

Every type is **planned**: Terraform's own AWS provider (5.100) validates and plans each resource of all five stacks, without an
error or a warning (tests/operations/sandbox/test_plans.py). What of a resource it cannot be told is in policies/terraform/newer.yaml.

**Applied** means: made in the AWS emulator by that provider, not changed by a second plan, asked for by boto3, and deleted. CI does
that with cn-tertiary and eu-university (test_whole_stacks.py) and with dev (tests/guides); `make sandbox-all` with all five.
**Made up** means: the emulator cannot hold it, so that only what others take from it stands there; operations/sandbox/emulator.yaml
says why and what is checked instead.

A cell tells the resources that are applied, and after `+` those that are made up.

"""
_SAID: Final = {
    How.LEFT_OUT: "made up",
    How.STAND_IN: "another type stands in",
    How.ABANDONED: "applied, not deleted",
    How.DROP: "not sent",
    How.SET: "sent with another value",
    How.IGNORE: "sent, not compared",
}


def adapted(graph: Graph) -> Emulated:
    """A stack as the emulator gets it."""
    whole, _ = with_existing(graph)
    return emulated(whole, reviewed())


def counts(graph: Graph) -> Mapping[str, tuple[int, int]]:
    """Type -> how many of a stack are applied, and how many are made up."""
    done, of = adapted(graph), graph.by_urn
    applied = Counter(of[urn].type for urn in done.applied if urn in of)
    made_up = Counter(of[urn].type for urn in done.echoed)
    return {t: (applied[t], made_up[t]) for t in sorted({r.type for r in graph.resources if is_real(r)})}


def text(graphs: Mapping[str, Graph]) -> str:
    """The document."""
    stacks = {name: counts(graph) for name, graph in sorted(graphs.items())}
    types = sorted({t for found in stacks.values() for t in found})
    notes = {t: _note(t) for t in types}
    lines = [_HEAD, f"| type | {' | '.join(stacks)} | in the emulator |\n|---|{'---|' * len(stacks)}---|\n"]
    for t in types:
        cells = [_cell(*found.get(t, (0, 0))) for found in stacks.values()]
        lines.append(f"| `{t.removeprefix('aws:')}` | {' | '.join(cells)} | {notes[t]} |\n")
    sums = [_cell(*map(sum, zip(*found.values(), strict=True))) for found in stacks.values()]
    whole = Counter(_kind(t, stacks) for t in types)
    lines.append(f"| {len(types)} types | {' | '.join(sums)} | |\n\n")
    lines.append(", ".join(f"{number} {kind}" for kind, number in sorted(whole.items())) + ".\n")
    return "".join(lines)


def _kind(type_token: str, stacks: Mapping[str, Mapping[str, tuple[int, int]]]) -> str:
    applied = any(found.get(type_token, (0, 0))[0] for found in stacks.values())
    made_up = any(found.get(type_token, (0, 0))[1] for found in stacks.values())
    return "types partly made up" if applied and made_up else "types applied" if applied else "types made up"


def _cell(applied: int, made_up: int) -> str:
    return f"{applied}+{made_up}" if made_up else str(applied or "")


def _note(type_token: str) -> str:
    return "; ".join(f"{row.path} {_SAID[row.how]}".strip() for row in reviewed().of_type(type_token))
