"""Door 4: what Terraform or OpenTofu has deployed, as `terraform show -json` prints a state, becomes a graph.

Types and fields get Pulumi's names through the provider table. A state does not keep what the configuration said apart
from what the provider computed: whatever a program may set and has a value is an input, everything is an output. What
is sensitive becomes SECRET. A type that the table does not know keeps its Terraform name behind `terraform:`, so that
every reader reports it as not covered.

A state names no provider configuration. Region and account come from the resource's own `region` or ARN, else from the
resource it belongs to; whoever rendered the configuration from a graph passes that graph, which knows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from policies.graph import SECRET, Graph, Resource, Value, is_known, walk
from policies.resolve import GLOBAL, is_global_type
from policies.sources import terraform_kubernetes
from policies.sources.deployed import (
    NotAState,
    State,
    object_at,
    objects_at,
    place_in,
    placed_by_arn,
    text_at,
    texts_at,
)
from policies.terraform import provider_table
from policies.terraform.provider_table import Block, Field

DOOR: Final = "terraform state"
STACK: Final = "terraform"
UNKNOWN_TYPE: Final = "terraform:"

_NAMES: Final = ("arn", "id", "name")
"""Outputs by which other resources name this one."""
_SHORTEST_PART: Final = 20
"""Characters from which a name counts as found inside a longer text."""
_PASSES: Final = 4


def is_state(data: Any) -> bool:
    """Whether a document means to be a state shown by Terraform."""
    return isinstance(data, dict) and "format_version" in data


def is_raw(data: Any) -> bool:
    """Whether a document is the file that Terraform keeps its state in."""
    return isinstance(data, dict) and "serial" in data and ("terraform_version" in data or "lineage" in data)


def state_of(
    data: Any,
    name: str = "the Terraform state",
    *,
    rendered_from: Graph | None = None,
    addresses: Mapping[str, str] | None = None,
) -> State:
    """The state in a decoded document. `name` is what sentences call it. `rendered_from` and `addresses` (URN -> address)
    are the graph that the configuration was rendered from and where its resources went: they give URNs, regions,
    accounts, parents, protection, and the graph's own providers and components. Raises NotAState."""
    root = _root(data, name)
    rows = list(rows_of(root, name))
    found = [_read(row, where) for row, where in rows if row.get("mode") != "data" and not row.get("deposed_key")]
    resources = _with_edges(found)
    if rendered_from is not None:
        resources = _as_rendered(resources, rendered_from, addresses or {})
    graph = Graph.of(_placed(resources), project=STACK, stack=STACK, door=DOOR)
    return State(graph, tuple(_notes(rows)))


def _root(data: Any, name: str) -> dict[str, Any]:
    wanted = "wanted: what `terraform show -json` prints of a state"
    if not is_state(data):
        raise NotAState(f"{name} is {'the raw state file' if is_raw(data) else 'no Terraform state'}; {wanted}")
    if not isinstance(data["format_version"], str) or data["format_version"].partition(".")[0] != "1":
        raise NotAState(f"{name} has a format_version that is not known; this program reads 1.x")
    if "planned_values" in data or "resource_changes" in data:
        raise NotAState(f"{name} is a plan, which says what will be, not what is; {wanted}")
    return object_at(object_at(data, "values", name), "root_module", f"{name}: values")


