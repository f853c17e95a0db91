"""A graph as the plan that `terraform show -json` would print for it: for tools that read plans.

Promises the form of a real plan of provider 5.100 for resources that are to be made: what is known stands in
`planned_values`, with nulls and defaults where nothing is said; what is not known before deploy, and every secret, is
absent there and marked in `after_unknown`; `configuration` tells which argument comes from which resource. A resource
that has no form in Terraform is listed with the reason, as is an argument; the rest stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from policies.graph import SECRET, Graph, Reference, Resource, Unknown, Value, walk
from policies.terraform import provider_table
from policies.terraform.labels import addresses
from policies.terraform.plan_values import Computed, Stated, expression, unsaid, values
from policies.terraform.provider_table import Block, Field
from policies.terraform.providers import PROVIDER_TYPE, Configuration, Target, configuration_of, inputs_of
from policies.terraform.text import MARKER
from policies.terraform.values import Translator, Untranslatable

_FULL_NAME: Final = "registry.terraform.io/hashicorp/aws"
_FORMAT: Final = "1.2"
_TERRAFORM: Final = "1.11.4"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, and what stands where."""

    document: Mapping[str, Any]
    urns: Mapping[str, str]
    """Address -> URN; `aws.ALIAS` -> URN of the provider."""
    left_out: Mapping[str, str]
    """URN -> why a resource is not in the plan."""
    problems: tuple[str, ...]
    """Arguments that are not in the plan, a sentence each."""


def plan_of(graph: Graph) -> Plan:
    """The plan of a graph."""
    return _Planner(graph).whole()


@dataclass
class _Planner:
    """One plan on its way."""

    graph: Graph
    left_out: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    addresses: Mapping[str, str] = field(default_factory=dict)

    def whole(self) -> Plan:
        typed = list(self._typed())
        self.addresses = addresses(typed)
        planned: list[Any] = []
        changes: list[Any] = []
        written: list[Any] = []
        used: dict[Configuration, None] = {}
        for resource, type_name in typed:
            configuration = configuration_of(self.graph, resource, Target.V5)
            try:
                rows = self._resource(resource, type_name, configuration)
            except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
                self.left_out[resource.urn] = f"its inputs have another shape than {type_name} ({error})"[:300]
                continue
            used[configuration] = None
            for rows_of_part, row in zip((planned, changes, written), rows, strict=True):
                rows_of_part.append(row)
        urns = {address: urn for urn, address in self.addresses.items() if urn not in self.left_out}
        document = {
            "format_version": _FORMAT,
            "terraform_version": _TERRAFORM,
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": changes,
            "configuration": {"provider_config": self._providers(used), "root_module": {"resources": written}},
        }
        urns |= {f"aws.{c.alias}": c.urn for c in used if c.urn}
        return Plan(document, urns, self.left_out, tuple(self.problems))

    def _typed(self) -> Iterator[tuple[Resource, str]]:
        for resource in self.graph.resources:
            if not resource.custom or resource.type.startswith("pulumi:"):
                continue
            type_name = provider_table.type_of(resource.type)
            if resource.external:
                self.left_out[resource.urn] = "it is read from the cloud, not made by this program"
            elif type_name is None:
                self.left_out[resource.urn] = provider_table.why_absent(resource.type)
            else:
                yield resource, type_name

    # -- one resource

    def _resource(self, resource: Resource, type_name: str, configuration: Configuration) -> tuple[Any, Any, Any]:
        block = provider_table.block_of(type_name, resource.type)
        arguments = self._arguments(resource, block)
        known, unknown = values(arguments, block, unsaid(type_name))
        self._all_tags(resource, block, known, unknown)
        address = self.addresses[resource.urn]
        head = {
            "address": address,
            "mode": "managed",
            "type": type_name,
            "name": address.partition(".")[2],
        }
        change = {
            "actions": ["create"],
            "before": None,
            "after": known,
            "after_unknown": unknown,
            "before_sensitive": False,
            "after_sensitive": {},
        }
        planned = {**head, "provider_name": _FULL_NAME, "schema_version": 0, "values": known, "sensitive_values": {}}
        written = {
            **head,
            "provider_config_key": f"aws.{configuration.alias}",
            "expressions": {
                name: expression(value, block.by_terraform[name]) for name, value in sorted(arguments.items())
            },
            "schema_version": 0,
        }
        return planned, {**head, "provider_name": _FULL_NAME, "change": change}, written

    def _arguments(self, resource: Resource, block: Block, skipped: Sequence[str] = ("region",)) -> dict[str, Any]:
        translator = _Leaves(
            resource,
            expression_of=lambda _: "",
            hidden=lambda _path, _known: Computed(),
            asset=lambda value: str(value.get("path") or "asset.zip"),
            instead=lambda _path, _value: None,
            newest=False,
        )
        translator.planner = self
        found = translator.arguments(block, tuple(skipped))
        self.problems += [f"{resource.type} {resource.name}: {problem}" for problem in translator.problems]
        for name, value in found.items():
            # The value is known, and the program took it from another resource all the same: a connection.
            urns = resource.property_depends_on.get(block.by_terraform[name].pulumi, ())
            if urns and isinstance(value, str):
                references = [a for urn in urns if (a := self.addresses.get(urn))]
                found[name] = Stated(value, tuple(references)) if references else value
        return found

    def _all_tags(self, resource: Resource, block: Block, known: dict[str, Any], unknown: dict[str, Any]) -> None:
        """The provider merges its default tags with the resource's own."""
        if "tags_all" not in block.by_terraform or "tags" not in block.by_terraform:
            return
        provider = self.graph.by_urn.get(resource.provider or "")
        given = inputs_of(provider).get("defaultTags") if provider else None
        default = given.get("tags") if isinstance(given, Mapping) else None
        default = {k: v for k, v in default.items() if isinstance(v, str)} if isinstance(default, Mapping) else {}
        own = known.get("tags")
        if "tags" not in known or not (own or default):
            return
        known["tags_all"] = {**default, **(own or {})}
        unknown["tags_all"] = {}

    # -- references

    def references(self, reference: Reference) -> tuple[str, ...]:
        """What a configuration says of a value that comes from an output: the output, then the resource."""
        address, target = self.addresses.get(reference.urn), self.graph.by_urn.get(reference.urn)
        if address is None or target is None:
            return ()
        name = reference.property
        if name != "id":
            known = provider_table.block_of(address.partition(".")[0], target.type).by_pulumi.get(name)
            name = f"{known.name}{'[0]' if known.flat else ''}" if known else ""
        return (f"{address}.{name}", address) if name else (address,)

    def known_output(self, reference: Reference) -> str | None:
        """The text of an output that is an input of its resource, and known."""
        target = self.graph.by_urn.get(reference.urn)
        value = target.inputs.get(reference.property) if target else None
        return value if isinstance(value, str) and "${urn:" not in value else None

    # -- providers

    def _providers(self, used: Mapping[Configuration, None]) -> dict[str, Any]:
        found: dict[str, Any] = {"aws": {"name": "aws", "full_name": _FULL_NAME}}
        for configuration in used:
            provider = self.graph.by_urn.get(configuration.urn or "")
            expressions: dict[str, Any] = {}
            if provider is not None:
                block = provider_table.provider_block()
                plain = Resource(provider.urn, PROVIDER_TYPE, provider.name, True, inputs_of(provider))
                arguments = self._arguments(plain, block)
                expressions = {n: expression(v, block.by_terraform[n]) for n, v in sorted(arguments.items())}
            if configuration.region:
                expressions["region"] = {"constant_value": configuration.region}
            key = f"aws.{configuration.alias}"
            found[key] = {**found["aws"], "alias": configuration.alias, "expressions": expressions}
        return found


