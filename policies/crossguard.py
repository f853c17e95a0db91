"""Door 2: the Pulumi engine. The same rules as a policy pack.

Rules of scope `resource` run before a resource is made; rules of scope `graph` run over the whole stack after the steps
of a preview or an update. The SDK hands out properties that raise when an unknown one is touched, and then reports
even a mandatory policy as advisory: it fails open. So every property is unwrapped first; unknowns reach the rules as
values, and the rules answer unknown. What is unknown in a preview is judged again when the update knows it.

Few policies with many rules, not one policy a rule: the SDK converts a whole stack anew for each policy, which costs
more than all rules together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import serialize_properties

from policies.context import BadContext, Context, from_config
from policies.engine import judge
from policies.graph import Graph, Reference, Resource, Unknown, walk
from policies.registry import Scope
from policies.resolve import with_regions_and_accounts, without_default_providers
from policies.results import Finding, Severity, Verdict
from policies.sources.recorder import STACK_TYPE
from policies.sources.wire import value_of_plain
from policies.waiver_file import BadWaivers, of_project, read
from policies.waivers import NONE, Waivers

DOOR = "engine"
WAIVERS_VARIABLE = "HOSPITAL_CLOUD_WAIVERS"
"""Names the waiver file of a program that is not this project's: a pack is not told where the program stands."""


def pack() -> PolicyPack:
    """Starts the policy pack. Prints its port and serves until the engine ends it: nothing may come after this."""
    gate = EnforcementLevel.MANDATORY
    advice = EnforcementLevel.ADVISORY
    return PolicyPack(
        "hospital-cloud",
        enforcement_level=gate,
        policies=[
            ResourceValidationPolicy(
                "resource-gate",
                "Each resource by itself, before it is made: rules of severity medium and above.",
                lambda args, report: _resource(args, report, _gates),
                gate,
            ),
            ResourceValidationPolicy(
                "resource-advice",
                "Each resource by itself: rules of severity low.",
                lambda args, report: _resource(args, report, _advises),
                advice,
            ),
            StackValidationPolicy(
                "stack-gate",
                "The stack as a whole, its references and paths: rules of severity medium and above.",
                lambda args, report: _stack(args, report, _gates),
                gate,
            ),
            StackValidationPolicy(
                "stack-advice",
                "The stack as a whole: rules of severity low.",
                lambda args, report: _stack(args, report, _advises),
                advice,
            ),
        ],
    )


@cache
def context() -> Context:
    """What the stack's configuration states; the engine passes it in the environment, also to a pack of another
    program, and passes none when a pack is started without a stack."""
    try:
        config = json.loads(os.environ.get("PULUMI_CONFIG") or "{}")
    except ValueError:
        config = {}
    return from_config(config if isinstance(config, Mapping) else {}, offline=False)


@cache
def waivers() -> Waivers:
    """What the stack's waiver file accepts: the file that the environment names, else, where the pack stands in the
    project that is being deployed, that project's own. Raises BadWaivers. Whether a waiver is used or has expired the
    program's own gate and `preview` say; here an expired one covers nothing."""
    named = os.environ.get(WAIVERS_VARIABLE)
    if named:
        return read(Path(named))
    root = Path(__file__).resolve().parent.parent
    project = _project_of(root)
    if project is None or project.get("name") != os.environ.get("PULUMI_PROJECT"):
        return NONE
    return of_project(root, os.environ.get("PULUMI_STACK") or "", str(project.get("stackConfigDir") or "."))


def _project_of(root: Path) -> Mapping[str, Any] | None:
    """What the Pulumi.yaml in a folder says; None where there is none."""
    try:
        with (root / "Pulumi.yaml").open("rb") as file:
            data = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe, and fast
    except (OSError, yaml.YAMLError):
        return None
    return data if isinstance(data, Mapping) else None


_inputs_seen: dict[str, dict[str, Any]] = {}
"""What each resource was asked to be, as its own check saw it. The check of the whole stack is shown outputs only, in which
a provider has filled in what nobody stated and, in a preview, hidden what it will compute."""


# --- from the SDK's objects to a graph -------------------------------------------------------------------------------


def graph_of(resources: Iterable[PolicyResource]) -> Graph:
    """The graph of a stack as the engine shows it to a pack: what was asked for, where a resource was checked before,
    else its outputs after the steps."""
    nodes: dict[str, Resource] = {}
    for item in resources:
        if item.resource_type == STACK_TYPE:
            continue
        depends = {
            name: tuple(sorted(d.urn for d in dependencies))
            for name, dependencies in item.property_dependencies.items()
            if dependencies
        }
        nodes[item.urn] = Resource(
            urn=item.urn,
            type=item.resource_type,
            name=item.name,
            custom=not _is_component(item),
            inputs=_asked_for(item, depends),
            outputs=_stated(_values(item.props, depends)),
            provider=item.provider.urn if item.provider else None,
            parent=_parent_of(item),
            depends_on=tuple(sorted(d.urn for d in item.dependencies)),
            property_depends_on=depends,
            protect=bool(item.opts.protect),
            ignore_changes=tuple(item.opts.ignore_changes or ()),
        )
        if item.provider and item.provider.urn not in nodes:
            nodes[item.provider.urn] = _provider(item.provider)
    return Graph.of(_resolved(nodes.values()), door=DOOR)


