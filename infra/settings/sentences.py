"""Turns the model's findings into sentences: what is wrong, what is allowed, what was perhaps meant."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from infra.settings.errors import Path, Problem, did_you_mean, listed, shown
from infra.settings.part import Part

_HIDDEN = ("certificate_authority_pem",)
"""Values that a message never shows: the wrong file may have been pasted here."""
_OWN_WORDS = ("form", "bounds", "number", "account", "cidr", "pem", "day")
_NUMBERS = {"int": "a whole number", "float": "a number", "finite_number": "a number"}


def problems(model: type[Part], error: ValidationError) -> Iterator[Problem]:
    """One problem for each finding of the model."""
    findings = error.errors(include_url=False)
    misspelt = {
        (*item["loc"][:-1], near)
        for item in findings
        if item["type"] == "extra_forbidden"
        for near in difflib.get_close_matches(str(item["loc"][-1]), _keys(_at(model, item["loc"][:-1])), n=1)
    }
    for finding in findings:
        kind = finding["type"]
        if kind == "missing" and finding["loc"] in misspelt:
            continue  # The key that stands in its place is reported.
        if kind == "cross_field":
            yield from finding.get("ctx", {}).get("problems", ())
            continue
        path = finding["loc"]
        of_key = path[-1:] == ("[key]",) and len(path) > 1 and kind != "extra_forbidden"
        if of_key:
            path = path[:-1]
        value = None if kind == "missing" or path[-1:] in [(name,) for name in _HIDDEN] else finding["input"]
        yield Problem(path, value, _sentence(model, kind, path, of_key, value, finding))


def _sentence(model: type[Part], kind: str, path: Path, of_key: bool, value: object, finding: Mapping[str, Any]) -> str:
    if kind in _OWN_WORDS:
        return f"as a name {finding['msg']}" if of_key else str(finding["msg"])
    if kind == "missing":
        return f"is missing; wanted: {_wanted(model, path)}"
    if kind == "extra_forbidden":
        allowed = _keys(_at(model, path[:-1]))
        return f"is not a key here; allowed: {listed(allowed, 40)}{did_you_mean(path[-1], allowed)}"
    if kind in ("enum", "literal_error"):
        allowed = _choices(_at(model, path[:-1] if of_key else path), of_key)
        return f"{shown(value)} is not allowed here; allowed: {listed(allowed)}{did_you_mean(value, allowed)}"
    if kind in ("too_long", "too_short"):
        context = finding["ctx"]
        bound = f"at most {context['max_length']}" if kind == "too_long" else f"at least {context['min_length']}"
        return f"has {len(finding['input'])} entries; allowed: {bound}"
    return _type_sentence(model, kind, path, value)


def _type_sentence(model: type[Part], kind: str, path: Path, value: object) -> str:
    """A value of the wrong type."""
    if value is None:
        return f"is empty; wanted: {_wanted(model, path)}"
    family = kind.split("_")[0]
    if kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
        keys = _keys(_at(model, path))
        which = f" with the keys {listed(keys, 40)}" if keys else " of names to values"
        return f"{shown(value)} stands where lines of 'key: value' are wanted{which}"
    if kind in ("tuple_type", "list_type"):
        return f"{shown(value)} stands where a list is wanted (lines that begin with a hyphen)"
    if family in _NUMBERS or kind in _NUMBERS:
        return f"{shown(value)} is not {_NUMBERS.get(kind) or _NUMBERS[family]}; wanted: {_wanted(model, path)}"
    if family == "bool":
        return f"{shown(value)} is neither true nor false"
    if kind == "string_unicode":
        return "has characters that are no text"
    if family == "string":
        return f"{shown(value)} is not text; put it in quotes if it is meant as text"
    return f"{shown(value)} is not allowed here; wanted: {_wanted(model, path)}"


def _wanted(model: type[Part], path: Path) -> str:
    """The description of the field at a path, or its keys."""
    info = _field(_at(model, path[:-1]), path[-1]) if path else None
    if info is not None and info.description:
        return info.description.rstrip(".")
    keys = _keys(_at(model, path))
    return f"lines of 'key: value' with the keys {listed(keys, 40)}" if keys else "a value"


def _at(model: Any, path: Path) -> Any:
    """The type at a path below a type; None when the path leads nowhere."""
    for step in path:
        model = _bare(model)
        origin, arguments = get_origin(model), get_args(model)
        if isinstance(model, type) and issubclass(model, Part):
            info = _field(model, step)
            model = info.annotation if info else None
        elif origin is dict:
            model = arguments[1]
        elif origin in (tuple, list) and isinstance(step, int):
            model = arguments[0]
        else:
            return None
    return _bare(model)


def _bare(annotation: Any) -> Any:
    """The type without `Annotated` and `| None`."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        else:
            return annotation


def _field(model: Any, key: object) -> FieldInfo | None:
    if not (isinstance(model, type) and issubclass(model, Part)):
        return None
    return next((i for name, i in model.model_fields.items() if (i.alias or name) == key), None)


def _keys(model: Any) -> list[str]:
    if isinstance(model, type) and issubclass(model, Part):
        return [info.alias or name for name, info in model.model_fields.items()]
    return []


def _choices(annotation: Any, of_key: bool) -> list[str]:
    if of_key and get_origin(annotation) is dict:
        annotation = _bare(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [str(value) for value in get_args(annotation)] if get_origin(annotation) is Literal else []
