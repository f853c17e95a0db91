"""Arguments against the Pulumi SDK's own types.

Pulumi hands a dict's unknown keys to the engine as they are: a typo in a nested argument is silently without effect,
and no type checker sees it. The generated classes know better: every `...Args` class says which arguments there are,
which are required, which are deprecated, and of what type they are.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import importlib.util
import inspect
import json
import re
import sys
import types
import typing
import warnings
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pulumi

from policies.graph import Resource, Value
from tests.truth.naming import allowed_names, is_asset, is_reference, joined, sentence

PACKAGES = {"aws": "pulumi_aws", "kubernetes": "pulumi_kubernetes"}
_OF_THE_ENGINE = ("version", "pluginDownloadURL")
_SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number"}


@dataclass(frozen=True)
class Type:
    """One way to write an argument: `kind` is string, boolean, integer, number, list, map, object, asset or any."""

    kind: str
    item: tuple[Type, ...] = ()
    cls: type | None = None

    def __str__(self) -> str:
        if self.kind in ("list", "map"):
            return f"{self.kind} of {' or '.join(map(str, self.item))}"
        return self.kind


@dataclass(frozen=True)
class Argument:
    """One argument of an object: its Pulumi name, the types it may have, and whether it must be there."""

    name: str
    types: tuple[Type, ...]
    required: bool
    deprecated: str


def problems(resource: Resource) -> list[str]:
    """What the SDK would not know, or calls deprecated, in a resource's inputs. Components have none."""
    if not resource.custom:
        return []
    inputs: Mapping[str, Value] = resource.inputs
    if resource.type.startswith("pulumi:providers:"):
        package = PACKAGES.get(resource.type.rpartition(":")[2])
        cls = getattr(importlib.import_module(package), "Provider") if package else None  # noqa: B009
        inputs = {key: decoded(value) for key, value in inputs.items() if key not in _OF_THE_ENGINE}
    else:
        cls = resource_class(resource.type)
    if cls is None:
        if resource.type.partition(":")[0] in PACKAGES:
            return [f"{resource.urn}: type {resource.type} is not in the SDK"]
        return []
    found = [f"{resource.urn}: type {resource.type} is deprecated: {why}" for why in [class_deprecation(cls)] if why]
    return found + list(_object(resource, inputs, arguments_class(cls), ""))


def covers(resource: Resource) -> bool:
    """Whether this check has anything to say about a resource."""
    return resource.custom and resource.type.partition(":")[0] in PACKAGES


# --- the SDK ---------------------------------------------------------------------------------------------------------


@functools.cache
def _registry(package: str) -> Mapping[str, tuple[str, str]]:
    """Type token -> module and class, from the table that the generated package registers with Pulumi."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return {}
    text = Path(spec.origin).read_text(encoding="utf-8")
    table = re.search(r'resource_modules="""(.*?)"""', text, re.DOTALL)
    rows = json.loads(table.group(1)) if table else []
    return {token: (row["fqn"], name) for row in rows for token, name in row["classes"].items()}


@functools.cache
def resource_class(token: str) -> type | None:
    """The SDK's class of a type token."""
    package = PACKAGES.get(token.partition(":")[0])
    module, name = _registry(package).get(token, ("", "")) if package else ("", "")
    if not module:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return typing.cast(type, getattr(importlib.import_module(module), name))


def tokens(package: str = "aws") -> list[str]:
    """All type tokens of a package."""
    return sorted(_registry(PACKAGES[package]))


def arguments_class(cls: type) -> type:
    """`Bucket` -> `BucketArgs`."""
    module = sys.modules[cls.__module__]
    for suffix in ("InitArgs", "Args"):
        found = getattr(module, cls.__name__ + suffix, None)
        if isinstance(found, type):
            return found
    raise LookupError(f"{cls.__module__}.{cls.__name__} has no arguments class")


@functools.cache
def class_deprecation(cls: type) -> str:
    source = Path(str(sys.modules[cls.__module__].__file__)).read_text(encoding="utf-8")
    found = re.search(rf'^class {cls.__name__}\(.*\):\n    warnings\.warn\("""(.*?)"""', source, re.MULTILINE)
    return found.group(1) if found else ""


@functools.cache
def arguments(cls: type) -> Mapping[str, Argument]:
    """The arguments of an `...Args` class, by Pulumi name."""
    found: dict[str, Argument] = {}
    for python_name, parameter in inspect.signature(cls.__init__).parameters.items():  # type: ignore[misc]
        getter = getattr(inspect.getattr_static(cls, python_name, None), "fget", None)
        if getter is None:
            continue
        name = getattr(getter, "_pulumi_name", python_name)
        why = ""
        if hasattr(getter, "_pulumi_deprecated_callable"):
            why = str(inspect.getclosurevars(getter).nonlocals.get("message", "deprecated"))
        found[name] = Argument(
            name,
            tuple(dict.fromkeys(_types(parameter.annotation, sys.modules[cls.__module__]))),
            parameter.default is inspect.Parameter.empty,
            why,
        )
    return found


