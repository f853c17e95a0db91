"""Runs every check over a deployed graph, in parallel, and gives the report. Nothing is changed on the account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

import botocore.session
from botocore.exceptions import UnknownRegionError

from operations.live import Identity, Live, LiveError, require_partition
from operations.verify.asking import Asker, NoAnswer, NotThere, Subject
from operations.verify.gaps import Gap, without_gaps
from operations.verify.registry import Check, checks_by_type
from policies.facts import store_types
from policies.graph import Graph, Resource
from policies.iam_documents import account_of_arn
from policies.registry import failed, undecided
from policies.resolve import GLOBAL, decoded
from policies.results import Finding, Outcome, Report, Verdict

THREADS: Final = 8
"""Questions at a time: below the ten connections that a boto3 client keeps open."""
PROVIDER_TYPE: Final = "pulumi:providers:aws"

Progress = Callable[[int, int], None]
"""(checks done, checks in all)."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was verified, by whom."""

    report: Report
    caller: Identity


def verify(
    graph: Graph,
    live: Live,
    *,
    gaps: Sequence[Gap] = (),
    notes: Sequence[str] = (),
    threads: int = THREADS,
    on_progress: Progress | None = None,
) -> Verification:
    """Asks the account about every resource that a check knows. Roles named in `live` are taken; where it names none for
    an account, the role that the graph's own provider takes. Raises LiveError where nothing at all can be asked."""
    regions = sorted({r.region for r in graph.resources if r.region and r.region != GLOBAL})
    caller = _caller(live, regions)
    roles = {**_without_the_callers(roles_of(graph), caller), **live.role_arns}
    live = replace(live, role_arns=roles)
    asker = Asker(live, caller, roles, regions[0] if regions else _any_region(caller.partition))
    tasks = _tasks(graph)
    found = _answered(tasks, graph, asker, threads, on_progress)
    judged, gap_notes = without_gaps(found, gaps)
    judged.sort(key=lambda f: f.sort_key)
    report = Report(
        findings=tuple(judged),
        rules=tuple(sorted({check.id for _, check in tasks})),
        not_covered=not_covered(graph),
        problems=() if tasks else ("there is nothing in the state that could be verified",),
        notes=(*notes, *gap_notes),
    )
    return Verification(report, caller)


def not_covered(graph: Graph) -> Mapping[str, int]:
    """Types of stores in the graph that no check knows, with how many there are of each. A part of a store is known with
    the store that it belongs to."""
    known = checks_by_type()
    counts = Counter(
        r.type
        for r in _managed(graph)
        if (row := store_types().get(r.type)) and r.type not in known and not _belongs_to_known(graph, r, row.part_of)
    )
    return dict(sorted(counts.items()))


def _belongs_to_known(graph: Graph, part: Resource, path: str | None) -> bool:
    whole = graph.target(part, path) if path else None
    return whole is not None and whole.type in checks_by_type()


def roles_of(graph: Graph) -> Mapping[str, str]:
    """Account id -> the role that the graph's provider takes there."""
    found: dict[str, str] = {}
    for provider in graph.of_type(PROVIDER_TYPE):
        for stated in (provider.get("assumeRoles"), provider.get("assumeRole")):
            data = decoded(stated)
            for role in data if isinstance(data, list) else [data]:
                arn = role.get("roleArn") if isinstance(role, Mapping) else None
                account = account_of_arn(arn) if isinstance(arn, str) else None
                if account:
                    found.setdefault(account, str(arn))
    return found


def _without_the_callers(roles: Mapping[str, str], caller: Identity) -> Mapping[str, str]:
    """For the caller's own account the caller's own rights are enough, and may be the only ones that do not write."""
    return {account: role for account, role in roles.items() if account != caller.account_id}


def _caller(live: Live, regions: Sequence[str]) -> Identity:
    """Who asks: told by the first region that answers. Raises LiveError."""
    reasons: list[LiveError] = []
    asked: Sequence[str | None] = regions or [None]
    for region in asked:
        try:
            identity = live.identity(region)
        except LiveError as error:
            if error.code:
                raise
            reasons.append(error)
            continue
        for partition in _partitions(regions):
            require_partition(identity, partition)
        return identity
    raise reasons[0]


def _any_region(partition: str) -> str:
    """A region of the partition: for a graph of things that belong to none."""
    return str(botocore.session.get_session().get_available_regions("kms", partition)[0])


def _partitions(regions: Iterable[str]) -> set[str]:
    """The partitions that regions lie in; a region that nobody knows is said where it is asked."""
    session, found = botocore.session.get_session(), set()
    for region in regions:
        with suppress(UnknownRegionError):
            found.add(str(session.get_partition_for_region(region)))
    return found


# --- running ---------------------------------------------------------------------------------------------------------

Task = tuple[Resource, Check]


def _managed(graph: Graph) -> Iterable[Resource]:
    return (r for r in graph.resources if r.custom and not r.external)


def _tasks(graph: Graph) -> list[Task]:
    known = checks_by_type()
    return [(resource, check) for resource in _managed(graph) for check in known.get(resource.type, ())]


def _answered(
    tasks: Sequence[Task], graph: Graph, asker: Asker, threads: int, on_progress: Progress | None
) -> list[Finding]:
    lock, done = Lock(), 0

    def run(task: Task) -> list[Finding]:
        nonlocal done
        resource, check = task
        found = [finding(check, resource, outcome) for outcome in outcomes(check, Subject(resource, graph, asker))]
        with lock:
            done += 1
            if on_progress is not None:
                on_progress(done, len(tasks))
        return found

    pool = ThreadPoolExecutor(max_workers=max(1, threads), thread_name_prefix="verify")
    try:
        return [one for several in pool.map(run, tasks) for one in several]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def outcomes(check: Check, subject: Subject) -> list[Outcome]:
    """What a check says of a resource. What it said before a question stayed without answer counts too. A check that
    throws has decided nothing."""
    said: list[Outcome] = []
    resource = subject.resource
    try:
        for outcome in check.run(subject):
            said.append(outcome)
    except NotThere as error:
        said.append(failed(resource, "", f"nothing of this name ({error})", check.title))
    except NoAnswer as error:
        said.append(undecided(resource, "", str(error), check.title))
    except Exception as error:  # a fault of the check must not pass, nor end the others
        said.append(undecided(resource, "", f"the check itself failed: {type(error).__name__}", check.title))
    if not said:
        said.append(
            Outcome(Verdict.NOT_APPLICABLE, resource.urn, "", "the state asks for nothing that could be compared")
        )
    return said


def finding(check: Check, resource: Resource, outcome: Outcome) -> Finding:
    """An outcome with its check and resource."""
    return Finding(
        rule=check.id,
        theme=check.theme,
        severity=check.severity,
        verdict=outcome.verdict,
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        region=resource.region,
        account=resource.account,
        property=outcome.property,
        found=outcome.found,
        wanted=outcome.wanted,
        remedy=(outcome.remedy or check.fix) if outcome.verdict is Verdict.FAIL else "",
        source=resource.source,
        component=resource.component,
    )