class _Leaves(Translator):
    """Arguments whose leaves are values, or say that they are not known and where they come from."""

    planner: _Planner

    def leaf(self, value: Value, path: str, known: Field) -> Any:
        """One value."""
        if value is SECRET:
            return Computed()
        if isinstance(value, Unknown):
            return Computed(tuple(a for r in value.references for a in self.planner.references(r)))
        if isinstance(value, str) and "${urn:" in value:
            return self._text(value)
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        raise Untranslatable(f"is of type {type(value).__name__}")

    def _document(self, value: Mapping[str, Value], known: Field, path: str) -> Any:
        """A policy that a program wrote as an object."""
        leaves = [leaf for _, leaf in walk(value)]
        if any(isinstance(leaf, Unknown) or leaf is SECRET for leaf in leaves):
            hidden = [leaf for leaf in leaves if isinstance(leaf, Unknown)]
            return Computed(tuple(a for u in hidden for r in u.references for a in self.planner.references(r)))
        return self._text(json.dumps(value, sort_keys=True))

    def _text(self, text: str) -> Any:
        parts: list[str] = []
        found: list[str] = []
        end, whole = 0, True
        for match in MARKER.finditer(text):
            reference = _reference(match.group(1), match.group(2))
            found += self.planner.references(reference)
            known = self.planner.known_output(reference)
            whole = whole and known is not None
            parts += [text[end : match.start()], known or ""]
            end = match.end()
        if not found and end == 0:
            return text
        if not whole:
            return Computed(tuple(dict.fromkeys(found)))
        return Stated("".join([*parts, text[end:]]), tuple(dict.fromkeys(found)))


def _reference(urn: str, name: str) -> Reference:
    return Reference(f"urn:{unquote(urn)}", name)
