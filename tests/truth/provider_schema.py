"""The Terraform AWS provider's schema on this machine, trimmed and kept in the user's cache.

The provider is looked for as a filesystem mirror (`registry.terraform.io/hashicorp/aws/VERSION/`) in `TF_PLUGIN_DIR`;
where that is not set, in `TF_PLUGIN_CACHE_DIR`, in folders named `tf-plugins` in the usual places, and in Terraform's
own plugin folders. Nothing is downloaded: without it the check is skipped.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROVIDER = "registry.terraform.io/hashicorp/aws"
NEEDS = "needs terraform and the hashicorp/aws provider in a local mirror (TF_PLUGIN_DIR)"
_TRIM_VERSION = 2
_SECONDS = 120


@dataclass(frozen=True, eq=False)
class Schema:
    """All resource types of one provider version."""

    version: str
    raw: Mapping[str, Any]

    @functools.cached_property
    def types(self) -> frozenset[str]:
        return frozenset(self.raw["types"])

    def names(self, type_name: str) -> frozenset[str]:
        """The names alone, without building the fields."""
        block = self.raw["types"][type_name]
        return frozenset(block["a"]) | frozenset(block["b"])


# --- where it comes from ---------------------------------------------------------------------------------------------


def _mirrors() -> Iterator[Path]:
    if os.environ.get("TF_PLUGIN_DIR"):
        yield Path(os.environ["TF_PLUGIN_DIR"])
        return  # said where: nowhere else
    if os.environ.get("TF_PLUGIN_CACHE_DIR"):
        yield Path(os.environ["TF_PLUGIN_CACHE_DIR"])
    for parent in ("/opt", "/usr/local", "/usr/local/share", "/usr/share", "/srv", "/"):
        yield Path(parent) / "tf-plugins"
    home = Path.home()
    yield home / "tf-plugins"
    yield home / ".terraform.d" / "plugins"
    yield home / ".terraform.d" / "plugin-cache"
    yield home / ".local" / "share" / "terraform" / "plugins"
    yield Path("/usr/share/terraform/plugins")


@functools.cache
def find_provider() -> tuple[Path, str] | None:
    """The mirror folder and the newest provider version in it."""
    for mirror in _mirrors():
        try:
            versions = [p.name for p in (mirror / PROVIDER).iterdir() if p.is_dir() and p.name[0].isdigit()]
        except OSError:
            continue
        if versions:
            return mirror, max(versions, key=lambda v: [int(n) if n.isdigit() else 0 for n in v.split(".")])
    return None


def cache_file(version: str) -> Path:
    """Where the trimmed schema of a version is kept."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "hospital-cloud" / f"terraform-aws-{version}-schema-{_TRIM_VERSION}.json"


def missing() -> str:
    """Why there is no schema here; empty where there is one."""
    found = find_provider()
    if found is None:
        return NEEDS
    if not cache_file(found[1]).exists() and shutil.which("terraform") is None:
        return NEEDS + ": the provider is here, terraform is not"
    return ""


@functools.cache
def load() -> Schema:
    """The schema; made once by terraform, then read from the cache. Raises LookupError where `missing()` says why."""
    why, found = missing(), find_provider()
    if why or found is None:
        raise LookupError(why)
    mirror, version = found
    file = cache_file(version)
    try:
        return Schema(version, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raw = _dump(mirror, version)
    with_own_name = file.with_name(f"{file.name}.{os.getpid()}")
    file.parent.mkdir(parents=True, exist_ok=True)
    with_own_name.write_text(json.dumps(raw, separators=(",", ":")), encoding="utf-8")
    with_own_name.replace(file)
    return Schema(version, raw)


def _dump(mirror: Path, version: str) -> Mapping[str, Any]:
    """Ask terraform, in an empty folder, with the mirror as the only source of providers."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        (where / "main.tf").write_text(
            "terraform {\n  required_providers {\n    aws = {\n"
            f'      source  = "hashicorp/aws"\n      version = "{version}"\n    }}\n  }}\n}}\n'
        )
        settings = where / "settings.tfrc"
        source = f"filesystem_mirror {{\n    path = {json.dumps(str(mirror))}\n  }}"
        settings.write_text(f"provider_installation {{\n  {source}\n}}\n")
        variables = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        variables |= {"TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        for words in (["init", "-backend=false", "-input=false", "-no-color"], ["providers", "schema", "-json"]):
            done = subprocess.run(
                ["terraform", *words], cwd=where, env=variables, capture_output=True, text=True, timeout=_SECONDS
            )
            if done.returncode:
                raise RuntimeError(f"terraform {' '.join(words)} failed: {done.stderr.strip()}")
    whole = next(iter(json.loads(done.stdout)["provider_schemas"].values()))
    return {
        "provider": _trim(whole["provider"]["block"]),
        "types": {name: _trim(schema["block"]) for name, schema in whole["resource_schemas"].items()},
    }


def _trim(block: Mapping[str, Any]) -> Mapping[str, Any]:
    """A block without descriptions: attributes as [type, flags], blocks as [nesting, min, max, deprecated, block]."""
    flags = {"required": "r", "optional": "o", "computed": "c", "deprecated": "d", "sensitive": "s"}
    return {
        "a": {
            name: [a["type"], "".join(short for key, short in flags.items() if a.get(key))]
            for name, a in block.get("attributes", {}).items()
        },
        "b": {
            name: [
                b["nesting_mode"],
                b.get("min_items", 0),
                b.get("max_items", 0),
                bool(b["block"].get("deprecated")),
                _trim(b["block"]),
            ]
            for name, b in block.get("block_types", {}).items()
        },
    }
