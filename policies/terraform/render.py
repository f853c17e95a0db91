"""A graph as a complete Terraform configuration in JSON: an escape hatch, and the way to the real provider.

Promises: every resource of the graph is in it or the whole is refused with a sentence for each that cannot be;
references stay references; what the provider computes is left to it; no secret is in any file (each is a sensitive
variable without a default); the same graph gives the same bytes. Protection becomes `prevent_destroy`, ignored changes
`ignore_changes`, an order that no reference implies `depends_on`.

What Terraform has no word for: aliases of renamed resources, and deletion of a replaced resource only after the new one
is there (Pulumi's order; Terraform's is the other one).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policies.graph import SECRET, Graph, Reference, Resource, Unknown, as_list, edges_of, walk
from policies.terraform import assets, newer, provider_table
from policies.terraform.expressions import row_for, zone_of_route
from policies.terraform.labels import addresses, file_of, label_of, short_hash
from policies.terraform.ordering import Cycle, remaining
from policies.terraform.provider_table import Block, Field
from policies.terraform.providers import (
    PROVIDER_TYPE,
    Configuration,
    Target,
    configuration_of,
    inputs_of,
    lines_of,
)
from policies.terraform.text import escaped
from policies.terraform.values import Translator, Untranslatable, snake

_NAME_CHARACTERS = 50
_TERRAFORM = ">= 1.5"


class NotRendered(Exception):
    """A graph that has no whole rendering; `problems` is a sentence for each obstacle."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Variable:
    """A secret that whoever applies the configuration must give: which argument of which resource it is."""

    urn: str
    path: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """The files of a configuration by name, and what stands where."""

    files: Mapping[str, bytes]
    addresses: Mapping[str, str]
    """URN -> `aws_type.label`."""
    variables: Mapping[str, Variable]
    left_out: tuple[str, ...] = ()
    """What the target's provider does not know yet and a reviewed list allows to leave out, a sentence each."""


def render(graph: Graph, target: Target = Target.V6, *, root: Path | None = None) -> Rendering:
    """The configuration of a graph. `root`: the folder below which a program's assets may lie. Raises NotRendered."""
    return _Renderer(graph, target, root).whole()


