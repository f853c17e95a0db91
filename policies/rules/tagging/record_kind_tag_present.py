from collections.abc import Iterator

from jurisdictions import RECORD_KIND_TAG, RecordKind
from policies.facts import Facts, store_types
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_KINDS = tuple(kind.value for kind in RecordKind)
_HOLDS_COPIES = frozenset(["aws:backup/vault:Vault", "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"])
"""Of all kinds: each recovery point in it carries the tags of the store it was made from."""

_WANTED = f"one of {', '.join(_KINDS)}"


@rule(
    title="Every store of class 3 and up says what kind of record it holds",
    title_zh="3 级及以上存储标明记录类型",
    severity=Severity.MEDIUM,
    types=tuple(
        t
        for t, row in store_types().items()
        if row.holds in ("records", "logs") and not row.part_of and t not in _HOLDS_COPIES
    ),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="The kind decides how long the law has it kept; without it no lock and no retention can be right.",
    fix=f"Tag it {RECORD_KIND_TAG} with one of the kinds.",
    good=f'tags={{"{RECORD_KIND_TAG}": "inpatient"}}',
    bad='tags={"hospital-cloud:data-class": "4"}',
)
def record_kind_tag_present(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the tag, or that of the provider's default tags. A store that states no class counts as class 4 (see
    data-class-tag-present). Not applicable to stores of class 1 and 2. A backup vault is not asked: it holds copies of
    all kinds, each with the tags of the store it was made from."""
    data_class = facts.effective_class(resource)
    value, tags = facts.record_kind(resource), resource.inputs.get("tags")
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}")
    elif is_hidden(value) or (value is None and is_hidden(tags)):
        yield undecided(resource, f"tags[{RECORD_KIND_TAG}]", value if value is not None else tags, _WANTED)
    elif value in _KINDS:
        yield passed(resource, f"tags[{RECORD_KIND_TAG}]", value)
    else:
        yield failed(resource, f"tags[{RECORD_KIND_TAG}]", value, _WANTED)
