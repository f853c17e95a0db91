"""The parts of a stack file that are right by themselves, so that what must fit together is checked even when other
parts are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from infra.settings.accounts import Accounts, ContinuousIntegration
from infra.settings.demand import Demand
from infra.settings.errors import Path
from infra.settings.kinds import Lifecycle
from infra.settings.part import Part
from infra.settings.places import ClinicalEntry, DataCentre, EdgeSite
from infra.settings.protection import Protection, Retirement, VerifiedCapability


@dataclass(frozen=True, slots=True)
class Draft:
    """What cross-field checks read. None: missing or wrong, and reported elsewhere. `whole` names the fields without
    any error; of the others the entries that are right remain."""

    whole: frozenset[str]
    jurisdiction: str | None = None
    lifecycle: Lifecycle | None = None
    retirement: Retirement | None = None
    protection: Protection | None = None
    accounts: Accounts | None = None
    data_centres: Mapping[str, DataCentre] | None = None
    edge_sites: Mapping[str, EdgeSite] | None = None
    demand: Demand | None = None
    clinical_entry: ClinicalEntry | None = None
    ci: ContinuousIntegration | None = None
    verified_capabilities: tuple[VerifiedCapability, ...] | None = None


FIELDS = tuple(name for name in Draft.__dataclass_fields__ if name != "whole")
_MAPS = ("data_centres", "edge_sites")


def of_hospital(hospital: Part) -> Draft:
    """The draft of a model that has no errors of its own."""
    return Draft(frozenset(FIELDS), **{name: getattr(hospital, name) for name in FIELDS})


def of_data(model: type[Part], data: Mapping[str, Any], wrong: list[Path]) -> Draft:
    """The draft of raw data in which the values at `wrong` have errors."""
    parts = {}
    whole = set()
    for name in FIELDS:
        broken = [path for path in wrong if path[:1] == (name,)]
        value = data.get(name)
        if not broken:
            whole.add(name)
        elif name in _MAPS and isinstance(value, Mapping) and all(len(path) > 1 for path in broken):
            keys = {path[1] for path in broken}
            value = {key: entry for key, entry in value.items() if key not in keys}
        else:
            continue
        part = _validated(model, name, value) if name in data else _default(model, name)
        parts[name] = part
    return Draft(frozenset(whole), **parts)


def _validated(model: type[Part], name: str, value: Any) -> Any:
    try:
        return _adapter(model, name).validate_python(value)
    except ValidationError:
        return None


def _default(model: type[Part], name: str) -> Any:
    info = model.model_fields[name]
    return None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})


@cache
def _adapter(model: type[Part], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    # Lengths are left out: a map that is too long or too short has entries that can be checked.
    kinds = [item for item in info.metadata if not hasattr(item, "min_length") and not hasattr(item, "max_length")]
    annotation: Any = Annotated[info.annotation, *kinds] if kinds else info.annotation
    return TypeAdapter(annotation)
