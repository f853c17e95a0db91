"""One stack file -> what would be built, how it was sized, whether it may be deployed. No engine, no network, no
credentials; the same input gives the same preview, but for the report's head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from infra import program
from infra.judgement import context_of, engine_config, head, judge_stack
from infra.report_details import details
from infra.settings import Loaded, load
from infra.settings.loader import PROJECT
from infra.sizing import Plan, plan_of
from policies.evidence import with_evidence
from policies.graph import Graph
from policies.results import Report
from policies.sources.program import DOOR, Recording, record
from policies.waiver_file import of_project, read
from policies.waivers import NONE, Waivers

Step = Callable[[str], None]
Count = Callable[[int], None]


@dataclass(frozen=True)
class Preview:
    """A stack as it would be deployed, and its judgement."""

    stack: str
    loaded: Loaded
    plan: Plan
    graph: Graph
    report: Report
    waivers: Waivers = NONE


def preview(
    stack_file: Path,
    *,
    waiver_file: Path | None = None,
    waive: bool = True,
    frameworks: Sequence[str] = (),
    on_resource: Count | None = None,
    on_step: Step | None = None,
) -> Preview:
    """Reads, sizes, runs the program under the recorder, judges. `waiver_file`: None takes the stack's own, if waivers
    count at all (`waive`); `frameworks`: those to show, none takes those of the jurisdiction. Raises `StackFileErrors` and `BadWaivers` with everything that is wrong in a file, `pulumi.RunError` when the program itself
    refuses."""
    step = on_step or (lambda _text: None)
    step("reading the stack file")
    loaded = load(stack_file)
    waivers = waivers_of(stack_file, waiver_file) if waive else NONE
    step("sizing")
    plan = plan_of(loaded)
    step("running the program")
    recorded = recording(stack_file, loaded, on_resource=on_resource)
    step("judging")
    report = judge_stack(loaded, recorded.graph, synthetic=recorded.synthetic, waivers=waivers)
    report = replace(
        report,
        notes=(
            *report.notes,
            *(f"a promise that this design does not hold: {promise}" for promise in plan.broken_promises()),
        ),
        head=head(loaded, program.ROOT, DOOR, waivers),
        details={**report.details, **details(loaded.hospital, plan, recorded.graph)},
    )
    context = context_of(loaded)
    report = with_evidence(report, context.jurisdiction.id, context.mlps_level, frameworks)
    return Preview(stack_name(stack_file), loaded, plan, recorded.graph, report, waivers)


def recording(stack_file: Path, loaded: Loaded, *, strict: bool = False, on_resource: Count | None = None) -> Recording:
    """The graph of a stack: the program of `pulumi up`, run without an engine. `strict`: computed outputs are unknown,
    as in the engine's preview."""
    return record(
        program.main,
        project=PROJECT,
        stack=stack_name(stack_file),
        jurisdiction=loaded.hospital.law,
        config=engine_config(loaded.hospital),
        root=program.ROOT,
        strict=strict,
        on_resource=on_resource,
    )


def waivers_of(stack_file: Path, waiver_file: Path | None = None) -> Waivers:
    """The waivers named, else those of the stack: `waivers/STACK.yaml` beside its file, else `waivers.yaml` beside the
    Pulumi.yaml above. Raises BadWaivers."""
    if waiver_file is not None:
        return read(waiver_file)
    folder = stack_file.parent
    above = folder.resolve().parent
    root = above if (above / "Pulumi.yaml").is_file() else folder.resolve()
    return of_project(root, stack_name(stack_file), folder.resolve())


def stack_name(stack_file: Path) -> str:
    """`cn-tertiary` of stacks/Pulumi.cn-tertiary.yaml; the whole stem of a file that is called otherwise."""
    return stack_file.stem.removeprefix("Pulumi.") or stack_file.stem