def _types(annotation: Any, module: types.ModuleType) -> Iterator[Type]:
    """The ways a value may be written, from `Union[T, Awaitable[T], Output[T], None]`."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        annotation = _resolved(annotation, module)
        if annotation is None:
            return
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        for member in typing.get_args(annotation):
            yield from _types(member, module)
    elif origin is Awaitable or annotation is type(None):
        return
    elif origin in (list, Sequence):
        yield Type("list", tuple(dict.fromkeys(_types(typing.get_args(annotation)[0], module))))
    elif origin in (dict, Mapping):
        yield Type("map", tuple(dict.fromkeys(_types(typing.get_args(annotation)[1], module))))
    elif origin is typing.Literal:
        yield from (Type(_SCALARS[type(x)]) for x in typing.get_args(annotation))
    elif annotation in _SCALARS:
        yield Type(_SCALARS[annotation])
    elif isinstance(annotation, type) and issubclass(annotation, (pulumi.Asset, pulumi.Archive)):
        yield Type("asset")
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        base = next((b for b in annotation.__mro__ if b in _SCALARS), str)
        yield Type(_SCALARS[base])
    elif isinstance(annotation, type) and issubclass(annotation, pulumi.Resource):
        yield Type("string")  # the engine is told its id
    elif isinstance(annotation, type) and issubclass(annotation, dict):
        return  # the TypedDict twin of an ...Args class
    elif isinstance(annotation, type) and annotation is not object:
        yield Type("object", cls=annotation)
    else:
        yield Type("any")


def _resolved(name: str, module: types.ModuleType) -> Any:
    """The object that a forward reference names; None for `Output[T]`, which says nothing that T does not."""
    if name.startswith("Output["):
        return None
    head, *rest = name.split(".")
    value = getattr(module, head, None) or getattr(builtins, head, None)
    for part in rest:
        value = getattr(value, part)
    if value is None:
        raise LookupError(f"{name} is not in {module.__name__}")
    return value


# --- values ----------------------------------------------------------------------------------------------------------


def decoded(value: Value) -> Value:
    """Providers get structured arguments as JSON text."""
    if isinstance(value, str) and not is_reference(value):
        try:
            decoded = json.loads(value)
        except ValueError:
            return value
        return value if isinstance(decoded, (int, float)) and not isinstance(decoded, bool) else decoded
    return value


def _object(resource: Resource, value: Mapping[str, Value], cls: type, path: str) -> Iterator[str]:
    known = arguments(cls)
    for name, argument in known.items():
        if argument.required and value.get(name) is None:
            yield sentence(resource, joined(path, name), None, f"required; wanted: {_said(argument.types)}")
    for key, item in value.items():
        where = joined(path, str(key))
        if str(key).startswith("__") or item is None:
            continue
        if key not in known:
            yield sentence(resource, where, item, f"unknown argument; {allowed_names(known, str(key))}")
            continue
        if known[key].deprecated:
            yield sentence(resource, where, item, f"deprecated argument: {known[key].deprecated}")
        yield from _value(resource, item, known[key].types, where)


def _value(resource: Resource, value: Value, allowed: Sequence[Type], path: str) -> Iterator[str]:
    if value is None or is_reference(value):
        return
    kinds = {t.kind: t for t in allowed}
    if "any" in kinds or not kinds or ("asset" in kinds and is_asset(value)):
        return
    if isinstance(value, Mapping):
        for kind, inside in kinds.items():
            if kind == "object" and inside.cls is not None:
                yield from _object(resource, value, inside.cls, path)
                return
            if kind == "map":
                for key, item in value.items():
                    yield from _value(resource, item, inside.item, joined(path, str(key)))
                return
    elif isinstance(value, (list, tuple)):
        if "list" in kinds:
            for index, item in enumerate(value):
                yield from _value(resource, item, kinds["list"].item, f"{path}[{index}]")
            return
    elif _scalar_fits(value, set(kinds)):
        return
    yield sentence(resource, path, value, f"is of type {_kind_of(value)}; allowed: {_said(allowed)}")


def _scalar_fits(value: Value, kinds: set[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int):
        return bool(kinds & {"integer", "number"})
    if isinstance(value, float):
        return "number" in kinds or ("integer" in kinds and value.is_integer())
    return isinstance(value, str) and "string" in kinds


def _kind_of(value: Value) -> str:
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, (list, tuple)):
        return "list"
    return _SCALARS.get(type(value), type(value).__name__)


def _said(allowed: Sequence[Type]) -> str:
    return " or ".join(dict.fromkeys(str(t) for t in allowed))
