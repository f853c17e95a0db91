"""Any Pulumi Python program, or a graph that was written before -> its judgement. The program runs in a child process
with limits; a graph is only read."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from infra.judgement import rule_set_version
from policies.context import CONFIG_KEY, Context, from_config, of_jurisdiction
from policies.engine import judge
from policies.evidence import with_evidence
from policies.graph import Graph
from policies.reports.inventory import inventory
from policies.results import Report
from policies.sources.child import TIME_LIMIT_S, ChildRecording, record_in_child
from policies.sources.deployed import NotAState, State, parsed, text_in, text_of
from policies.sources.project import Project, find
from policies.sources.states import WANTED, is_state, state_in, what_else
from policies.sources.terraform_places import with_places
from policies.waiver_file import of_project, read
from policies.waivers import NONE, Waivers

DEFAULT_JURISDICTION = "cn-mainland"
STDIN = "-"
_MOST_FILES = 2000


class NotAGraph(ValueError):
    """The file is no graph that `hospital-cloud graph` wrote; the text says why."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the auditor states. None: what the program's own stack states, else the stricter reading."""

    jurisdiction: str | None = None
    stack: str | None = None
    lifecycle: str | None = None
    mlps_level: int | None = None
    tag_names: Mapping[str, str] = field(default_factory=dict)
    whole_accounts: bool = False
    """Whether the program is all there is in its accounts, so that trail, detectors and the like must be in it."""
    waiver_file: Path | None = None
    """None: the file that lies beside the program, where one does."""
    waive: bool = True
    """Whether waivers count at all: an auditor need not take the program's own."""
    frameworks: tuple[str, ...] = ()
    """The frameworks to show; none: those of the jurisdiction."""
    time_limit_s: int = TIME_LIMIT_S


@dataclass(frozen=True)
class Audit:
    """What was audited, and its judgement."""

    name: str
    graph: Graph
    report: Report
    context: Context
    waivers: Waivers = NONE


def audit(source: Path, frame: Frame, *, on_resource: Callable[[int], None] | None = None) -> Audit:
    """Judges the project or program at `source`, or the graph, state or preview in a document. Raises
    `NotAProject`, `NotAGraph`, `NotAState`, `ProgramFailed`, `BadContext`, `BadWaivers`, each with a sentence."""
    if is_document(source):
        return _audit_document(source, frame)
    project = find(source, frame.stack)
    context = replace(_context(project.config, frame), state_backend=project.backend)
    waivers = _waivers(frame, project)  # before the program runs, which could write them
    child = run(project, context.jurisdiction.id, frame.time_limit_s, on_resource=on_resource)
    notes = _notes(project, child, context)
    done = _judged(project.root, project.name, child.graph, context, notes, waivers)
    return _with_evidence(done, context, frame)


def is_document(source: Path) -> bool:
    """Whether a source is read, and not run: standard input (`-`), a file, but no program and no Pulumi.yaml."""
    if str(source) == STDIN or source.suffix in (".json", ".gz"):
        return True
    return source.suffix not in (".py", ".yaml", ".yml", ".tf") and (source.is_file() or source.is_fifo())


def _audit_document(source: Path, frame: Frame) -> Audit:
    name = "standard input" if str(source) == STDIN else str(source)
    text = _text_of(source)
    state = _with_places(read_graph(text, name, None if str(source) == STDIN else source.parent), source)
    context = _context(state.config, frame)
    notes = [*state.notes, *([] if CONFIG_KEY in state.config else [_assumed(context)])]
    digest = hashlib.sha256(source.name.encode("utf-8", "surrogateescape") + b"\0" + text + b"\0").hexdigest()[:12]
    title = state.graph.project or source.name.partition(".")[0] or "document"
    done = _judged(source, title, state.graph, context, notes, _waivers(frame, None), digest, state.problems)
    return _with_evidence(done, context, frame)


