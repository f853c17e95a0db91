"""A Pulumi project on disk, as far as door 1 needs it: its main file, its stack's configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policies.sources.asked import hidden_setting

MAXIMUM_BYTES = 1024 * 1024


class NotAProject(ValueError):
    """The path is no Pulumi Python project; the text says why, and what is wanted."""


@dataclass(frozen=True, slots=True)
class Project:
    """Where a program stands and what configures it."""

    root: Path
    main: Path
    name: str
    stack: str
    config: Mapping[str, str]
    library_paths: tuple[str, ...]
    stack_folder: str = "."
    """Where the stack files lie, from the root."""
    backend: str | None = None
    """`backend.url` of Pulumi.yaml: where the state of the deployment is kept."""


def find(path: Path, stack: str | None = None) -> Project:
    """The project at `path`: a folder with Pulumi.yaml, that file, or a Python file that is a program by itself.
    Raises NotAProject."""
    if path.is_file() and path.suffix == ".py":
        root = path.resolve().parent
        return Project(root, path.resolve(), root.name or "program", stack or "audit", {}, ())
    if path.suffix == ".tf" or (path.is_dir() and not (path / "Pulumi.yaml").exists() and any(path.glob("*.tf*"))):
        raise NotAProject(
            f"{path} is Terraform's, which is judged by its plan; wanted: `terraform plan -out=plan.bin`, then "
            "`terraform show -json plan.bin > plan.json`, and that file"
        )
    file = path if path.is_file() else _project_file(path)
    data = _mapping(file)
    root = file.resolve().parent
    runtime = data.get("runtime")
    runtime_name = runtime.get("name") if isinstance(runtime, Mapping) else runtime
    if runtime_name is None:
        raise NotAProject(
            f"{file} states no runtime, so it is no Pulumi project; templates and manifests alone are not judged; wanted: "
            "the program that deploys them, or its plan"
        )
    if runtime_name != "python":
        raise NotAProject(
            f"{file}: runtime is {str(runtime_name)[:40]!r}; only Python programs can be run, so 'python' is wanted, or what "
            "`pulumi preview --json --show-sames` prints of this one"
        )
    options = runtime.get("options") if isinstance(runtime, Mapping) else None
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise NotAProject(f"{file}: name is missing; a Pulumi project has one")
    chosen, config = _stack_config(root, data, stack)
    config = {key if ":" in key else f"{name}:{key}": value for key, value in {**_defaults(data), **config}.items()}
    folder = str(data.get("stackConfigDir") or ".")
    return Project(
        root, _main(root, file, data), name, chosen, config, _libraries(root, options), folder, _backend(data)
    )


def _backend(data: Mapping[str, Any]) -> str | None:
    backend = data.get("backend")
    url = backend.get("url") if isinstance(backend, Mapping) else None
    return url if isinstance(url, str) and url else None


def _project_file(path: Path) -> Path:
    for name in ("Pulumi.yaml", "Pulumi.yml"):
        if (path / name).is_file():
            return path / name
    if (path / "__main__.py").is_file():
        raise NotAProject(f"{path} has no Pulumi.yaml; name its Python file to judge it alone: {path / '__main__.py'}")
    what = "has no Pulumi.yaml" if path.exists() else "does not exist"
    raise NotAProject(f"{path} {what}; wanted: the folder of a Pulumi Python project")


def _main(root: Path, file: Path, data: Mapping[str, Any]) -> Path:
    main = (root / str(data.get("main") or ".")).resolve()
    if main.is_dir():
        main = main / "__main__.py"
    if not main.is_relative_to(root):
        raise NotAProject(f"{file}: main leads out of the project: {data.get('main')}")
    if not main.is_file():
        raise NotAProject(f"{file}: main is {main.relative_to(root)}, which does not exist")
    return main


def _libraries(root: Path, options: Any) -> tuple[str, ...]:
    environment = options.get("virtualenv") if isinstance(options, Mapping) else None
    if not isinstance(environment, str):
        return ()
    return tuple(str(p) for p in sorted((root / environment).glob("lib/python3*/site-packages")))


def _mapping(file: Path) -> Mapping[str, Any]:
    try:
        with file.open("rb") as handle:
            text = handle.read(MAXIMUM_BYTES + 1)
        if len(text) > MAXIMUM_BYTES:
            raise NotAProject(f"{file} is larger than {MAXIMUM_BYTES >> 20} MiB")
        if text.count(b"*") > 1000 or text.count(b"&") > 1000:
            raise NotAProject(f"{file} has too many aliases")
        data = yaml.safe_load(text)
    except OSError as error:
        raise NotAProject(f"{file} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, NotAProject):
            raise
        raise NotAProject(f"{file} is not valid YAML: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(data, Mapping):
        raise NotAProject(f"{file} holds no settings; wanted: a mapping")
    return data


def _defaults(data: Mapping[str, Any]) -> dict[str, str]:
    """Configuration defaults that Pulumi.yaml itself carries."""
    found = {}
    config = data.get("config")
    for key, value in config.items() if isinstance(config, Mapping) else ():
        if isinstance(value, Mapping):
            value = value.get("value", value.get("default"))
        if value is not None:
            found[str(key)] = _text(value)
    return found


def _stack_config(root: Path, data: Mapping[str, Any], stack: str | None) -> tuple[str, dict[str, str]]:
    folder = root / str(data.get("stackConfigDir") or ".")
    files = {f.name.split(".")[1]: f for f in sorted(folder.glob("Pulumi.*.y*ml")) if f.name.count(".") >= 2}
    if stack is not None and stack not in files:
        known = f"; stacks there: {', '.join(files)}" if files else ""
        raise NotAProject(f"{folder} has no Pulumi.{stack}.yaml{known}")
    chosen = stack or next(iter(files), None)
    if chosen is None:
        return "audit", {}
    config = _mapping(files[chosen]).get("config") or {}
    if not isinstance(config, Mapping):
        raise NotAProject(f"{files[chosen]}: config is {str(config)[:40]!r}; wanted: a mapping of names to values")
    return chosen, {str(k): _text(_hidden(v, str(k))) for k, v in config.items()}


def _hidden(value: Any, key: str) -> Any:
    """A setting with what is encrypted in it hidden: nobody here holds the key, and no rule needs the word."""
    if isinstance(value, Mapping):
        if set(value) == {"secure"}:
            return hidden_setting(key)
        return {name: _hidden(item, f"{key}.{name}") for name, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item, f"{key}[{number}]") for number, item in enumerate(value)]
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
