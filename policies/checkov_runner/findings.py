"""What Checkov says, as findings about the resources of the graph, beside those of our own rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from policies.checkov_runner.answered import row_for
from policies.checkov_runner.ask import TIME_LIMIT_S, Result, ask
from policies.checkov_runner.environment import Step
from policies.checkov_runner.manifests import PREFIX, manifests_of
from policies.context import Context
from policies.engine import StackPlaces
from policies.facts import Facts
from policies.graph import Graph, Resource, Unknown
from policies.results import Finding, Report, Severity, Verdict, shown
from policies.terraform import provider_table
from policies.terraform.plan import plan_of
from policies.waivers import Waivers, applied

THEME: Final = "checkov"
TERRAFORM: Final = "terraform_plan"
KUBERNETES: Final = "kubernetes"
FRAMEWORKS: Final = (TERRAFORM, KUBERNETES)
_VERDICTS: Final = {"PASSED": Verdict.PASS, "FAILED": Verdict.FAIL, "SKIPPED": Verdict.WAIVED}
_INDEX: Final = "https://www.checkov.io/5.Policy%20Index/all.html"
_PART: Final = re.compile(r"\[(\d+)\]")
_LONGEST_VALUE: Final = 80
_MOST_PROBLEMS: Final = 20
_DETAILS: Final = ("title", "stack", "project", "jurisdiction", "lifecycle", "resources")
"""What a report of Checkov alone keeps of ours: not what our rules derived."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What of Checkov is to run, in its own words: ids of checks, with `*` and `?`."""

    checks: tuple[str, ...] = ()
    skip_checks: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = FRAMEWORKS
    time_limit_s: int = TIME_LIMIT_S


@dataclass(frozen=True, slots=True)
class Checked:
    """Checkov's findings, and what it could not look at."""

    version: str
    findings: tuple[Finding, ...]
    checks: tuple[str, ...]
    not_rendered: Mapping[str, int]
    """Type -> how many resources Checkov did not see."""
    notes: tuple[str, ...]


def check(
    graph: Graph,
    context: Context,
    own: Sequence[Finding],
    wish: Wish,
    *,
    stack_places: StackPlaces | None = None,
    on_step: Step | None = None,
) -> Checked:
    """Runs Checkov's checks over a graph. `own`: what our rules said of it, for the checks that they answer. Raises
    CheckovFailed, NoEnvironment."""
    plan = plan_of(graph)
    manifests = manifests_of(graph)
    if on_step is not None:
        on_step("running Checkov's checks")
    answer = ask(
        plan.document if TERRAFORM in wish.frameworks and plan.urns else None,
        manifests.documents if KUBERNETES in wish.frameworks else (),
        checks=wish.checks,
        skip_checks=wish.skip_checks,
        time_limit_s=wish.time_limit_s,
        on_step=on_step,
    )
    maker = _Maker(graph, context, own, stack_places)
    urns = {**plan.urns, **{str(number): urn for number, urn in enumerate(manifests.urns)}}
    findings = [maker.finding(result, urns[result.at]) for result in answer.results if _says(result, urns)]
    refused = {urns[at]: "Checkov's own code stumbles over it" for at in answer.refused if at in urns}
    unseen = _unseen(graph, {**_without_manifests(plan.left_out, graph), **manifests.left_out, **refused})
    notes = [f"Checkov {answer.version} ran on what the graph becomes in Terraform's and Kubernetes' own words"]
    notes += [f"Checkov did not see {count} {kind}: {why}" for (kind, why), count in sorted(unseen.items())]
    notes += [f"Checkov did not see an argument: {problem}" for problem in plan.problems[:_MOST_PROBLEMS]]
    if len(plan.problems) > _MOST_PROBLEMS:
        notes.append(f"Checkov did not see {len(plan.problems) - _MOST_PROBLEMS} more arguments")
    not_rendered: Counter[str] = Counter()
    for (kind, _), count in unseen.items():
        not_rendered[kind] += count
    findings.sort(key=lambda finding: finding.sort_key)
    return Checked(
        answer.version,
        tuple(findings),
        tuple(sorted({finding.rule for finding in findings})),
        dict(sorted(not_rendered.items())),
        tuple(notes),
    )


def merged(report: Report, checked: Checked, waivers: Waivers, context: Context) -> Report:
    """The report of our rules with Checkov's findings in it."""
    together = replace(
        report,
        findings=tuple(sorted((*report.findings, *checked.findings), key=lambda f: f.sort_key)),
        rules=(*report.rules, *checked.checks),
        notes=(*report.notes, *checked.notes),
        head={**report.head, "checkov": checked.version},
    )
    return applied(together, waivers, context)


