"""What a program leaves to the engine's default provider."""

from __future__ import annotations

from policies.graph import Resource

NAMES_NO_PROVIDER = "terraform state"
"""The door that does not say by which provider a resource was made."""


def is_left_to_default(resource: Resource) -> bool:
    """Whether a resource is made by the engine's default provider: no provider is given, nor inherited."""
    name = (resource.provider or "").rpartition("::")[2]
    return not name or name == "default" or name.startswith("default_")
