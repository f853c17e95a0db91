"""Door 4: what Terraform or OpenTofu is about to do, as `terraform show -json` prints a plan, becomes a graph.

Every managed resource that is there after the plan is a node, with the values of after the plan; what the plan destroys,
replaces or forgets is a loss, with the values of before. What is not known
before apply is unknown; the configuration in the same document says which resources it may come from. What is
sensitive becomes SECRET. The providers of the configuration become provider resources, so that region and account
are told as in any other graph.

What a plan does not say, and this door therefore cannot see: `lifecycle` (prevent_destroy, ignore_changes), the text around a
reference, `locals`, and the line of a resource.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from policies.graph import Fate, Graph, Loss, Reference, Resource, Unknown, Value
from policies.resolve import is_global_type, with_regions_and_accounts
from policies.sources.deployed import NotAState, State, notes_of_losses, object_at, objects_at, placed_by_arn, text_at
from policies.sources.terraform_modules import Module, root_module
from policies.sources.terraform_state import STACK, UNKNOWN_TYPE, object_of, settable_of, urn_of, without_keys
from policies.terraform import provider_table

DOOR: Final = "terraform plan"

_PROVIDER_TYPE: Final = "pulumi:providers:aws"
_AWS: Final = "/hashicorp/aws"
_STAYS: Final = frozenset({"no-op", "create", "update", "read"})


def is_plan(data: Any) -> bool:
    """Whether a document means to be a plan shown by Terraform."""
    return (
        isinstance(data, dict) and "format_version" in data and ("planned_values" in data or "resource_changes" in data)
    )


def plan_of(data: Any, name: str = "the Terraform plan") -> State:
    """The resources after a decoded plan. `name` is what sentences call it. Raises NotAState."""
    _check(data, name)
    root = root_module(object_at(data, "configuration", name), f"{name}: configuration")
    variables = {key: _variable(row) for key, row in object_at(data, "variables", name).items()}
    reading = _Reading(name, root, variables)
    for number, row in enumerate(objects_at(data, "resource_changes", name)):
        where = f"{name}: resource_changes[{number}]"
        change = object_at(row, "change", where)
        actions = change.get("actions")
        if row.get("mode") == "data":
            continue
        if not isinstance(actions, list) or not actions:
            raise NotAState(f"{where}.change.actions is no list of actions")
        if not row.get("deposed") and {"create", *_STAYS} & set(map(str, actions)):
            reading.take(row, change, where)
        reading.lose(row, change, where)
    if data.get("errored") is True:
        raise NotAState(f"{name} is of a plan that failed, so not every resource is in it; mend what terraform says")
    graph = Graph.of(reading.resources(), losses=reading.lost(), project=STACK, stack=STACK, door=DOOR)
    return State(graph, notes_of_losses(graph.losses, "plan"))


def _check(data: Any, name: str) -> None:
    wanted = "wanted: what `terraform show -json PLANFILE` prints"
    if not is_plan(data):
        raise NotAState(f"{name} is no Terraform plan; {wanted}")
    if not isinstance(data["format_version"], str) or data["format_version"].partition(".")[0] != "1":
        raise NotAState(f"{name} has a format_version that is not known; this program reads 1.x")
    if "resource_changes" not in data and objects_at(
        object_at(object_at(data, "planned_values", name), "root_module", name), "resources", name
    ):
        raise NotAState(f"{name} has planned values and no resource changes; {wanted}")


def _variable(row: Any) -> Value:
    return row.get("value") if isinstance(row, dict) else None


@dataclass
class _Reading:
    """One plan on its way to resources."""

    name: str
    root: Module
    variables: Mapping[str, Value]
    found: dict[str, Resource] = field(default_factory=dict)
    """By address."""
    bases: dict[str, list[str]] = field(default_factory=dict)
    """Address without instance keys -> URNs."""
    waiting: list[tuple[dict[str, Any], dict[str, Any], str]] = field(default_factory=list)
    leaving: list[tuple[dict[str, Any], dict[str, Any], str, Fate]] = field(default_factory=list)

    def take(self, row: dict[str, Any], change: dict[str, Any], where: str) -> None:
        """Notes one resource. Values are read when all addresses are known."""
        address = text_at(row, "address", where, required=True)
        token = _token(text_at(row, "type", where, required=True))
        self.bases.setdefault(without_keys(address), []).append(urn_of(token, address))
        self.waiting.append((row, change, where))

    def lose(self, row: dict[str, Any], change: dict[str, Any], where: str) -> None:
        """Notes what is taken away: destroyed for good, for another, or let go."""
        actions = set(map(str, change["actions"]))
        if "forget" in actions:
            fate = Fate.FORGOTTEN
        elif "delete" in actions:
            fate = Fate.REPLACED if row.get("deposed") or "create" in actions else Fate.DELETED
        else:
            return
        text_at(row, "address", where, required=True)
        text_at(row, "type", where, required=True)
        before = {"after": change.get("before"), "after_sensitive": change.get("before_sensitive")}
        self.leaving.append((row, before, where, fate))

    def lost(self) -> list[Loss]:
        """What the plan takes away, as it was. Values are read when all addresses are known."""
        providers = {r.urn: r for r in (self._provider(key) for key in sorted({*self._keys()})) if r}
        made = [_in_region(self._resource(row, before, where), providers) for row, before, where, _ in self.leaving]
        placed = {r.urn: r for r in placed_by_arn(with_regions_and_accounts([*providers.values(), *made]))}
        return [Loss(placed[r.urn], fate) for r, (_, _, _, fate) in zip(made, self.leaving, strict=True)]

    def resources(self) -> list[Resource]:
        """All of them, the providers too, with regions and accounts."""
        providers = {r.urn: r for r in (self._provider(key) for key in sorted({*self._keys()})) if r}
        made = [_in_region(self._resource(*row), providers) for row in self.waiting]
        return placed_by_arn(with_regions_and_accounts([*providers.values(), *made]))

    def _keys(self) -> Iterator[str]:
        for row in (*(row for row, *_ in self.waiting), *(row for row, *_ in self.leaving)):
            configured = self.root.resource(without_keys(str(row.get("address"))))
            if configured and configured.provider_key:
                yield configured.provider_key

    def _resource(self, row: dict[str, Any], change: dict[str, Any], where: str) -> Resource:
        address, type_name = str(row["address"]), str(row["type"])
        token = _token(type_name)
        block = provider_table.block_of(type_name) if provider_table.tokens_of(type_name) else None
        configured = self.root.resource(without_keys(address))
        own_urn = urn_of(token, address)
        references = {
            key: tuple(r for r in self._references(names) if r.urn != own_urn)
            for key, names in (configured.references if configured else {}).items()
        }
        after = object_at(change, "after", f"{where}.change")
        unknown = change.get("after_unknown")
        hidden = change.get("after_sensitive")
        values = {
            key: _merged(
                after.get(key), unknown.get(key) if isinstance(unknown, dict) else None, references.get(key, ())
            )
            for key in {*after, *(unknown if isinstance(unknown, dict) else ())}
        }
        outputs = object_of(values, hidden, block)
        names = {f.name: f.pulumi for f in block.by_terraform.values()} if block else {}
        depends = {
            names.get(key, key) or key: tuple(sorted({r.urn for r in found}))
            for key, found in references.items()
            if found
        }
        stated = [self._references([name]) for name in (configured.depends_on if configured else ())]
        key = configured.provider_key if configured else None
        return Resource(
            urn=own_urn,
            type=token,
            name=address,
            custom=True,
            inputs={k: v for k, v in settable_of(outputs, block).items() if _is_input(k, v, block, configured)},
            outputs=outputs,
            provider=self._provider_urn(key) if key and self.root.provider(key) else None,
            protect=None,
            depends_on=tuple(
                sorted({u for urns in depends.values() for u in urns} | {r.urn for s in stated for r in s})
            ),
            property_depends_on=depends,
        )

    def _references(self, names: list[str]) -> list[Reference]:
        """`aws_kms_key.main.arn` -> the resource's output, under Pulumi's name. Of an output and the bare resource, which
        Terraform both lists, the output counts; of several instances each may be meant."""
        found: dict[tuple[str, str], None] = {}
        for name in names:
            base, attribute = self.root.split(name)
            for urn in self.bases.get(base, ()):
                found[urn, self._property(base, attribute)] = None
        exact = {urn for urn, attribute in found if attribute}
        return [Reference(urn, attribute) for urn, attribute in found if attribute or urn not in exact]

    def _property(self, base: str, attribute: str) -> str:
        if not attribute:
            return ""
        type_name = base.rpartition(".")[0].rpartition(".")[2]
        if not provider_table.tokens_of(type_name):
            return attribute
        known = provider_table.block_of(type_name).by_terraform.get(attribute)
        return known.pulumi if known and known.pulumi else attribute

    # -- providers

    def _provider_urn(self, key: str) -> str:
        return urn_of(_PROVIDER_TYPE, key)

    def _provider(self, key: str) -> Resource | None:
        row = self.root.provider(key)
        if row is None:
            return None
        block = provider_table.provider_block()
        stated = {name: self._constant(value) for name, value in object_at(row, "expressions", self.name).items()}
        inputs = object_of({k: v for k, v in stated.items() if v is not None}, None, block)
        texts = {k: v if isinstance(v, (str, Unknown)) else json.dumps(v) for k, v in inputs.items() if _is_plain(v)}
        return Resource(self._provider_urn(key), _PROVIDER_TYPE, key, True, texts)

    def _constant(self, expression: Any, depth: int = 0) -> Any:
        """The value of an expression where the document tells it; Unknown elsewhere."""
        if depth > 8:
            return Unknown()
        if isinstance(expression, list):
            return [self._constant(item, depth + 1) for item in expression]
        if not isinstance(expression, dict):
            return Unknown()
        if "constant_value" in expression:
            return expression["constant_value"]
        if "references" in expression:
            names = expression["references"] if isinstance(expression["references"], list) else []
            known = [self.variables.get(str(n)[4:]) for n in names if str(n).startswith("var.")]
            return known[0] if len(names) == len(known) == 1 and known[0] is not None else Unknown()
        return {key: self._constant(item, depth + 1) for key, item in expression.items()}


def _in_region(resource: Resource, providers: Mapping[str, Resource]) -> Resource:
    """The resource with the region of its provider block as its own: in hashicorp/aws 5 a resource has no other way to
    say it."""
    provider = providers.get(resource.provider or "")
    region = provider.inputs.get("region") if provider else None
    if (
        region is None
        or "region" in resource.inputs
        or not resource.type.startswith("aws:")
        or is_global_type(resource.type)
    ):
        return resource
    return replace(resource, inputs={**resource.inputs, "region": region})


def _token(type_name: str) -> str:
    tokens = provider_table.tokens_of(type_name)
    return tokens[0] if tokens else f"{UNKNOWN_TYPE}{type_name}"


def _merged(value: Any, unknown: Any, references: tuple[Reference, ...]) -> Value:
    """A value with the parts that are not known yet marked so. `unknown` has the value's own shape, with true where
    nothing is known."""
    if unknown is True:
        return Unknown(references)
    if isinstance(unknown, dict):
        inner = value if isinstance(value, dict) else {}
        return {key: _merged(inner.get(key), unknown.get(key), references) for key in {**inner, **unknown}}
    if isinstance(unknown, list) and unknown:
        items = value if isinstance(value, list) else []
        return [
            _merged(items[n] if n < len(items) else None, unknown[n] if n < len(unknown) else None, references)
            for n in range(max(len(items), len(unknown)))
        ]
    return value


def _is_input(key: str, value: Value, block: Any, configured: Any) -> bool:
    """Whether a value that a program may set was set by it: one that is both optional and computed, not known yet and
    not named by the configuration, is the provider's to make."""
    if not isinstance(value, Unknown) or block is None or configured is None:
        return True
    known = block.by_pulumi.get(key)
    return known is None or known.name in configured.references


def _is_plain(value: Any) -> bool:
    if isinstance(value, Unknown):
        return True
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True
