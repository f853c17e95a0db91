"""The gate that cannot be forgotten: a plain `pulumi up` judges itself before it registers anything.

Self-hosted backends enforce no policy packs, and `--policy-pack` is a flag people forget. The program therefore runs itself
once in a child process through door 1, and refuses to go on when its own verdict is red.
"""

from __future__ import annotations

from pathlib import Path

import pulumi

from infra.judgement import engine_config, judge_stack
from infra.settings import Loaded
from policies.results import Finding, Report
from policies.sources.child import ProgramFailed, record_in_child
from policies.sources.program import recording
from policies.waiver_file import BadWaivers, of_project

STACKS = "stacks"
"""The folder of the stack files; waivers/ lies in it."""
_SHOWN = 50


def require_green(loaded: Loaded, root: Path) -> None:
    """Returns when the stack complies; raises `pulumi.RunError` with the findings when it does not, or when it cannot
    be decided. Under the recorder there is nothing to do: that run is the judgement."""
    if recording():
        return
    try:
        waivers = of_project(root, pulumi.get_stack(), STACKS)  # before the program runs, which could write them
    except BadWaivers as errors:
        raise pulumi.RunError(f"The gate could not be decided, so nothing is deployed: {errors}") from None
    try:
        child = record_in_child(
            root / "infra" / "__main__.py",
            root=root,
            project=pulumi.get_project(),
            stack=pulumi.get_stack(),
            jurisdiction=loaded.hospital.jurisdiction,
            config=engine_config(loaded.hospital),
        )
    except ProgramFailed as failure:
        raise pulumi.RunError(f"The gate could not be decided, so nothing is deployed: {failure}") from None
    report = judge_stack(loaded, child.graph, synthetic=child.synthetic, waivers=waivers)
    if report.exit_code != 0:
        raise pulumi.RunError(refusal(report))
    waived = f", {len(report.waived)} findings waived" if report.waived else ""
    pulumi.log.info(f"gate: {len(report.rules)} rules over {len(child.graph.resources)} resources: complies{waived}")


def refusal(report: Report) -> str:
    """Why nothing is deployed: each finding with what was found, what is wanted, and where."""
    red = [*report.violations, *report.unknowns]
    lines = [
        f"The gate is red, so nothing is deployed: {len(report.violations)} violated, {len(report.unknowns)} undecided."
    ]
    lines += [_line(finding) for finding in red[:_SHOWN]]
    if len(red) > _SHOWN:
        lines.append(f"... and {len(red) - _SHOWN} more; `hospital-cloud preview` shows all.")
    return "\n".join([*lines, *report.problems])


def _line(finding: Finding) -> str:
    places = []
    if finding.stack:
        places.append(f"{finding.stack.file}:{finding.stack.line} ({finding.stack.path})")
    places += [str(place) for place in (finding.source, finding.component) if place]
    return f"- {finding.rule} [{finding.severity.label}] {finding.message}. {finding.remedy} ({'; '.join(places)})"
