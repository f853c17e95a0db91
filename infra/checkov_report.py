"""Checkov's findings beside those of our rules, or alone: for an audit and for a preview."""

from __future__ import annotations

from dataclasses import replace

from infra.audit import Audit
from infra.judgement import context_of
from infra.places import stack_places
from infra.preview import Preview
from policies.checkov_runner.ask import CheckovFailed
from policies.checkov_runner.environment import NoEnvironment, Step
from policies.checkov_runner.findings import Wish, alone, check, merged
from policies.context import Context
from policies.engine import StackPlaces
from policies.graph import Graph
from policies.results import Report
from policies.waivers import Waivers


def audit_with_checkov(done: Audit, *, on_step: Step | None = None) -> Audit:
    """The audit with Checkov's findings in its report. Where Checkov cannot be run the report says so, and the audit
    is not complete."""
    return replace(done, report=_with(done.report, done.graph, done.context, done.waivers, None, on_step))


def preview_with_checkov(seen: Preview, *, on_step: Step | None = None) -> Preview:
    """The same for one of our own stacks."""
    places = stack_places(seen.loaded)
    return replace(seen, report=_with(seen.report, seen.graph, context_of(seen.loaded), seen.waivers, places, on_step))


def only_checkov(done: Audit, wish: Wish, *, on_step: Step | None = None) -> Audit:
    """The audit with Checkov's findings alone. Raises CheckovFailed, NoEnvironment."""
    checked = check(done.graph, done.context, done.report.findings, wish, on_step=on_step)
    return replace(done, report=alone(done.report, checked, done.waivers, done.context))


def _with(
    report: Report, graph: Graph, context: Context, waivers: Waivers, places: StackPlaces | None, on_step: Step | None
) -> Report:
    try:
        checked = check(graph, context, report.findings, Wish(), stack_places=places, on_step=on_step)
    except (CheckovFailed, NoEnvironment) as error:
        return replace(report, problems=(*report.problems, str(error)))
    return merged(report, checked, waivers, context)