def rows_of(root: dict[str, Any], name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every resource of every module with what sentences call it."""
    modules = [(root, f"{name}: root_module")]
    while modules:
        module, where = modules.pop()
        for number, row in enumerate(objects_at(module, "resources", where)):
            yield row, f"{where}.resources[{number}]"
        for number, child in enumerate(objects_at(module, "child_modules", where)):
            modules.append((child, f"{where}.child_modules[{number}]"))


def _notes(rows: list[tuple[dict[str, Any], str]]) -> Iterator[str]:
    for row, _ in rows:
        address = str(row.get("address", ""))[:200]
        if row.get("deposed_key"):
            yield f"{address} has been replaced and an older one waits for deletion; that one was left out"
        elif row.get("tainted") is True:
            yield f"{address} was made, but did not become ready"


# --- one resource ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A resource, its address, and the addresses of what it depends on."""

    address: str
    resource: Resource
    depends_on: tuple[str, ...]
    base: str = field(default="")
    """The address without instance keys, which is how others name it."""


def _read(row: dict[str, Any], where: str) -> _Found:
    address = text_at(row, "address", where, required=True)
    type_name = text_at(row, "type", where, required=True)
    tokens = provider_table.tokens_of(type_name)
    block = provider_table.block_of(type_name) if tokens else None
    sensitive = row.get("sensitive_values")
    values = object_at(row, "values", where)
    token = token_of(type_name, values)
    outputs = shown_of(type_name, token, values, sensitive, block)
    resource = Resource(
        urn=urn_of(token, address),
        type=token,
        name=address,
        custom=True,
        inputs=without_read_back(token, effective_tags(settable_of(outputs, block), outputs, block)),
        outputs=outputs,
        protect=None,
    )
    region = outputs.get("region")
    if tokens and isinstance(region, str) and region:
        resource = replace(resource, region=region)
    if is_global_type(token):
        resource = replace(resource, region=GLOBAL)
    return _Found(address, resource, texts_at(row, "depends_on", where), without_keys(address))


def token_of(type_name: str, values: Mapping[str, Any]) -> str:
    """Pulumi's name of a type of Terraform; one that no table knows keeps its own. `values`: of the resource."""
    tokens = provider_table.tokens_of(type_name)
    return tokens[0] if tokens else terraform_kubernetes.token_of(type_name, values) or f"{UNKNOWN_TYPE}{type_name}"


def shown_of(
    type_name: str, token: str, values: Mapping[str, Value], sensitive: Any, block: Block | None
) -> dict[str, Value]:
    """What a document says of a resource, under Pulumi's names."""
    if token.startswith("kubernetes:"):
        return terraform_kubernetes.object_of(type_name, values, sensitive)
    return object_of(values, sensitive, block)


def urn_of(token: str, address: str) -> str:
    """The URN of a Terraform resource: the same for the same type and address."""
    return f"urn:pulumi:{STACK}::{STACK}::{token}::{quote(address, safe='[]._-/')}"


def without_keys(address: str) -> str:
    """`module.a["x"].aws_b.c[0]` -> `module.a.aws_b.c`; a key in quotes may hold anything."""
    kept, depth, quoted, escaped = [], 0, False, False
    for character in address:
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted = True
        elif character in "[]":
            depth += 1 if character == "[" else -1
        elif depth <= 0:
            kept.append(character)
    return "".join(kept)


def object_of(values: Mapping[str, Any], sensitive: Any, block: Block | None) -> dict[str, Value]:
    """Values under Pulumi's names; what is sensitive as SECRET. What is Unknown already stays so."""
    fields = block.by_terraform if block else {}
    marks = sensitive if isinstance(sensitive, dict) else {}
    found = {}
    for key, value in values.items():
        known = fields.get(key)
        if known is not None and not known.pulumi:
            continue
        found[known.pulumi if known else camel(key)] = (
            SECRET if sensitive is True else _value(value, marks.get(key), known)
        )
    return found


def _value(value: Any, sensitive: Any, known: Field | None) -> Value:
    """A value under Pulumi's names. `sensitive` has the value's own shape, with true where it must not be seen."""
    if value is None:
        return None
    if sensitive is True or (known is not None and known.sensitive):
        return SECRET
    if isinstance(value, list):
        marks = sensitive if isinstance(sensitive, list) else []
        items = [_item(item, marks[n] if n < len(marks) else None, known) for n, item in enumerate(value)]
        if known is not None and known.flat and len(items) <= 1:
            return items[0] if items else None
        return items
    return _item(value, sensitive, known)


def _item(value: Any, sensitive: Any, known: Field | None) -> Value:
    """One element of a list, or the value itself. The keys of a plain map are the program's own words."""
    if sensitive is True:
        return SECRET
    if isinstance(value, dict):
        if known is not None and known.block is not None and known.nesting != "map":
            return object_of(value, sensitive, known.block)
        marks = sensitive if isinstance(sensitive, dict) else {}
        inner = known if known is not None and known.nesting == "map" else None
        return {key: _item_of_map(item, marks.get(key), inner) for key, item in value.items()}
    if isinstance(value, list):
        marks_of = sensitive if isinstance(sensitive, list) else []
        return [_item(item, marks_of[n] if n < len(marks_of) else None, None) for n, item in enumerate(value)]
    return value


def _item_of_map(value: Any, sensitive: Any, known: Field | None) -> Value:
    if known is not None and known.block is not None and isinstance(value, dict) and sensitive is not True:
        return object_of(value, sensitive, known.block)
    return _item(value, sensitive, None)


def camel(name: str) -> str:
    """A Terraform name as Pulumi would write it, where the table does not say."""
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def settable_of(outputs: Mapping[str, Value], block: Block | None) -> dict[str, Value]:
    """What a program may set and has a value: a state shows what nobody stated as null, empty text, or an empty list."""
    fields = block.by_pulumi if block else {}
    return {
        key: _stated(value)
        for key, value in outputs.items()
        if not _is_empty(value)
        and ((known := fields.get(key)) is None or known.settable)
        and not (key == "id" and block is not None)
    }


def without_read_back(token: str, inputs: dict[str, Value]) -> dict[str, Value]:
    """The inputs without what the provider reads back though nobody stated it: S3 gives the owner of each bucket, and
    nobody else, full control. Another grant, or a second one, somebody has made."""
    match inputs.get("grants") if token.startswith("aws:s3/bucket") else None:
        case [{"type": "CanonicalUser", "permissions": ["FULL_CONTROL"]}]:
            return {key: value for key, value in inputs.items() if key != "grants"}
    return inputs


def effective_tags(inputs: dict[str, Value], outputs: Mapping[str, Value], block: Block | None) -> dict[str, Value]:
    """The inputs with the tags that the resource has in the end: its own, and its provider's default ones beneath."""
    every = outputs.get("tagsAll")
    if block is None or "tags" not in block.by_pulumi or not isinstance(every, dict) or not every:
        return inputs
    own = inputs.get("tags")
    rest = {key: value for key, value in inputs.items() if key != "tagsAll"}
    return {**rest, "tags": {**every, **own} if isinstance(own, dict) else every}


def _is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def _stated(value: Value) -> Value:
    """A value without what nobody stated inside it. Elements of a list stay: their number says something. So does a block
    that is there and holds nothing (`query_string {}`)."""
    if isinstance(value, dict):
        return {key: _stated(item) for key, item in value.items() if item == {} or not _is_empty(item)}
    if isinstance(value, list):
        return [_stated(item) for item in value]
    return value


# --- edges and places ------------------------------------------------------------------------------------------------


def _with_edges(found: list[_Found]) -> list[Resource]:
    """The resources with what each property depends on: the resource whose name stands in it, among those that the state
    says it depends on."""
    by_base: dict[str, list[Resource]] = {}
    for row in found:
        by_base.setdefault(row.base, []).append(row.resource)
    joined = []
    for row in found:
        targets = {r.urn: r for address in row.depends_on for r in by_base.get(without_keys(address), ())}
        targets.pop(row.resource.urn, None)
        depends = _property_dependencies(row.resource, list(targets.values()))
        joined.append(replace(row.resource, depends_on=tuple(sorted(targets)), property_depends_on=depends))
    return joined


def _property_dependencies(resource: Resource, targets: list[Resource]) -> dict[str, tuple[str, ...]]:
    names = [(t.urn, n) for t in targets for key in _NAMES if isinstance(n := t.outputs.get(key), str) and n]
    found: dict[str, tuple[str, ...]] = {}
    for key, value in resource.inputs.items():
        texts = [leaf for _, leaf in walk(value) if isinstance(leaf, str)]
        urns = {
            urn
            for urn, name in names
            if any(name == text or (len(name) >= _SHORTEST_PART and name in text) for text in texts)
        }
        if urns:
            found[key] = tuple(sorted(urns))
    return found


def _placed(resources: list[Resource]) -> list[Resource]:
    """Region and account from the resource's own ARN, else from the one resource that its own text properties name
    (a bucket's versioning lies where the bucket lies)."""
    resources = placed_by_arn(resources)
    for _ in range(_PASSES):
        by_urn = {r.urn: r for r in resources}
        following = [_beside(r, by_urn) for r in resources]
        if following == resources:
            break
        resources = following
    return resources


def _beside(resource: Resource, by_urn: Mapping[str, Resource]) -> Resource:
    if not resource.type.startswith("aws:") or (resource.region and resource.account):
        return resource
    named = [
        by_urn[urn]
        for key, urns in resource.property_depends_on.items()
        if isinstance(value := resource.inputs.get(key), str) and is_known(value) and place_in(value) == (None, None)
        for urn in urns
        if urn in by_urn
    ]
    regions = {r.region for r in named if r.region not in (None, GLOBAL)}
    accounts = {r.account for r in named if r.account}
    return replace(
        resource,
        region=resource.region or (regions.pop() if len(regions) == 1 else None),
        account=resource.account or (accounts.pop() if len(accounts) == 1 else None),
    )


# --- beside the graph it came from -----------------------------------------------------------------------------------


def _as_rendered(resources: list[Resource], origin: Graph, addresses: Mapping[str, str]) -> list[Resource]:
    by_address = {address: origin.by_urn[urn] for urn, address in addresses.items() if urn in origin.by_urn}
    urns = {r.urn: by_address[r.name].urn for r in resources if r.name in by_address}
    joined = []
    for resource in resources:
        planned = by_address.get(resource.name)
        moved = replace(
            resource,
            depends_on=tuple(urns.get(urn, urn) for urn in resource.depends_on),
            property_depends_on={
                key: tuple(urns.get(urn, urn) for urn in found) for key, found in resource.property_depends_on.items()
            },
        )
        if planned is not None:
            moved = replace(
                planned,
                inputs=moved.inputs,
                outputs=moved.outputs,
                depends_on=moved.depends_on,
                property_depends_on=moved.property_depends_on,
            )
        joined.append(moved)
    unmanaged = [r for r in origin.resources if not r.custom or r.type.startswith("pulumi:providers:")]
    return [*joined, *unmanaged]