def _with_places(state: State, source: Path) -> State:
    """The state, of Terraform with the lines of the .tf files beside the document."""
    if not state.graph.door.startswith("terraform") or str(source) == STDIN:
        return state
    graph, notes = with_places(state.graph, state.modules, source.parent)
    return replace(state, graph=graph, notes=(*state.notes, *notes))


def _text_of(source: Path) -> bytes:
    try:
        return text_in(sys.stdin.buffer, "standard input") if str(source) == STDIN else text_of(source)
    except NotAState as error:
        raise NotAGraph(str(error)) from None


def _with_evidence(done: Audit, context: Context, frame: Frame) -> Audit:
    report = with_evidence(done.report, context.jurisdiction.id, context.mlps_level, frame.frameworks)
    return replace(done, report=report)


def _waivers(frame: Frame, project: Project | None) -> Waivers:
    """The waivers that count. Raises BadWaivers."""
    if not frame.waive:
        return NONE
    if frame.waiver_file is not None:
        return read(frame.waiver_file)
    return of_project(project.root, project.stack, project.stack_folder) if project else NONE


def run(
    project: Project,
    jurisdiction: str,
    time_limit_s: int,
    *,
    strict: bool = False,
    on_resource: Callable[[int], None] | None = None,
) -> ChildRecording:
    """Runs a project's program in a child process."""
    return record_in_child(
        project.main,
        root=project.root,
        project=project.name,
        stack=project.stack,
        jurisdiction=jurisdiction,
        config=project.config,
        strict=strict,
        library_paths=project.library_paths,
        on_resource=on_resource,
        time_limit_s=time_limit_s,
    )


def _context(config: Mapping[str, str], frame: Frame) -> Context:
    fields: dict[str, Any] = {"tag_names": dict(frame.tag_names), "whole_accounts": frame.whole_accounts}
    if frame.lifecycle is not None:
        fields["lifecycle"] = frame.lifecycle
    if frame.mlps_level is not None:
        fields["mlps_level"] = frame.mlps_level
    context = from_config(config, frame.jurisdiction or DEFAULT_JURISDICTION, **fields)
    if frame.jurisdiction in (None, context.jurisdiction.id):
        return context
    asked = of_jurisdiction(str(frame.jurisdiction))
    level = asked.mlps_level if frame.mlps_level is None else frame.mlps_level
    return replace(context, jurisdiction=asked.jurisdiction, mlps_level=level)


def _notes(project: Project, child: ChildRecording, context: Context) -> list[str]:
    notes = [f"the program ran in a process of its own, without credentials, as stack {project.stack}"]
    if not child.network_refused:
        notes.append("this system does not let the network be refused: the program could have reached it")
    if child.note:
        notes.append(child.note)
    notes += [
        f"the provider function {token} was answered from a table, not from the cloud" for token in child.synthetic
    ]
    if CONFIG_KEY not in project.config:
        notes.append(_assumed(context))
    return notes


def _assumed(context: Context) -> str:
    """What a program that states no hospital is taken for."""
    level = f", MLPS level {context.mlps_level}" if context.mlps_level is not None else ""
    whole = (
        "its accounts as wholes" if context.whole_accounts else "a part of its accounts (--whole-accounts: as wholes)"
    )
    return f"the program states no hospital, so it is judged as {context.lifecycle}, with patients' data{level}, and as {whole}"


def _judged(
    source: Path,
    name: str,
    graph: Graph,
    context: Context,
    notes: list[str],
    waivers: Waivers,
    digest: str = "",
    problems: Sequence[str] = (),
) -> Audit:
    resources = inventory(graph)
    problems = list(problems)
    if graph.hidden:
        problems.append(
            f"{graph.hidden} resources that do not change are not shown, so the stack as a whole could not be judged; "
            "ask for them: pulumi preview --json --show-sames"
        )
    report = judge(graph, context, notes=notes, waivers=waivers, problems=problems)
    if not resources["count"] and not graph.losses:
        report = replace(report, problems=("there are no resources, so nothing was judged", *problems))
    elif not report.findings:
        report = replace(report, problems=("no rule knows any of these resources, so nothing was judged", *problems))
    details = {
        **report.details,
        "title": name,
        "stack": graph.stack,
        "project": graph.project,
        "jurisdiction": context.jurisdiction.id,
        "lifecycle": context.lifecycle,
        "resources": resources,
    }
    head = _head(source, context, graph.door, waivers, digest or _digest(source))
    report = replace(report, head=head, details=details)
    return Audit(name, graph, report, context, waivers)


