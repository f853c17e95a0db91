"""One measurement in a process of its own: prints CPU seconds, wall seconds, peak memory, resources, as JSON."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.graph import Graph


def recorded(sites: int, *, judged: bool) -> int:
    """Door 1 over the workload, with or without the rules."""
    import jurisdictions
    from policies.context import of_jurisdiction
    from policies.engine import judge
    from policies.sources.program import record
    from tests.bench.workload import run

    graph = record(
        lambda: run(sites), project="bench", stack="bench", jurisdiction=jurisdictions.load("cn-mainland")
    ).graph
    if judged:
        judge(graph, of_jurisdiction("cn-mainland"))
    return len(graph.resources)


def mocked(sites: int) -> int:
    """The same program under the SDK's stock mocks, no rules, collector on: what a unit test of it costs."""
    gc.enable()
    import asyncio

    import pulumi
    from pulumi.runtime.stack import run_in_stack

    from tests.bench.workload import run

    count = 0

    class Mocks(pulumi.runtime.Mocks):
        def new_resource(self, args):  # type: ignore[no-untyped-def]
            nonlocal count
            count += 1
            return f"{args.name}-id", args.inputs

        def call(self, args):  # type: ignore[no-untyped-def]
            return {}

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.mocks.configure(
        pulumi.runtime.mocks.MockSettings(
            monitor=(monitor := pulumi.runtime.mocks.MockMonitor(Mocks())),
            monitor_features=set(monitor.GetDeploymentInfo(None).supportedFeatures),
            engine=pulumi.runtime.mocks.MockEngine(None),
            project="bench",
            stack="bench",
            dry_run=True,
            organization="o",
            callbacks=None,
        )
    )
    loop.run_until_complete(run_in_stack(lambda: run(sites)))
    return count


def workload(sites: int) -> Graph:
    """The graph of the workload."""
    import jurisdictions
    from policies.sources.program import record
    from tests.bench.workload import run

    law = jurisdictions.load("cn-mainland")
    return record(lambda: run(sites), project="bench", stack="bench", jurisdiction=law).graph


def checkov(sites: int, *, own_command: bool) -> tuple[int, float]:
    """Findings of Checkov, and CPU seconds of what they cost alone."""
    from tests.bench import checkov

    return (checkov.own_command if own_command else checkov.through_us)(workload(sites))


def rendered(sites: int) -> tuple[int, float]:
    """The workload as Terraform configuration: resources, and CPU seconds of the rendering alone."""
    from policies.terraform.render import render

    graph = workload(sites)
    started = time.process_time()
    count = len(render(graph).addresses)
    return count, time.process_time() - started


def terraform_plan(stack: str) -> tuple[int, float]:
    """Resources of a stack, and CPU seconds of `terraform plan` with the real provider."""
    from tests.bench.planning import planned

    return planned(stack)


def previewed(stack: str) -> int:
    """A whole preview of one of our stacks, rules and all."""
    from pathlib import Path

    from infra.preview import preview

    return len(preview(Path("stacks") / f"Pulumi.{stack}.yaml").graph.resources)


def main() -> None:
    gc.disable()
    what, argument = sys.argv[1:3]
    started = time.monotonic()
    actions = {
        "rules": lambda: recorded(int(argument), judged=True),
        "record": lambda: recorded(int(argument), judged=False),
        "mocks": lambda: mocked(int(argument)),
        "preview": lambda: previewed(argument),
    }
    alone = None
    apart = {
        "render": rendered,
        "checkov": lambda sites: checkov(sites, own_command=False),
        "checkov-command": lambda sites: checkov(sites, own_command=True),
    }
    if what in apart:
        count, alone = apart[what](int(argument))
    elif what == "plan":
        count, alone = terraform_plan(argument)
    else:
        count = actions[what]()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    row = {
        "cpu_s": usage.ru_utime + usage.ru_stime if alone is None else alone,
        "wall_s": time.monotonic() - started,
        "memory_mb": usage.ru_maxrss / 1024,
        "resources": count,
    }
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
