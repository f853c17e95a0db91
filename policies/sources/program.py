"""Door 1: a Pulumi program, run without engine, credentials or network, becomes a graph."""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks, set_all_config
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import run_in_stack

from jurisdictions import Jurisdiction
from policies.graph import Graph, Place, Resource
from policies.resolve import with_regions_and_accounts
from policies.sources.asked import answered
from policies.sources.automation import driven
from policies.sources.callers import task_factory
from policies.sources.functions import World
from policies.sources.recorder import Recorder
from policies.sources.spelled import with_spelled_out

DOOR = "program"


@dataclass(frozen=True, slots=True)
class Recording:
    """A graph, and what the reader must know about how it came to be."""

    graph: Graph
    synthetic: tuple[str, ...]
    """Provider functions that were answered from a table."""


def recording() -> bool:
    """Whether the program runs under the recorder, not under an engine."""
    return isinstance(SETTINGS.monitor, Recorder)


def record(
    program: Callable[[], Any],
    *,
    project: str,
    stack: str,
    jurisdiction: Jurisdiction,
    config: Mapping[str, str] | None = None,
    root: Path | None = None,
    strict: bool = False,
    on_resource: Callable[[int], None] | None = None,
) -> Recording:
    """Runs a program and returns what it registers.

    `config` is the stack's configuration as the engine hands it out: `namespace:key` to text, structured values as
    JSON. `strict` makes computed outputs unknown, as in the engine's preview. Whatever the program raises comes
    through unchanged; the caller turns it into a sentence. Nothing of the run stays behind in the process.
    """
    region = next(iter((config or {}).get(key, "") for key in ("aws:region",)), "") or next(iter(jurisdiction.regions))
    recorder = Recorder(project, stack, World(jurisdiction, region), strict=strict, on_resource=on_resource)
    with driven() as given, answered(preview=strict):
        contextvars.copy_context().run(_run, program, recorder, dict(config or {}))
    config = {**(config or {}), **given}
    recorded = with_spelled_out(recorder.recorded, recorder.secrets, config.values())
    resources = [_relative(resource, root) for resource in recorded]
    resources = [
        replace(resource, outputs=recorder.outputs[resource.urn]) if recorder.outputs.get(resource.urn) else resource
        for resource in resources
    ]
    resources = with_regions_and_accounts(resources, default_region=config.get("aws:region"))
    return Recording(Graph.of(resources, project=project, stack=stack, door=DOOR), tuple(recorder.synthetic))


def _run(program: Callable[[], Any], recorder: Recorder, config: dict[str, str]) -> None:
    loop = asyncio.new_event_loop()
    recorder.loop = loop
    executor = _Inline()
    loop.set_default_executor(executor)
    loop.set_task_factory(task_factory)
    asyncio.set_event_loop(loop)
    try:
        mocks.configure(
            mocks.MockSettings(
                monitor=recorder,
                monitor_features=set(recorder.GetDeploymentInfo(None).supportedFeatures),
                engine=mocks.MockEngine(None),
                project=recorder.project,
                stack=recorder.stack,
                dry_run=True,
                organization="organization",
                callbacks=None,
            )
        )
        pulumi.runtime.settings.ROOT.set(None)
        set_all_config(config, [])
        loop.run_until_complete(run_in_stack(lambda: _to_rest(program)))
    finally:
        _close(loop)
        SETTINGS.outputs.clear()  # what failed stays in it, for a loop that is closed
        executor.shutdown(wait=False)


async def _to_rest(program: Callable[[], Any]) -> None:
    """Runs the program and lets everything that it has set off come to rest.

    The SDK waits for outstanding outputs one by one, watching all others meanwhile: quadratic in a program of thousands. Waiting for
    all of them at once before the SDK looks leaves it nothing to wait for. What has failed stays for the SDK to raise.
    """
    result = program()
    if isawaitable(result):
        await result
    while waiting := [task for task in (*SETTINGS.rpc_manager.rpcs, *SETTINGS.outputs) if not task.done()]:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_EXCEPTION)
        if any(task.cancelled() or task.exception() is not None for task in done):
            return


def _close(loop: asyncio.AbstractEventLoop) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    if pending:
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    asyncio.set_event_loop(None)
    loop.close()


class _Inline(ThreadPoolExecutor):
    """Runs a registration on the spot: the recorder answers at once, so a thread would only cost. Once a program
    has registered a transform, registrations wait for a coroutine of the same loop, and need a thread after all."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if _CallbackServicer._servicers:
            return super().submit(fn, *args, **kwargs)
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # the executor's contract: whatever it was, the caller gets it
            future.set_exception(error)
        return future


def _relative(resource: Resource, root: Path | None) -> Resource:
    if root is None:
        return resource
    head = str(root.resolve()) + "/"

    def short(place: Place | None) -> Place | None:
        return Place(place.file.removeprefix(head), place.line) if place else None

    return replace(resource, source=short(resource.source), component=short(resource.component))


def config_text(config: Mapping[str, Any]) -> dict[str, str]:
    """Configuration values as the engine hands them to a program: text, structured values as JSON."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        for key, value in config.items()
    }


def registered_types(resources: Sequence[Resource]) -> tuple[str, ...]:
    """The types in a recording, in order, each once."""
    return tuple(sorted({resource.type for resource in resources}))