@dataclass
class _Renderer:
    """One rendering on its way."""

    graph: Graph
    target: Target
    root: Path | None
    problems: list[str] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def whole(self) -> Rendering:
        managed = [r for r in self.graph.resources if self._is_managed(r)]
        typed = [(r, t) for r in managed if (t := self._type_of(r))]
        self.addresses = addresses(typed)
        order = self._order([r for r, _ in typed])
        files: dict[str, dict[str, Any]] = {}
        used: set[Configuration] = set()
        for resource, type_name in typed:
            configuration = configuration_of(self.graph, resource, self.target)
            used.add(configuration)
            body = self._resource(resource, type_name)
            body["provider"] = f"aws.{configuration.alias}"
            if order.get(resource.urn):
                body["depends_on"] = [self.addresses[urn] for urn in order[resource.urn]]
            label = self.addresses[resource.urn].partition(".")[2]
            file = files.setdefault(file_of(self.graph, resource), {})
            file.setdefault(type_name, {})[label] = body
        top = self._top(used)
        if self.problems:
            raise NotRendered(self.problems)
        texts = {name: _json({"resource": _sorted(content)}) for name, content in sorted(files.items())}
        return Rendering({**top, **texts, **self.assets}, self.addresses, dict(self.variables), tuple(self.left_out))

    # -- which resources

    def _is_managed(self, resource: Resource) -> bool:
        if not resource.custom or resource.type.startswith("pulumi:providers:"):
            return False
        if resource.external:
            self._problem(resource, "is read from the cloud, not made by this program; that has no rendering")
            return False
        return True

    def _type_of(self, resource: Resource) -> str | None:
        found = provider_table.type_of(resource.type)
        if found is None:
            why = provider_table.why_absent(resource.type)
            self._problem(resource, f"type {resource.type} has no rendering: {why}")
        return found

    def _order(self, resources: Sequence[Resource]) -> Mapping[str, list[str]]:
        known = {r.urn for r in resources}
        implied = {r.urn: {e.target for e in edges_of(r) if e.property} & known - {r.urn} for r in resources}
        stated = {r.urn: {*r.depends_on, *(u for us in r.property_depends_on.values() for u in us)} for r in resources}
        try:
            return remaining({urn: (urns & known) - {urn} for urn, urns in stated.items()}, implied)
        except Cycle as circle:
            self.problems.append(f"these resources wait for each other: {circle}")
            return {}

    # -- one resource

    def _resource(self, resource: Resource, type_name: str) -> dict[str, Any]:
        block = provider_table.block_of(type_name, resource.type)
        translator = self._translator(resource)
        # A region of its own has every resource of 6.x; in 5.x the provider says it.
        body: dict[str, Any] = {"//": resource.urn, **translator.arguments(block, skipped=("region",))}
        if self.target is Target.V6 and isinstance(resource.inputs.get("region"), str):
            body["region"] = resource.inputs["region"]
        self._name(resource, block, body)
        if "source_code_hash" in block.by_terraform and "source_code_hash" not in body and "filename" in body:
            body["source_code_hash"] = self._hash_of(str(body["filename"]))
        lifecycle: dict[str, Any] = {}
        if resource.protect:
            lifecycle["prevent_destroy"] = True
        if resource.ignore_changes:
            lifecycle["ignore_changes"] = self._ignored(resource, block)
        if lifecycle:
            body["lifecycle"] = lifecycle
        self.problems += [f"{_said(resource)}: {problem}" for problem in translator.problems]
        return body

    def _translator(self, resource: Resource) -> Translator:
        return Translator(
            resource,
            expression_of=self._expression,
            hidden=lambda path, known: self._hidden(resource, path, known),
            asset=self._asset,
            instead=lambda path, value: self._instead(resource, path, value),
            newest=self.target is Target.V6,
        )

    def _name(self, resource: Resource, block: Block, body: dict[str, Any]) -> None:
        """Pulumi makes a name from the logical one where none is given; where Terraform requires one, so do we."""
        for name, known in block.by_terraform.items():
            if (
                known.required
                and known.kind == "string"
                and name not in body
                and (name == "name" or name.endswith("_name"))
            ):
                digest = hashlib.sha256(resource.urn.encode()).hexdigest()[:7]
                body[name] = f"{label_of(resource.name)[:_NAME_CHARACTERS]}-{digest}"

    def _ignored(self, resource: Resource, block: Block) -> Any:
        if "*" in resource.ignore_changes:
            return "all"
        return sorted({name for path in resource.ignore_changes if (name := self._ignored_path(resource, block, path))})

    def _ignored_path(self, resource: Resource, block: Block, path: str) -> str:
        """One path in Terraform's words; empty where the target's provider has nothing to ignore."""
        words: list[str] = []
        inside: Block | None = block
        for part in re.findall(r"[^.\[\]]+", path):
            known = inside.by_pulumi.get(part) if inside else None
            if inside and known is None and not part.isdigit():
                self._problem(resource, f"ignoreChanges names {path}, which {resource.type} does not have")
                return ""
            if known is None:
                words.append(f"[{part}]" if part.isdigit() else f"[{json.dumps(escaped(part))}]")
                continue
            if known.newer and self.target is Target.V5:
                return ""
            words += [f".{known.name}", *(["[0]"] if known.flat and known.block else [])]
            inside = known.block
        if words and words[-1] == "[0]" and not path.endswith("[0]"):
            words.pop()  # the block as a whole: one that is not there yet has no first element
        return "".join(words).lstrip(".")

    # -- leaves

    def _expression(self, reference: Reference) -> str:
        address = self.addresses.get(reference.urn)
        target = self.graph.by_urn.get(reference.urn)
        if address is None or target is None:
            raise Untranslatable(f"refers to {reference.urn}, which is not in the rendering")
        if reference.property == "id":
            return f"{address}.id"
        block = provider_table.block_of(address.partition(".")[0], target.type)
        known = block.by_pulumi.get(reference.property)
        if known is None:
            raise Untranslatable(f"refers to output {reference.property!r} of {target.type}, which Terraform has not")
        return f"{address}.{known.name}{'[0]' if known.flat else ''}"

    def _hidden(self, resource: Resource, path: str, known: Field) -> str:
        leaves = [leaf for _, leaf in walk(resource.get(path))]
        top = path.partition(".")[0].partition("[")[0]
        sources = [r.urn for leaf in leaves if isinstance(leaf, Unknown) for r in leaf.references]
        for urn in [*sources, *resource.property_depends_on.get(top, ())]:
            source = self.graph.by_urn.get(urn)
            row = row_for(resource, path, source) if source else None
            if row and urn in self.addresses:
                zone = zone_of_route(self.graph, resource) or ""
                if "{zone}" in row.expression and not zone:
                    raise Untranslatable("goes to a zone that cannot be told from the subnets of its route table")
                text = row.expression.replace("{target}", self.addresses[urn]).replace("{zone}", zone)
                return "${" + text + "}"
        if not any(leaf is SECRET for leaf in leaves):
            raise Untranslatable(
                f"is not known before deploy and comes from {', '.join(sources) or 'nowhere that can be told'}; "
                "allowed: an output that is text, or a row in policies/terraform/expressions.yaml"
            )
        # Letters, digits and underscores only: shells take no other name for TF_VAR_...
        name = re.sub(r"\W+", "_", f"{label_of(resource.name)}_{snake(path)}", flags=re.ASCII).rstrip("_").lower()
        mine = Variable(resource.urn, path)
        if self.variables.setdefault(name, mine) != mine:
            name = f"{name}_{short_hash(resource.urn)}"
            self.variables[name] = mine
        return "${var." + name + "}"

    def _asset(self, value: Mapping[str, Any]) -> str:
        try:
            file = assets.file_of(value, self.root)
        except assets.NotReadable as error:
            raise Untranslatable(str(error)) from None
        self.assets[file.name] = file.content
        return "${path.module}/" + file.name

    def _hash_of(self, filename: str) -> str | None:
        name = filename.removeprefix("${path.module}/")
        return assets.File(name, self.assets[name]).sha256_base64 if name in self.assets else None

    def _instead(self, resource: Resource, path: str, value: Any) -> Mapping[str, Any] | None:
        """What stands for an argument that the table's provider does not know: itself where the target's does. In 5.x
        it may be left out or replaced only as a reviewed list says."""
        if self.target is Target.V6:
            return None
        row = newer.row_of(resource.type, path)
        if row is None:
            raise Untranslatable(
                f"is not known to hashicorp/aws 5 (the table is of {provider_table.version()}); allowed: version 6, or a "
                "row in policies/terraform/newer.yaml that says why it may be left out"
            )
        if row.by:
            return {name: taken.of(as_list(value)) for name, taken in row.by.items()}
        sentence = f"{resource.type}: {path}: {row.why}"
        if sentence not in self.left_out:
            self.left_out.append(sentence)
        return {}

    def _problem(self, resource: Resource, text: str) -> None:
        self.problems.append(f"{_said(resource)}: {text}")

    # -- what stands above the resources

    def _top(self, used: set[Configuration]) -> dict[str, bytes]:
        providers = []
        for configuration in sorted(used, key=lambda c: (c.alias, c.region or "")):
            provider = self.graph.by_urn.get(configuration.urn or "")
            arguments: dict[str, Any] = {}
            if provider is not None:
                translator = self._translator(
                    Resource(provider.urn, PROVIDER_TYPE, provider.name, True, inputs_of(provider))
                )
                arguments = translator.arguments(provider_table.provider_block(), skipped=("region",))
                self.problems += [f"{_said(provider)}: {problem}" for problem in translator.problems]
            providers.append(lines_of(configuration, arguments))
        required = {"aws": {"source": "hashicorp/aws", "version": self.target.constraint}}
        files: dict[str, Any] = {
            "versions.tf.json": {"terraform": {"required_providers": required, "required_version": _TERRAFORM}},
            "providers.tf.json": {"provider": {"aws": providers}},
        }
        if self.variables:
            files["variables.tf.json"] = {
                "variable": {
                    name: {
                        "description": f"Secret: {variable.path} of {self.addresses[variable.urn]}",
                        "nullable": False,
                        "sensitive": True,
                        "type": "string",
                    }
                    for name, variable in sorted(self.variables.items())
                }
            }
        return {name: _json(content) for name, content in files.items()}


def _said(resource: Resource) -> str:
    place = f" ({resource.source})" if resource.source else ""
    return f"{resource.type} {resource.name}{place}"


def _sorted(content: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {kind: dict(sorted(labels.items())) for kind, labels in sorted(content.items())}


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
