"""Terraform's provider blocks for the providers of a graph: one for each account, in 5.x one for each account and region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from policies.graph import Graph, Resource, Value
from policies.resolve import GLOBAL, decoded
from policies.terraform.labels import label_of
from policies.terraform.provider_table import Block

PROVIDER_TYPE: Final = "pulumi:providers:aws"
_OF_THE_ENGINE: Final = ("version", "pluginDownloadURL")
_FALSE_BY_DEFAULT: Final = ("skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation")
DEFAULT: Final = "default"


class Target(Enum):
    """A major version of hashicorp/aws. From 6 on a resource names its region itself; in 5 its provider does."""

    V5 = "5"
    V6 = "6"

    @property
    def constraint(self) -> str:
        """What `required_providers` asks for. The table of names is of 5.100."""
        return {"5": "~> 5.100", "6": "~> 6.0"}[self.value]


@dataclass(frozen=True, slots=True)
class Configuration:
    """One provider block: its alias, the Pulumi provider it stands for (None: the engine's default one), its region."""

    alias: str
    urn: str | None
    region: str | None


def configuration_of(graph: Graph, resource: Resource, target: Target) -> Configuration:
    """The provider block that a resource uses."""
    provider = graph.by_urn.get(resource.provider or "")
    name = label_of(provider.name) if provider else DEFAULT
    own = provider.inputs.get("region") if provider else None
    home = own if isinstance(own, str) else None
    if target is Target.V6:
        return Configuration(name, provider.urn if provider else None, home or _regional(resource))
    region = _regional(resource) or home
    return Configuration(f"{name}_{region}" if region else name, provider.urn if provider else None, region)


def _regional(resource: Resource) -> str | None:
    return resource.region if resource.region != GLOBAL else None


def inputs_of(provider: Resource) -> Mapping[str, Value]:
    """A provider's own inputs as data: the engine keeps structured ones as JSON text."""
    found = {}
    for key, value in provider.inputs.items():
        plain = {"true": True, "false": False}.get(value, decoded(value)) if isinstance(value, str) else value
        if key in _OF_THE_ENGINE or plain is None or (key in _FALSE_BY_DEFAULT and plain is False):
            continue
        found[key] = plain
    return found


def block_order(configurations: Sequence[Configuration]) -> list[Configuration]:
    """Each configuration once, by alias."""
    return sorted(set(configurations), key=lambda c: (c.alias, c.region or ""))


def lines_of(configuration: Configuration, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a provider block."""
    own = {**arguments, "alias": configuration.alias}
    if configuration.region:
        own["region"] = configuration.region
    return dict(sorted(own.items()))


def settable(block: Block, key: str) -> bool:
    """Whether Terraform's provider has the argument too."""
    return key in block.by_pulumi
