"""Checkov's own checks, run in Checkov's own environment: takes a request on stdin, writes one line of JSON.

Started by `policies.checkov_runner.ask` with that environment's Python; imports nothing of ours. The checks, the graph
they ask and the way a plan becomes both are Checkov's; left out is what its command does around them: reading the JSON
with a YAML loader, finding lines for messages, talking to a platform, loading what other clouds need.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import resource
import socket
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

_PLAN = "plan.json"
_PROVIDER = "aws"


def main(descriptor: int) -> None:
    """Answers one request. A fault of Checkov is an answer too."""
    gc.disable()  # what a run makes lives to its end
    request = json.load(sys.stdin)
    _limit(request)
    _stay_alone()
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        try:
            answer = _answer(request)
        except Exception as error:
            text = " ".join(str(error).split())[:500]
            broken = isinstance(error, (ImportError, SyntaxError))
            answer = {"failed": f"{type(error).__name__}{': ' + text if text else ''}", "broken": broken}
        out.write(json.dumps(answer) + "\n")
        out.flush()
        os._exit(0)  # nothing is left to do, and tearing down thousands of modules takes its time


def _limit(request: Mapping[str, Any]) -> None:
    for what, value in (
        (resource.RLIMIT_AS, request["memory_limit_bytes"]),
        (resource.RLIMIT_CPU, request["time_limit_s"]),
        (resource.RLIMIT_FSIZE, 64 * 1024 * 1024),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _stay_alone() -> None:
    """Nothing here may reach the network, and nothing that a plan says may be logged."""

    def refuse(*_: object, **__: object) -> Any:
        raise OSError("Checkov runs without network here")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.socket.connect_ex = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse
    logging.disable(logging.CRITICAL)


# --- loading only what is needed -------------------------------------------------------------------------------------


class _Late(types.ModuleType):
    """A module that is loaded when something of it is used. The constants given are known before."""

    def __init__(self, name: str, **known: Any) -> None:
        super().__init__(name)
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(self.__name__, None)
        real = importlib.import_module(self.__name__)
        self.__dict__.update(real.__dict__)
        return getattr(real, name)


def _lean() -> None:
    """The HCL parser costs a second to import, and a plan holds no HCL; packages whose own first file imports the
    checks of every cloud stand without it."""
    sys.modules["hcl2"] = _Late("hcl2", START_LINE="__start_line__", END_LINE="__end_line__")
    root = Path(next(iter(importlib.import_module("checkov").__path__)))
    for name in (
        "checkov.terraform",
        "checkov.terraform.checks",
        "checkov.terraform.checks.resource",
        "checkov.terraform.checks.data",
    ):
        module = types.ModuleType(name)
        module.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = module
        parent, _, own = name.rpartition(".")
        setattr(importlib.import_module(parent), own, module)
    modules = importlib.import_module("checkov.terraform.modules")
    sys.modules["checkov.terraform"].__dict__.update({k: v for k, v in vars(modules).items() if not k.startswith("_")})


def _load_all(package: str) -> None:
    """Imports every module of a package: each registers its checks."""
    for name in importlib.import_module(package).__all__:
        importlib.import_module(f"{package}.{name}")


def _quick_yaml() -> None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    yaml.safe_load = lambda stream: yaml.load(stream, Loader=loader)  # noqa: S506  safe, and fast


# --- one request -----------------------------------------------------------------------------------------------------


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    _lean()
    _quick_yaml()
    from checkov.runner_filter import RunnerFilter
    from checkov.version import version

    chosen = RunnerFilter(
        checks=list(request["checks"]),
        skip_checks=list(request["skip_checks"]),
        show_progress_bar=False,
        run_image_referencer=False,
    )
    rows: list[dict[str, Any]] = []
    refused: list[str] = []
    plan = request.get("plan")
    if plan:
        planned = plan["planned_values"]["root_module"]["resources"]
        found, bad = _without_stumbling(planned, lambda some: _of_plan(plan, some, chosen))
        rows += found
        refused += [row["address"] for row in bad]
    manifests = dict(enumerate(request.get("manifests", ())))
    if manifests:
        found, bad = _without_stumbling(
            list(manifests), lambda some: _of_manifests({n: manifests[n] for n in some}, chosen)
        )
        rows += found
        refused += [str(number) for number in bad]
    return {"checkov": version, "results": rows, "refused": refused}


def _without_stumbling(
    items: list[Any], run: Callable[[list[Any]], Iterator[dict[str, Any]]]
) -> tuple[list[dict[str, Any]], list[Any]]:
    """The results, and the items over which Checkov's own code stumbles: one odd resource must not hide the others."""
    try:
        return list(run(items)), []
    except (ImportError, SyntaxError):
        raise
    except Exception:
        bad = _culprits(items, run)
        if not bad:
            raise
        rest = [item for item in items if not any(item is other for other in bad)]
        return (list(run(rest)) if rest else []), bad


