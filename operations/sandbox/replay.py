"""A graph as a Pulumi program: every resource registered again as it was recorded, whatever program recorded it.

What the emulator gets has left-out resources and changed fields, which no run of the stack's own program has: so the
adapted graph is what is registered. Components are left away; names, inputs, references, protection, order, ignored
changes are the graph's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pulumi

from policies.graph import SECRET, Graph, Reference, Resource, Unknown, Value, edges_of, marker, references_in
from policies.terraform.assets import is_asset
from policies.terraform.ordering import topological

PROVIDER: Final = "pulumi:providers:aws"

_TAKEN: Final[Mapping[tuple[str, str], tuple[str, Callable[[Any], Any]]]] = {
    ("aws:eks/nodeGroup:NodeGroup", "launchTemplate.version"): ("latestVersion", lambda v: str(int(v))),
    ("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "url"): (
        "identities",
        lambda v: v[0]["oidcs"][0]["issuer"],
    ),
    ("aws:rds/cluster:Cluster", "masterPassword"): ("secretString", lambda v: json.loads(v)["password"]),
    ("aws:route53/record:Record", "name"): ("domainValidationOptions", lambda v: v[0]["resourceRecordName"]),
    ("aws:route53/record:Record", "records[0]"): ("domainValidationOptions", lambda v: v[0]["resourceRecordValue"]),
    ("aws:route53/record:Record", "type"): ("domainValidationOptions", lambda v: v[0]["resourceRecordType"]),
}
"""What a program takes from a part of another resource's output: the graph knows from which resource, not which part.
The same as policies/terraform/expressions.yaml, for what the emulator holds."""


class NotReplayed(Exception):
    """The graph has a value that cannot be registered; the text says which."""


class _Any(pulumi.CustomResource):
    """A resource of any type, with the properties as the graph has them."""


class Replay:
    """Registers a graph. Within a Pulumi program."""

    def __init__(self, graph: Graph, secrets: Mapping[tuple[str, str], str], root: Path):
        self._graph, self._secrets, self._root = graph, secrets, root
        self._made: dict[str, pulumi.Resource] = {}
        self._wanted = _wanted(graph)

    def register(self) -> None:
        """Every resource, after what it needs."""
        real = {r.urn: r for r in self._graph.resources if r.custom and not r.external}
        for urn in topological({urn: needs_of(r, real) for urn, r in real.items()}):
            resource = real[urn]
            self._made[urn] = self._provider(resource) if resource.type == PROVIDER else self._resource(resource)

    def _resource(self, resource: Resource) -> pulumi.Resource:
        inputs = {key: self._value(resource, value, key) for key, value in resource.inputs.items()}
        for name in self._wanted.get(resource.urn, ()):
            inputs.setdefault(name, None)  # an output is known to the SDK only where it is named
        provider = self._made.get(resource.provider or "")
        options = pulumi.ResourceOptions(
            provider=provider if isinstance(provider, pulumi.ProviderResource) else None,
            depends_on=[self._made[urn] for urn in resource.depends_on if urn in self._made],
            protect=resource.protect,
            ignore_changes=list(resource.ignore_changes),
            retain_on_delete=resource.retain_on_delete,
        )
        return _Any(resource.type, resource.name, inputs, options)

    def _provider(self, resource: Resource) -> pulumi.ProviderResource:
        inputs = {key: self._value(resource, value, key) for key, value in resource.inputs.items()}
        return pulumi.ProviderResource("aws", resource.name, inputs | _OF_THE_EMULATOR, pulumi.ResourceOptions())

    # -- values

    def _value(self, resource: Resource, value: Value, path: str) -> Any:
        if value is SECRET or isinstance(value, Unknown):
            return self._hidden(resource, value, path)
        if isinstance(value, str):
            return self._text(value)
        if is_asset(value):
            return self._asset(value)
        if isinstance(value, Mapping):
            return {k: self._value(resource, v, f"{path}.{k}") for k, v in value.items() if v is not None}
        if isinstance(value, (list, tuple)):
            return [self._value(resource, v, f"{path}[{i}]") for i, v in enumerate(value)]
        return value

    def _text(self, value: str) -> Any:
        references = references_in(value)
        if not references:
            return value
        names = [marker(r.urn, r.property) for r in references]
        outputs = [self._output(r) for r in references]
        if len(references) == 1 and value == names[0]:
            return outputs[0]

        def whole(found: list[Any]) -> str:
            text = value
            for name, one in zip(names, found, strict=True):
                text = text.replace(name, str(one))
            return text

        return pulumi.Output.all(*outputs).apply(whole)

    def _output(self, reference: Reference) -> pulumi.Output[Any]:
        resource = self._made.get(reference.urn)
        if resource is None:
            raise NotReplayed(f"{reference.urn} is referred to and not in the graph")
        found: pulumi.Output[Any] = getattr(resource, "id" if reference.property == "id" else reference.property)
        return found

    def _hidden(self, resource: Resource, value: Value, path: str) -> Any:
        given = self._secrets.get((resource.type, path))
        if given is not None:
            return pulumi.Output.secret(given)
        row = _TAKEN.get((resource.type, path))
        for urn in self._sources(resource, value, path):
            if row and urn in self._made and row[0] in self._wanted.get(urn, ()):
                return self._output(Reference(urn, row[0])).apply(row[1])
        if value is SECRET:
            return pulumi.Output.secret("sandbox-1234567890")
        if len(value.references) == 1 and value.references[0].property:
            return self._output(value.references[0])
        raise NotReplayed(f"{resource.type} {resource.name}: {path} is not known, nor where it comes from")

    def _sources(self, resource: Resource, value: Value, path: str) -> list[str]:
        top = path.partition(".")[0].partition("[")[0]
        found = [] if value is SECRET else [r.urn for r in value.references]
        return [*found, *resource.property_depends_on.get(top, ())]

    def _asset(self, value: Mapping[str, Any]) -> Any:
        if "assets" in value:
            return pulumi.AssetArchive({name: self._asset(one) for name, one in value["assets"].items()})
        if "text" in value:
            return pulumi.StringAsset(value["text"])
        path = (self._root / str(value.get("path", ""))).resolve()
        return pulumi.FileArchive(str(path)) if path.is_dir() else pulumi.FileAsset(str(path))


_OF_THE_EMULATOR: Final = {
    "maxRetries": "2",
    "s3UsePathStyle": "true",
    "skipCredentialsValidation": "true",
    "skipMetadataApiCheck": "true",
    "skipRegionValidation": "true",
}


def needs_of(resource: Resource, known: Mapping[str, Resource]) -> set[str]:
    """What has to be registered before a resource."""
    found = {*resource.depends_on, *(e.target for e in edges_of(resource)), resource.provider or ""}
    return {urn for urn in found if urn in known and urn != resource.urn}


def _wanted(graph: Graph) -> Mapping[str, set[str]]:
    """Which outputs of each resource others take."""
    found: dict[str, set[str]] = {}
    for resource in graph.resources:
        for edge in edges_of(resource):
            row = _TAKEN.get((resource.type, edge.path)) or _TAKEN.get((resource.type, edge.path.partition("[")[0]))
            name = edge.property or (row[0] if row else "")
            if name and name != "id":
                found.setdefault(edge.target, set()).add(name)
    return found


def main(graph: Path, secrets: Path, root: Path) -> None:
    """The program: files that the sandbox wrote, one with the graph, one with the secrets' stand-ins."""
    rows = json.loads(secrets.read_text(encoding="utf-8"))
    known = {(row["type"], row["path"]): row["value"] for row in rows}
    Replay(Graph.from_json(json.loads(graph.read_text(encoding="utf-8"))), known, root).register()