def resource_graph(args: ResourceValidationArgs) -> tuple[Graph, Resource]:
    """A graph of one resource and its provider, and the resource. Remembers its inputs for the check of the stack."""
    plain = serialize_properties(args.props)
    _inputs_seen[args.urn] = {str(name): value for name, value in plain.items() if not str(name).startswith("__")}
    node = Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        custom=not _is_component(args),
        inputs=_values(args.props, {}),
        provider=args.provider.urn if args.provider else None,
        protect=bool(args.opts.protect),
        ignore_changes=tuple(args.opts.ignore_changes or ()),
    )
    nodes = [node, *([_provider(args.provider)] if args.provider else [])]
    resolved = _resolved(nodes)
    return Graph.of(resolved, door=DOOR), resolved[0]


def _resolved(nodes: Iterable[Resource]) -> list[Resource]:
    return without_default_providers(with_regions_and_accounts(list(nodes)))


def _provider(provider: Any) -> Resource:
    return Resource(
        urn=provider.urn,
        type=provider.resource_type,
        name=provider.name,
        custom=True,
        inputs=_values(provider.props, {}),
    )


def _values(props: Any, depends: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    plain = serialize_properties(props)
    return {
        str(name): value_of_plain(value, _references(str(name), depends))
        for name, value in plain.items()
        if not str(name).startswith("__")
    }


def _asked_for(item: PolicyResource, depends: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    seen = _inputs_seen.get(item.urn)
    if seen is None:
        found: dict[str, Any] = _stated(_values(item.props, depends))
        return found
    return {name: value_of_plain(value, _references(name, depends)) for name, value in seen.items()}


def _references(name: str, depends: Mapping[str, tuple[str, ...]]) -> tuple[Reference, ...]:
    return tuple(Reference(urn, "") for urn in depends.get(name, ()))


def _stated(value: Any) -> Any:
    """Outputs show what nobody stated as empty text or null; for a rule that is absent."""
    if isinstance(value, dict):
        return {name: _stated(inner) for name, inner in value.items() if inner is not None and inner != ""}
    return [_stated(inner) for inner in value] if isinstance(value, list) else value


def _parent_of(item: PolicyResource) -> str | None:
    return item.parent.urn if item.parent and item.parent.resource_type != STACK_TYPE else None


def _is_component(item: PolicyResource | ResourceValidationArgs) -> bool:
    """Whether nothing provides it. A pack is not told which resources are components, but the engine gives every other one
    a provider: its own default where the program names none."""
    return item.provider is None and not item.resource_type.startswith(("aws:", "kubernetes:", "pulumi:"))


# --- judging ---------------------------------------------------------------------------------------------------------


def _gates(severity: Severity) -> bool:
    return severity >= Severity.MEDIUM


def _advises(severity: Severity) -> bool:
    return severity < Severity.MEDIUM


def _resource(args: ResourceValidationArgs, report: ReportViolation, wanted: Callable[[Severity], bool]) -> None:
    try:
        graph, resource = resource_graph(args)
        findings = judge(graph, context(), scopes=(Scope.RESOURCE,), waivers=waivers()).findings
        waits = any(isinstance(value, Unknown) for _, value in walk(resource.inputs))
        _report((f for f in findings if f.urn == resource.urn), report, wanted, waits=waits)
        if wanted(Severity.LOW):
            _say_what_is_waived(resource, report)
    except Exception as error:  # a gate that breaks must close, not open
        _broken(error, args.urn, report, wanted)


def _stack(args: StackValidationArgs, report: ReportViolation, wanted: Callable[[Severity], bool]) -> None:
    try:
        graph = graph_of(args.resources)
        waits = any(isinstance(v, Unknown) for r in graph.resources for _, v in walk(r.inputs))
        _report(_of_stack(graph), report, wanted, waits=waits)
    except Exception as error:
        _broken(error, None, report, wanted)


_last: list[tuple[Graph, Context, Sequence[Finding]]] = []
"""The stack that was judged last, and by what: both policies of the stack are asked of the same one, one after the other."""


def _of_stack(graph: Graph) -> Sequence[Finding]:
    by = context()
    if not _last or _last[0][0].resources != graph.resources or _last[0][1] is not by:
        _last[:] = [(graph, by, judge(graph, by, scopes=(Scope.GRAPH,), waivers=waivers()).findings)]
    return _last[0][2]


def _report(
    findings: Iterable[Finding], report: ReportViolation, wanted: Callable[[Severity], bool], *, waits: bool
) -> None:
    """Violations, and what stays undecided although nothing is left to become known."""
    for finding in findings:
        red = finding.verdict is Verdict.FAIL or (finding.verdict is Verdict.UNKNOWN and not waits)
        if red and wanted(finding.severity):
            report(f"{finding.rule} [{finding.severity.label}] {finding.message}. {finding.remedy}", finding.urn)


def _say_what_is_waived(resource: Resource, report: ReportViolation) -> None:
    """As advice, every waiver in force that speaks of a resource, those of rules over the whole stack too."""
    for row in waivers().rows:
        if row.speaks_of(resource) and not row.has_expired(context().today):
            report(f"{row.rule} [waived] {row}", resource.urn)


def _broken(error: Exception, urn: str | None, report: ReportViolation, wanted: Callable[[Severity], bool]) -> None:
    if wanted(Severity.CRITICAL):
        what = str(error) if isinstance(error, BadContext | BadWaivers) else f"{type(error).__name__}: {error}"
        report(f"the rules could not judge: {what}", urn)