# --- head ------------------------------------------------------------------------------------------------------------


def _head(source: Path, context: Context, door: str, waivers: Waivers, digest: str) -> dict[str, str]:
    return {
        "source": str(source),
        "commit": _commit(source if source.is_dir() else source.parent),
        "digest": digest,
        "hospital-cloud": metadata.version("hospital-cloud"),
        "rule set": rule_set_version(),
        "jurisdiction": f"{context.jurisdiction.id}, data of {context.jurisdiction.data_version}",
        "waivers": str(waivers),
        "door": door or "graph",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _digest(root: Path) -> str:
    """Over a program: its Python files and its Pulumi files."""
    hashed = hashlib.sha256()
    patterns = ("*.py", "*/*.py", "*/*/*.py", "Pulumi*.y*ml", "*/Pulumi*.y*ml")
    found = {file for pattern in patterns for file in root.glob(pattern) if file.is_file()}
    for file in sorted(file for file in found if not _installed(file.relative_to(root)))[:_MOST_FILES]:
        try:
            hashed.update(file.name.encode("utf-8", "surrogateescape") + b"\0" + file.read_bytes() + b"\0")
        except OSError:
            return "none"
    return hashed.hexdigest()[:12]


def _installed(file: Path) -> bool:
    return any(part.startswith(".") or part in ("venv", "node_modules") for part in file.parts)


def _commit(folder: Path) -> str:
    """The commit that is checked out. Nothing more is asked of a foreign repository's git: `status` would run what its
    configuration names."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return "none"
    return done.stdout.strip() if done.returncode == 0 else "none"


# --- graphs in files -------------------------------------------------------------------------------------------------


def read_graph(text: bytes, name: str, folder: Path | None = None) -> State:
    """The graph in a text, or the state; `folder` is where its file lies. Raises `NotAGraph` or `NotAState` for anything else."""
    try:
        data = parsed(text, name)
    except NotAState as error:
        raise NotAGraph(str(error)) from None
    if is_state(data):
        return state_in(data, name, folder)
    if other := what_else(data):
        raise NotAGraph(f"{name} {other}")
    try:
        _check(data)
        return State(Graph.from_json(data))
    except ValueError as error:
        wanted = f"wanted: what `hospital-cloud graph` prints, or {WANTED}"
        if isinstance(data, dict) and "format" not in data:
            raise NotAGraph(f"{name} is no document that this program reads; {wanted}") from None
        raise NotAGraph(f"{name} is not a resource graph: {' '.join(str(error).split())[:300]}; {wanted}") from None


_TEXTS = ("urn", "type", "name")
_OPTIONAL_TEXTS = ("region", "account", "provider", "parent")
_LISTS = ("depends_on", "ignore_changes", "aliases")


def _check(data: Any) -> None:
    """Raises ValueError where a row is not what the rules may rely on."""
    rows = data.get("resources", []) if isinstance(data, dict) else []
    if not isinstance(rows, list):
        raise ValueError("resources is not a list")
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise ValueError(f"resources[{number}] is not an object")
        bad = [key for key in _TEXTS if not isinstance(row.get(key), str)]
        bad += [key for key in _OPTIONAL_TEXTS if not isinstance(row.get(key, ""), str)]
        bad += [key for key in _LISTS if not _texts(row.get(key, []))]
        bad += [key for key in ("inputs", "outputs") if not isinstance(row.get(key, {}), dict)]
        depends = row.get("property_depends_on", {})
        if not isinstance(depends, dict) or not all(_texts(urns) for urns in depends.values()):
            bad.append("property_depends_on")
        if bad:
            raise ValueError(f"resources[{number}] has no usable {', '.join(bad)}")


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
