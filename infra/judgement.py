"""One stack's judgement, the same for `preview`, for the gate inside `pulumi up`, and for tests."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from infra.places import stack_places
from infra.settings import KEY, Hospital, Loaded
from jurisdictions import Availability, Jurisdiction
from policies.context import Context, from_config
from policies.engine import judge
from policies.graph import Graph
from policies.registry import all_rules
from policies.results import Report
from policies.sources.program import config_text
from policies.waivers import NONE, Waivers


def engine_config(hospital: Hospital) -> dict[str, str]:
    """The stack's configuration as the engine would hand it to the program."""
    return config_text({KEY: hospital.model_dump(mode="json", by_alias=True, exclude_none=True)})


def judge_stack(
    loaded: Loaded,
    graph: Graph,
    *,
    synthetic: tuple[str, ...] = (),
    waivers: Waivers = NONE,
    prepares_accounts: bool = True,
) -> Report:
    """The report of one of our own stacks. `prepares_accounts`: whether the graph is the program that makes what every
    account must have; what bootstrap makes comes before that."""
    context = context_of(loaded)
    if not prepares_accounts:
        context = replace(context, prepared_accounts=frozenset(), prepared_regions=())
    return judge(
        graph,
        context,
        stack_places=stack_places(loaded),
        notes=notes(loaded.hospital, context, graph, synthetic),
        waivers=waivers,
    )


def context_of(loaded: Loaded) -> Context:
    """What a stack states, as the rules read it."""
    return from_config(engine_config(loaded.hospital))


def notes(hospital: Hospital, context: Context, graph: Graph, synthetic: tuple[str, ...]) -> list[str]:
    """What a reader must know beside the findings."""
    found = []
    if context.lifecycle == "retiring" and context.retirement:
        found.append(
            f"protection is lifted until {context.retirement.expires_on}: {context.retirement.reason} "
            f"(owner: {context.retirement.owner})"
        )
    if context.lifecycle != "trial":
        found.append(
            "locks count from upload; the law counts from the last visit or discharge: extending a lock when a patient "
            "returns is the hospital's process"
        )
    found += unverified_notes(context.jurisdiction, graph, context)
    found += [f"the provider function {token} was answered from a table, not from the cloud" for token in synthetic]
    return found


def unverified_notes(jurisdiction: Jurisdiction, graph: Graph, context: Context) -> list[str]:
    """The capabilities that this stack could use but may not take for granted, with what it uses instead."""
    regions = sorted({r.region for r in graph.resources if r.region in jurisdiction.regions})
    wanted = ("aurora.global", "backup.restore-testing", "elb.pq-tls", "elb.quic")
    found = []
    for region in regions:
        for capability in wanted:
            row = jurisdiction.regions[region].capability(capability)
            if row.availability is Availability.UNVERIFIED and not jurisdiction.regions[region].offers(
                capability, context.verified
            ):
                instead = f"; used instead: {row.instead}" if row.instead else ""
                found.append(f"{capability} in {region} is unverified (mark {row.mark}), so it is not used{instead}")
    return found


def head(loaded: Loaded, root: Path, door: str, waivers: Waivers = NONE) -> dict[str, str]:
    """What was judged, with what, when: the only part of a report that differs from run to run."""
    jurisdiction = loaded.hospital.law
    commit, dirty = _commit(root)
    return {
        "commit": commit,
        "dirty": dirty,
        "stack file": _digest(Path(loaded.file)) if loaded.file else "none",
        "lock": _digest(root / "uv.lock"),
        "hospital-cloud": metadata.version("hospital-cloud"),
        "rule set": rule_set_version(),
        "jurisdiction": f"{jurisdiction.id}, data of {jurisdiction.data_version}",
        "waivers": str(waivers),
        "door": door,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def rule_set_version() -> str:
    """A digest over what every rule is and says."""
    text = "\n".join(f"{r.id}|{r.severity.label}|{r.scope.value}|{','.join(r.types)}|{r.page}" for r in all_rules())
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError:
        return "none"


def _commit(root: Path) -> tuple[str, str]:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=30)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit = git("rev-parse", "--short=12", "HEAD")
        return commit or "none", ("yes" if git("status", "--porcelain") else "no") if commit else "unknown"
    except (OSError, subprocess.TimeoutExpired):
        return "none", "unknown"


def counted(graph: Graph) -> Mapping[str, int]:
    """Region -> how many resources the cloud will hold there; `global` for those of no region."""
    counts: dict[str, int] = {}
    for resource in graph.resources:
        if resource.custom and not resource.type.startswith("pulumi:"):
            counts[resource.region or "unknown"] = counts.get(resource.region or "unknown", 0) + 1
    return dict(sorted(counts.items()))
