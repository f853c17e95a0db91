"""Door 4: what Terraform or OpenTofu is about to do, as `terraform show -json` prints a plan, becomes a graph.

Every managed resource that is there after the plan is a node, with the values of after the plan; what the plan deletes
stands apart. What is not known before apply is unknown; the configuration in the same document says which resources it
may come from, and a policy document that is only read while applying is put together from its statements. What is
sensitive becomes SECRET. The providers of the configuration become provider resources.

What a plan does not say is read in the .tf files beside it, where they lie there: what stands around a reference, `locals`,
`dynamic` blocks (`terraform_written.py`), `lifecycle` and lines (`terraform_places.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from policies.graph import SECRET, Fate, Graph, Loss, Reference, Resource, Unknown, Value, reference_of
from policies.resolve import is_global_type, with_regions_and_accounts
from policies.sources.deployed import NotAState, State, object_at, objects_at, placed_by_arn, text_at
from policies.sources.losses import drift_of, fate_of, named_as_lost, notes_of
from policies.sources.terraform_addresses import Instances
from policies.sources.terraform_documents import DATA, OUTPUTS, TYPE, Documents
from policies.sources.terraform_kubernetes import stated_keys
from policies.sources.terraform_modules import Configured, Module, Target, is_constant, root_module
from policies.sources.terraform_providers import Providers
from policies.sources.terraform_state import (
    STACK,
    effective_tags,
    rows_of,
    settable_of,
    shown_of,
    token_of,
    urn_of,
    without_read_back,
)
from policies.sources.terraform_values import PlainValues, marked, spread_in
from policies.sources.terraform_written import Written
from policies.terraform import provider_table

DOOR: Final = "terraform plan"

_STAYS: Final = frozenset({"no-op", "create", "update", "read"})
_KNOWN: Final = frozenset({*_STAYS, "delete", "forget"})
_WRITTEN: Final = "(written in the configuration)"
_FROM_FILES: Final = "{count} arguments that the plan does not show are from the .tf files beside it"
_AROUND: Final = (
    "a plan does not show the text around a reference: in {count} policy documents that are read while applying, a bucket "
    "that an Allow names was taken with its objects, and two elements from one bucket as the bucket and its objects"
)


def is_plan(data: Any) -> bool:
    """Whether a document means to be a plan shown by Terraform."""
    return (
        isinstance(data, dict) and "format_version" in data and ("planned_values" in data or "resource_changes" in data)
    )


def plan_of(data: Any, name: str = "the Terraform plan", folder: Path | None = None) -> State:
    """The resources after a decoded plan. `name` is what sentences call it; `folder` is where it lies, so that the .tf files
    beside it can tell what it does not show. Raises NotAState."""
    _check(data, name)
    root = root_module(object_at(data, "configuration", name), f"{name}: configuration")
    variables = {key: _variable(row) for key, row in object_at(data, "variables", name).items()}
    reading = _Reading(name, root, Providers(name, root, variables), variables, folder)
    reading.seen_before(data)
    for number, row in enumerate(objects_at(data, "resource_changes", name)):
        where = f"{name}: resource_changes[{number}]"
        reading.take(row, object_at(row, "change", where), where)
    if data.get("errored") is True:
        raise NotAState(f"{name} is of a plan that failed, so not every resource is in it; mend what terraform says")
    graph = Graph.of(reading.resources(), losses=reading.lost(), project=STACK, stack=STACK, door=DOOR)
    notes = (*notes_of(graph.losses), *drift_of(data, name), *reading.document_notes())
    return State(graph, notes, problems=tuple(_partial(data, name)), modules=root.folders())


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
    if data.get("resource_changes") is None and (data.get("resource_drift") or _had_any(data, name)):
        raise NotAState(
            f"{name} is a plan that only looks (-refresh-only), and names no resource but those that changed; wanted: a plan "
            "without -refresh-only, or what `terraform show -json` prints of the state"
        )
    if not data.get("configuration") and data.get("resource_changes"):
        raise NotAState(f"{name} has no configuration, which tells what refers to what; {wanted}, and all of it")


def _had_any(data: dict[str, Any], name: str) -> bool:
    """Whether resources were there before the plan."""
    values = object_at(object_at(data, "prior_state", name), "values", f"{name}: prior_state")
    rows = rows_of(object_at(values, "root_module", f"{name}: prior_state.values"), name)
    return any(row.get("mode") != "data" for row, _ in rows)


def _variable(row: Any) -> Value:
    return row.get("value") if isinstance(row, dict) else None


def _partial(data: dict[str, Any], name: str) -> Iterator[str]:
    """What the plan itself says of being a part only."""
    rows = objects_at(data, "deferred_changes", name)
    if rows:
        first = object_at(rows[0], "resource_change", f"{name}: deferred_changes[0]")
        yield (
            f"{len(rows)} changes are deferred to a later plan and could not be judged, {text_at(first, 'address', name)} "
            "among them"
        )
    elif data.get("complete") is False:
        yield "the plan is not complete, as with -target: what it leaves out could not be judged; plan without -target"


@dataclass
class _Reading:
    """One plan on its way to resources."""

    name: str
    root: Module
    providers: Providers
    variables: Mapping[str, Value]
    folder: Path | None
    instances: Instances = field(default_factory=Instances)
    data: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """URN of a data source that is read while applying -> its address, its change."""
    waiting: list[tuple[dict[str, Any], dict[str, Any], str]] = field(default_factory=list)
    leaving: list[tuple[dict[str, Any], dict[str, Any], str, Fate]] = field(default_factory=list)
    plain: PlainValues = field(default_factory=PlainValues)
    documents: Documents = field(init=False)
    written: Written | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.documents = Documents(self._arguments)
        self.providers.references = self._references
        if self.folder is not None:
            self.written = Written(self.root, self.folder, self.variables, self._references, self.plain.value)

    def seen_before(self, data: dict[str, Any]) -> None:
        """What the state before the plan says of the providers' places."""
        prior = object_at(data, "prior_state", self.name)
        values = object_at(prior, "values", f"{self.name}: prior_state")
        for row, where in rows_of(object_at(values, "root_module", f"{self.name}: prior_state.values"), self.name):
            self._notice(row, object_at(row, "values", where))
            if row.get("mode") == "data":
                self.plain.add(
                    str(row.get("address")), object_at(row, "values", where), {}, row.get("sensitive_values")
                )

    def take(self, row: dict[str, Any], change: dict[str, Any], where: str) -> None:
        """Notes one change. Values are read when all addresses are known."""
        address = text_at(row, "address", where, required=True)
        type_name = text_at(row, "type", where, required=True)
        if row.get("mode") == "data":
            urn = f"{DATA}{address}"
            self.instances.add(address, urn)
            self.data[urn] = address, change
            return
        actions = change.get("actions")
        if not isinstance(actions, list) or not actions:
            raise NotAState(f"{where}.change.actions is no list of actions")
        words = set(map(str, actions))
        if strange := sorted(words - _KNOWN):
            raise NotAState(f"{where}.change.actions is {strange[0][:40]!r}, which this program does not know")
        if fate := fate_of(row, words):
            self.leaving.append((row, change, where, fate))
        if address in self.plain.rows and not row.get("deposed"):
            raise NotAState(f"{self.name} names {address} twice, so nobody can tell which of them counts")
        if row.get("deposed") or not ({"create", *_STAYS} & words):
            return
        self.instances.add(address, urn_of(token_of(type_name, object_at(change, "after", where)), address))
        self.plain.add(
            address, object_at(change, "after", where), change.get("after_unknown"), change.get("after_sensitive")
        )
        self._notice(row, object_at(change, "before", where))
        self._notice(row, object_at(change, "after", where))
        self.waiting.append((row, change, where))

    def _notice(self, row: dict[str, Any], values: dict[str, Any]) -> None:
        configured = self.root.resource(str(row.get("address")))
        if configured and configured.provider_key:
            self.providers.notice(configured.provider_key, str(row.get("type")), values)

    # -- resources

    def resources(self) -> list[Resource]:
        """All that are there after the plan, the providers too, with regions and accounts."""
        providers = {r.urn: r for r in (self.providers.resource(key) for key in sorted({*self._keys()})) if r}
        made = [_in_region(self._resource(*row), providers) for row in self.waiting]
        placed = placed_by_arn(with_regions_and_accounts([*providers.values(), *made]))
        return self.providers.with_accounts(placed)

    def lost(self) -> list[Loss]:
        """What the plan takes away, as it was."""
        providers = {r.urn: r for r in (self.providers.resource(key) for key in sorted({*self._keys()})) if r}
        made = []
        for row, change, where, _ in self.leaving:
            before = {"after": change.get("before"), "after_sensitive": change.get("before_sensitive")}
            made.append(_in_region(self._resource(row, before, where), providers))
        placed = placed_by_arn(with_regions_and_accounts([*providers.values(), *made]))[len(providers) :]
        return [
            Loss(named_as_lost(resource, row), fate)
            for resource, (row, _, _, fate) in zip(placed, self.leaving, strict=True)
        ]

    def document_notes(self) -> Iterator[str]:
        """What a reader must know of what the plan alone does not show."""
        if self.written and self.written.told:
            yield _FROM_FILES.format(count=self.written.told)
        count = sum(1 for urn in self.documents.assumed if self.documents.texts.get(urn))
        if count:
            yield _AROUND.format(count=count)

    def _keys(self) -> Iterator[str]:
        for row in (*(row for row, *_ in self.waiting), *(row for row, *_ in self.leaving)):
            configured = self.root.resource(str(row.get("address")))
            if configured and configured.provider_key:
                yield configured.provider_key

    def _resource(self, row: dict[str, Any], change: dict[str, Any], where: str) -> Resource:
        address, type_name = str(row["address"]), str(row["type"])
        token = token_of(type_name, object_at(change, "after", where))
        block = provider_table.block_of(type_name) if provider_table.tokens_of(type_name) else None
        configured = self.root.resource(address)
        urn = urn_of(token, address)
        values = self._values(change, where, configured, urn, block)
        if token.startswith("kubernetes:") and configured:
            values = stated_keys(values, configured.expressions)
        outputs = shown_of(type_name, token, values, change.get("after_sensitive"), block)
        region = _own_region(change, block)
        inputs = {
            k: _in_clear(k, v, block, configured)
            for k, v in settable_of(outputs, block).items()
            if _is_input(k, v, block, configured)
        }
        depends = self._dependencies(configured, block, urn)
        stated = self._references(configured.named(configured.depends_on)) if configured else []
        key = configured.provider_key if configured else None
        if change.get("before") and configured and "grant" not in configured.expressions:
            inputs = without_read_back(token, inputs)
        if region is not None:
            inputs["region"] = region
        return Resource(
            urn=urn,
            type=token,
            name=address,
            custom=True,
            inputs=effective_tags(inputs, outputs, block),
            outputs=outputs,
            provider=self.providers.urn(key) if key and self.root.provider(key) else None,
            protect=None,
            depends_on=tuple(sorted({u for urns in depends.values() for u in urns} | {r.urn for r in stated})),
            property_depends_on=depends,
        )

    def _values(
        self, change: dict[str, Any], where: str, configured: Configured | None, own: str, block: Any
    ) -> dict[str, Value]:
        """What stands there after the plan, by Terraform's names."""
        after = object_at(change, "after", f"{where}.change")
        unknown = change.get("after_unknown")
        hidden = unknown if isinstance(unknown, dict) else {}
        stated = configured.expressions if configured else {}

        def references(expression: Any) -> list[Reference]:
            found = self._references(configured.targets(expression)) if configured else []
            return [r for r in found if r.urn != own]

        values = {}
        for key in {**after, **hidden}:
            value = marked(after.get(key), hidden.get(key), [stated[key]] if key in stated else [], references)
            values[key] = spread_in(value, block.by_terraform.get(key) if block else None)
        if self.written and configured:
            values = self.written.filled(values, configured, "resource")
        return {key: self._documented(value) for key, value in values.items()}

    def _documented(self, value: Value) -> Value:
        """The value, with each part that is a document of a data source as its text; of other data sources nothing is
        known."""
        if isinstance(value, dict):
            return {key: self._documented(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._documented(item) for item in value]
        if not isinstance(value, Unknown):
            return value
        reference = reference_of(value)
        if reference is not None and reference.property in ("", *OUTPUTS) and reference.urn in self.data:
            return self.documents.text(reference.urn) or Unknown()
        return Unknown(tuple(r for r in value.references if not r.urn.startswith(DATA)))

    def _dependencies(self, configured: Configured | None, block: Any, own: str) -> dict[str, tuple[str, ...]]:
        names = {f.name: f.pulumi for f in block.by_terraform.values()} if block else {}
        found = {}
        for key, expression in (configured.expressions if configured else {}).items():
            urns = {r.urn for r in self._references(configured.targets(expression))} if configured else set()
            urns = {urn for urn in urns if urn != own and not urn.startswith(DATA)}
            if urns:
                found[names.get(key, key) or key] = tuple(sorted(urns))
        return found

    def _references(self, targets: list[Target]) -> list[Reference]:
        """The outputs that targets mean, under Pulumi's names; of several instances each may be meant. Of an output and
        the bare resource the output counts."""
        found = [
            Reference(urn, _property(target)) for target in targets for urn in self.instances.meant(target.address)
        ]
        exact = {r.urn for r in found if r.property}
        return [r for r in found if r.property or r.urn not in exact]

    # -- documents

    def _arguments(self, urn: str) -> Mapping[str, Value] | None:
        """The arguments of a policy document that is read while applying."""
        address, change = self.data.get(urn, ("", {}))
        configured = self.root.resource(address)
        if not address.rpartition("data.")[2].startswith(f"{TYPE}.") or configured is None:
            return None
        after, unknown = object_at(change, "after", address), change.get("after_unknown")

        def references(expression: Any) -> list[Reference]:
            return self._references(configured.targets(expression))

        stated = configured.expressions
        hidden = unknown if isinstance(unknown, dict) else {}
        keys = [key for key in {**after, **hidden} if key not in ("id", *OUTPUTS)]
        found = {
            key: marked(after.get(key), hidden.get(key), [stated[key]] if key in stated else [], references)
            for key in keys
        }
        return self.written.filled(found, configured, "data") if self.written else found


def _property(target: Target) -> str:
    """The output that a target means, under Pulumi's name."""
    type_name = target.address.base.partition(".")[0]
    if not target.attribute or not provider_table.tokens_of(type_name):
        return target.attribute
    known = provider_table.block_of(type_name).by_terraform.get(target.attribute)
    return known.pulumi if known and known.pulumi else target.attribute


def _own_region(change: Mapping[str, Any], block: Any) -> str | None:
    """The region that a resource states of itself, as it can in hashicorp/aws 6; where 5 has a setting of that name, it
    means another one's region."""
    after = change.get("after")
    region = after.get("region") if isinstance(after, dict) else None
    known = block.by_terraform.get("region") if block else None
    return region if isinstance(region, str) and region and block and not (known and known.settable) else None


def _in_clear(key: str, value: Value, block: Any, configured: Configured | None) -> Value:
    """A secret that the configuration spells out is none; what it is stays out of the graph all the same."""
    if value is not SECRET or configured is None:
        return value
    known = block.by_pulumi.get(key) if block else None
    name = known.name if known else "data" if key == "stringData" else key
    expression = configured.expressions.get(name)
    constant = expression["constant_value"] if is_constant(expression) else None
    if isinstance(constant, dict) and constant:
        return {str(word): _WRITTEN for word in constant}
    return _WRITTEN if isinstance(constant, str) and constant else value


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


def _is_input(key: str, value: Value, block: Any, configured: Configured | None) -> bool:
    """Whether a value that a program may set was set by it: one that is both optional and computed, not known yet and
    not named by the configuration, is the provider's to make."""
    if not isinstance(value, Unknown) or block is None or configured is None:
        return True
    known = block.by_pulumi.get(key)
    if known is None:
        return True
    return known.name in configured.expressions and not configured.module.is_settled(configured.expressions[known.name])