def _culprits(items: list[Any], run: Callable[[list[Any]], Iterator[dict[str, Any]]]) -> list[Any]:
    try:
        list(run(items))
        return []
    except Exception:
        if len(items) == 1:
            return items
        half = len(items) // 2
        return _culprits(items[:half], run) + _culprits(items[half:], run)


def _row(check: Any, result: Any, where: str) -> dict[str, Any]:
    keys = result.get("evaluated_keys") or []
    return {
        "check": check.id,
        "name": check.name,
        "guideline": check.guideline or "",
        "secret": any(
            getattr(category, "name", "") == "SECRETS" for category in getattr(check, "categories", None) or ()
        ),
        "result": result["result"].value,
        "at": where,
        "keys": [str(key) for key in keys][:20] if isinstance(keys, list) else [],
    }


def _of_plan(plan: Mapping[str, Any], planned: Iterable[Mapping[str, Any]], chosen: Any) -> Iterator[dict[str, Any]]:
    for part in ("resource", "provider", "data"):
        _load_all(f"checkov.terraform.checks.{part}.{_PROVIDER}")
    from checkov.common.bridgecrew.check_type import CheckType
    from checkov.terraform.plan_runner import TF_LIFECYCLE_CHECK_IDS, Runner

    definition = _definition(plan, planned)
    runner = Runner()
    definitions = {_PLAN: definition}
    runner.graph_manager.save_graph(
        runner.graph_manager.build_graph_from_definitions(definitions, render_variables=False)
    )
    for kind, registry in runner.block_type_registries.items():
        runner._assign_graph_to_registry(registry)
        for entity in definition[kind]:
            body = next(iter(entity.values()))
            inner = body if kind == "provider" else next(iter(body.values()))
            for check, result in registry.scan(_PLAN, entity, [], chosen, report_type=CheckType.TERRAFORM_PLAN).items():
                if check.id not in TF_LIFECYCLE_CHECK_IDS:
                    yield _row(check, result, inner["__address__"])
    registry = runner.graph_registry
    registry._load_checks_from_dir(str(Path(registry.checks_dir, _PROVIDER)), False)
    found = registry.run_checks(runner.graph_manager.get_reader_endpoint(), chosen, CheckType.TERRAFORM_PLAN)
    for check, results in sorted(found.items(), key=lambda pair: str(pair[0].id)):
        for result in results:
            yield _row(check, result, result["entity"].get("__address__", ""))


def _definition(plan: Mapping[str, Any], planned: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """What Checkov makes of a plan, by its own functions; only the search for each resource's configuration is ours:
    theirs begins anew for each."""
    from checkov.terraform import plan_parser

    written = {(row["type"], row["name"]): row for row in plan["configuration"]["root_module"]["resources"]}
    changes = plan_parser._get_resource_changes(template=plan)
    found: dict[str, list[Any]] = {"provider": plan_parser._get_providers(template=plan), "resource": [], "data": []}
    for row in planned:
        block, kind, prepared = plan_parser._prepare_resource_block(
            resource=row, conf=written.get((row["type"], row["name"])), resource_changes=changes
        )
        if prepared:
            found[kind].append(block)
    return found


def _of_manifests(manifests: Mapping[int, Mapping[str, Any]], chosen: Any) -> Iterator[dict[str, Any]]:
    _load_all("checkov.kubernetes.checks.resource.k8s")
    from checkov.kubernetes import kubernetes_utils as told
    from checkov.kubernetes.checks.resource.registry import registry
    from checkov.kubernetes.runner import Runner

    definitions = {f"/{number}.json": [_with_lines(manifest)] for number, manifest in manifests.items()}
    definitions = {path: rows for path, rows in definitions.items() if told.get_resource_id(rows[0])}
    skipped = {path: told.get_skipped_checks(rows[0]) for path, rows in definitions.items()}
    runner = Runner()
    graph = runner.graph_manager.build_graph_from_definitions(json.loads(json.dumps(definitions)))
    runner.graph_manager.save_graph(graph)
    for path, (manifest,) in definitions.items():
        for check, result in registry.scan(path, manifest, skipped[path], chosen).items():
            yield _row(check, result, _number(path))
    found = runner.run_graph_checks_results(chosen, runner.report_type)
    for check, results in sorted(found.items(), key=lambda pair: str(pair[0].id)):
        for result in results:
            path = result["entity"]["file_path_"]
            clean = told.create_check_result(result, {"skipped_checks": skipped[path]}, check.id)
            yield _row(check, clean, _number(path))


def _number(path: str) -> str:
    return path.strip("/").removesuffix(".json")


def _with_lines(value: Any) -> Any:
    """Checkov's own readers put lines into every mapping, and its graph expects them."""
    if isinstance(value, Mapping):
        return {**{key: _with_lines(item) for key, item in value.items()}, "__startline__": 1, "__endline__": 1}
    return [_with_lines(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main(int(sys.argv[1]))