def alone(report: Report, checked: Checked, waivers: Waivers, context: Context) -> Report:
    """Checkov's findings in the frame of our report, without our rules."""
    only = replace(
        report,
        findings=checked.findings,
        rules=checked.checks,
        not_covered=checked.not_rendered,
        notes=(*(note for note in report.notes if "judged as" not in note), *checked.notes),
        problems=() if checked.findings else ("no check of Checkov that was asked for knows any of these resources",),
        head={**report.head, "checkov": checked.version},
        details={key: value for key, value in report.details.items() if key in _DETAILS},
    )
    mine = replace(waivers, rows=tuple(row for row in waivers.rows if row.rule.startswith("CKV")))
    return applied(only, mine, context, complete=False)


def _says(result: Result, urns: Mapping[str, str]) -> bool:
    return result.result in _VERDICTS and result.at in urns


def _without_manifests(left_out: Mapping[str, str], graph: Graph) -> dict[str, str]:
    return {urn: why for urn, why in left_out.items() if not graph.by_urn[urn].type.startswith(PREFIX)}


def _unseen(graph: Graph, left_out: Mapping[str, str]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for urn, why in left_out.items():
        resource = graph.by_urn[urn]
        known = resource.type.startswith(("aws:", PREFIX))
        found[resource.type, why if known else "it is neither AWS nor Kubernetes"] += 1
    return found


# --- one finding -----------------------------------------------------------------------------------------------------


class _Maker:
    """Results of one graph -> findings."""

    def __init__(self, graph: Graph, context: Context, own: Sequence[Finding], places: StackPlaces | None) -> None:
        self.graph, self.context, self.places = graph, context, places
        self.facts = Facts(graph, context)
        self.own: dict[tuple[str, str], set[Verdict]] = {}
        for finding in own:
            self.own.setdefault((finding.rule, finding.urn), set()).add(finding.verdict)

    def finding(self, result: Result, urn: str) -> Finding:
        resource = self.graph.by_urn[urn]
        verdict = _VERDICTS[result.result]
        path = _property(resource, result.keys)
        found, wanted, remedy = "as the check wants it: " + result.name, result.name, ""
        if verdict is Verdict.FAIL:
            found = _found(resource, path, result)
            remedy = f"Change it as {result.check} says: {result.guideline or _INDEX}"
            row = row_for(result.check, resource, self.context, self.own)
            if row is not None:
                verdict, found, remedy = Verdict.WAIVED, f"{found}, answered otherwise: {row}", ""
        elif verdict is Verdict.WAIVED:
            found = "an annotation of the manifest that skips the check"
        stack = None
        if self.places is not None and verdict is Verdict.FAIL:
            stack = self.places(resource, list(self.graph.ancestors(resource)), path)
        return Finding(
            rule=result.check,
            theme=THEME,
            severity=severity_of(result.check),
            verdict=verdict,
            urn=urn,
            type=resource.type,
            name=resource.name,
            region=resource.region,
            account=resource.account,
            property=path,
            found=found,
            wanted=wanted,
            remedy=remedy,
            stack=stack,
            source=resource.source,
            component=resource.component,
            data_class=self.facts.data_class(resource),
        )


def _property(resource: Resource, keys: Sequence[str]) -> str:
    """The first of the arguments that a check looked at, as Pulumi names it; empty where that cannot be told."""
    type_name = provider_table.type_of(resource.type)
    for key in keys if type_name else ():
        block: Any = provider_table.block_of(str(type_name), resource.type)
        path = ""
        for part in key.split("/"):
            index = _PART.fullmatch(part)
            if index:
                path += part if path and not path.endswith("]") else ""
                continue
            known = block.by_terraform.get(part) if block is not None else None
            if known is None or not known.pulumi:
                break
            path = f"{path}.{known.pulumi}" if path else known.pulumi
            block = known.block
        if path:
            return path if resource.get(path) is not None else re.sub(r"\[0\]", "", path)
    return ""


def _found(resource: Resource, path: str, result: Result) -> str:
    """What stands there, where that says something and is no secret."""
    if result.secret:
        return "what looks like a secret"
    value = resource.get(path) if path else None
    if isinstance(value, (bool, int, float, Unknown)) or (isinstance(value, str) and len(value) <= _LONGEST_VALUE):
        return shown(value)
    return "nothing" if path and value is None else "what the check refuses"


# --- severity --------------------------------------------------------------------------------------------------------


def severity_of(check_id: str) -> Severity:
    """How bad a failure is: Checkov itself says so only to those who ask its platform. By the reviewed list, else
    medium."""
    return _severities().get(check_id, Severity.MEDIUM)


@cache
def _severities() -> Mapping[str, Severity]:
    lists = yaml.safe_load(Path(__file__).with_name("severities.yaml").read_text(encoding="utf-8"))
    return {check_id: Severity[label.upper()] for label, rows in lists.items() for check_id in rows}
