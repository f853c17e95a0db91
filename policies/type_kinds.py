"""What every resource type is: a store, a process over data, a mover of data, opaque or neutral (types.yaml, where the words are explained);
and for a type that the table does not know, whether it looks like a store."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from importlib import resources as files
from typing import Any, Final

import yaml

from policies.aliases import current


class TypeKind(str, Enum):
    """The closed set of what a type can be."""

    STORE = "store"
    PROCESS = "process"
    MOVER = "mover"
    OPAQUE = "opaque"
    NEUTRAL = "neutral"


_AWS = re.compile(r"aws:([^/:]+)/([^:]+):\w+")
_KUBERNETES = re.compile(r"kubernetes:([^/:]+)/v\w+:(\w+?)(?:Patch|List)?")

_MAKERS: Final = re.compile(
    r"postgres|mysql|mongo|redis|kafka|rds|sql|oss|obs|cos(?!t)|minio|elastic|clickhouse|spanner|bigtable|alloydb|filestore"
    r"|cosmos|kvstore|polardb|lindorm|gpdb|hbase|/?ots/|/?adb/|healthcare|eventhub|storage|memorystore|cassandra|opensearch"
    r"|documentdb|neptune|synapse|\bsearch\b|operationalinsights|memorydb|timestream",
    re.IGNORECASE,
)
_MADE: Final = frozenset(
    ("cluster", "instance", "server", "domain", "deployment", "account", "hub", "service", "workspace")
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_INPUTS: Final = re.compile(
    r"(kms\w*|cmk\w*|\w*encryptionKey\w*|customerManagedKey\w*|encrypted|\w*[eE]ncryption(AtRest|Config\w*|Options?|Spec\w*)?"
    r"|storage(Size|Type|Capacity|Encrypted|Gb|Class|AccountName)?|allocatedStorage\w*|diskSize\w*|volumeSize\w*"
    r"|backup(Retention|Policy|Window)\w*|retention(Period|InDays|Days|Hours)?\w*|snapshotRetention\w*|deletionProtection\w*)"
)


@cache
def kind_of(type_token: str) -> TypeKind | None:
    """What a type is; None for one that the table does not know."""
    token = current(type_token)
    for pattern, package in ((_AWS, "aws"), (_KUBERNETES, "kubernetes")):
        match = pattern.fullmatch(token)
        if match:
            return _table()[package].get((match[1], match[2]))
    package, _, name = token.partition(":")
    if package == "terraform":
        package = name.partition("_")[0]
        if package in _words("opaque_providers_of_terraform"):
            return TypeKind.OPAQUE
    return TypeKind.NEUTRAL if package in _words("providers_without_data") else None


def kubernetes_token(api_version: str, kind: str) -> str:
    """Pulumi's type of an object that the cluster calls `kind` of `api_version`: `v1` is the core group."""
    return f"kubernetes:{api_version if '/' in api_version else f'core/{api_version}'}:{kind}"


@cache
def kubernetes_group(kind: str) -> str:
    """The group of a kind of Kubernetes; empty for one that the table does not know, or knows in several."""
    found = [group for group, name in _table()["kubernetes"] if name == kind]
    return found[0] if len(found) == 1 else ""


def looks_like_store(type_token: str, inputs: Iterable[str]) -> str:
    """Why a type looks like a store, by its name or by an input; empty where it does not. Errs on the side of yes."""
    module, _, name = type_token.rpartition(":")
    words = [w.lower() for w in _WORD.findall(re.split(r"[/.]", name)[-1]) if w != "V"]
    joined = [first + second for first, second in itertools.pairwise(words)]
    last = words[-1] if words else ""
    if last not in _words("about_a_store") or last == "index":
        found = [w for w in (*words, *joined) if w in _words("says_store") and "routetable" not in joined]
        if found:
            return f"its name says {found[0]}"
    if last in _MADE and (maker := _MAKERS.search(module)):
        return f"its name says {maker[0]} {last}"
    stated = sorted(i for i in inputs if _INPUTS.fullmatch(i))
    return f"it has the input {stated[0]}" if stated else ""


def last_word(type_token: str) -> str:
    """The last word of a type's name: what it is, where the others say of what."""
    words = _WORD.findall(re.split(r"[/.]", type_token.rpartition(":")[2])[-1])
    return words[-1].lower() if words else ""


@cache
def other_providers() -> Mapping[str, Any]:
    """Types of other providers (types.yaml, `elsewhere`): word lists as sets, maps as they are."""
    rows = _read("types.yaml")["elsewhere"]
    return {key: frozenset(value.split()) if isinstance(value, str) else value for key, value in rows.items()}


@cache
def _table() -> Mapping[str, Mapping[tuple[str, str], TypeKind]]:
    """package -> (module or group, name) -> kind."""
    found: dict[str, dict[tuple[str, str], TypeKind]] = {}
    for package in ("aws", "kubernetes"):
        rows = found.setdefault(package, {})
        for module, kinds in _read("types.yaml")[package].items():
            for kind, names in kinds.items():
                for name in names.split():
                    if (module, name) in rows:
                        raise ValueError(f"types.yaml names {package}:{module}/{name} twice")
                    rows[module, name] = TypeKind(kind)
    return found


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_read("types.yaml")["looks"][name].split())


@cache
def reviewed_types() -> Mapping[str, str]:
    """Type -> why it needs no rule of its own (coverage.yaml)."""
    return {name: reason for rows in _read("coverage.yaml").values() for name, reason in rows.items()}


@cache
def _read(name: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.load(
        files.files("policies").joinpath(name).read_bytes(),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506  safe, and fast
    )
    return data
