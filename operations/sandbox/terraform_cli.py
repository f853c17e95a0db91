"""Which Terraform there is on this machine, and where it gets the AWS provider from."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from operations.sandbox.faults import SandboxError

PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
MAJOR: Final = "5"
"""Of the provider: what the reviewed list of the emulator's gaps was made with."""
PROGRAMS: Final = ("terraform", "tofu")


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder of providers, laid out as Terraform's filesystem mirrors are."""

    folder: Path
    version: str


def find_program() -> Path | None:
    """Terraform, or OpenTofu, on PATH."""
    return next((Path(found) for name in PROGRAMS if (found := shutil.which(name))), None)


def mirrors() -> Iterator[Path]:
    """Where a mirror is looked for: where `TF_PLUGIN_DIR` says and nowhere else, or in the usual places."""
    if os.environ.get("TF_PLUGIN_DIR"):
        yield Path(os.environ["TF_PLUGIN_DIR"])
        return
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


def find_mirror() -> Mirror | None:
    """The first mirror with the AWS provider, and its newest version of the wanted major. None: the registry is asked.
    Raises SandboxError where `TF_PLUGIN_DIR` names a folder without it."""
    for folder in mirrors():
        try:
            names = [p.name for p in (folder / PROVIDER).iterdir() if p.is_dir()]
        except OSError:
            continue
        versions = [name for name in names if name.partition(".")[0] == MAJOR]
        if versions:
            return Mirror(folder.resolve(), max(versions, key=_numbers))
    if os.environ.get("TF_PLUGIN_DIR"):
        raise SandboxError(
            f"TF_PLUGIN_DIR is {os.environ['TF_PLUGIN_DIR']}, and there is no {PROVIDER}/{MAJOR}.x below it; "
            "name a filesystem mirror that has it, or unset the variable to use the registry"
        )
    return None


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]


def settings(mirror: Mirror | None, cache: Path) -> str:
    """Terraform's own configuration file: providers from the mirror alone, or from the registry, kept in `cache`."""
    if mirror is None:
        return f"plugin_cache_dir = {json.dumps(str(cache))}\ndisable_checkpoint = true\n"
    return (
        "disable_checkpoint = true\n"
        "provider_installation {\n"
        f"  filesystem_mirror {{\n    path = {json.dumps(str(mirror.folder))}\n  }}\n"
        "}\n"
    )
