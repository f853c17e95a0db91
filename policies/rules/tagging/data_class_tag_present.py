from collections.abc import Iterator

from jurisdictions import DATA_CLASS_TAG
from policies.facts import Facts, store_types
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_WANTED = "1, 2, 3, 4 or 5 (GB/T 39725-2020, 6.2)"
_UNTAGGABLE = frozenset(["aws:auditmanager/accountRegistration:AccountRegistration", "aws:cloudwatchomni/space:Space"])
"""Types that take no tags."""
_HOLDS_COPIES = frozenset(["aws:backup/vault:Vault", "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"])
"""Each recovery point in it carries the tags of the store it was made from."""


@rule(
    title="Every store says how sensitive its data are",
    title_zh="每个存储都标明数据级别",
    severity=Severity.MEDIUM,
    types=tuple(t for t, row in store_types().items() if not row.part_of and t not in _UNTAGGABLE | _HOLDS_COPIES),
    scope=Scope.GRAPH,
    why="All other rules ask for the class; a store that states none is judged as a normal patient record, and nobody "
    "has decided that.",
    fix=f"Tag it {DATA_CLASS_TAG} with its level.",
    good=f'aws.s3.Bucket("records", tags={{"{DATA_CLASS_TAG}": "4"}})',
    bad='aws.s3.Bucket("records")',
)
def data_class_tag_present(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the tag on the store itself, or among its provider's default tags; a foreign program's own tag counts where
    it is mapped onto ours. Levels: 1 public, 2 not personal, 3 could be re-identified, 4 a normal record, 5 severe harm
    (genes, HIV). A parameter of type String or StringList is configuration, not a store; a backup vault is not asked,
    for each recovery point in it carries the tags of the store it was made from."""
    if resource.type == "aws:ssm/parameter:Parameter" and one_of(resource.get("type"), "String", "StringList"):
        yield not_applicable(resource, "configuration, not a store")
        return
    value = facts.tags(resource).get(DATA_CLASS_TAG)
    tags = resource.inputs.get("tags")
    if is_hidden(value) or (value is None and is_hidden(tags)):
        yield undecided(resource, f"tags[{DATA_CLASS_TAG}]", value if value is not None else tags, _WANTED)
    elif facts.data_class(resource) is not None:
        yield passed(resource, f"tags[{DATA_CLASS_TAG}]", value)
    else:
        yield failed(resource, f"tags[{DATA_CLASS_TAG}]", value, _WANTED)
