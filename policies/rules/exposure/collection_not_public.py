from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._collections import POLICY, blocks
from policies.rules._paths import is_hidden, one_of

_ACCESS: Final = "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy"
_WANTED: Final = "AllowFromPublic: false, with SourceVPCEs"


@rule(
    title="Collections of search are reached through the network, by named readers",
    title_zh="无服务器搜索集合仅经私有网络由指名主体访问",
    severity=Severity.CRITICAL,
    types=(POLICY, _ACCESS),
    why="A collection that is open to the public is a search form over the records.",
    fix="Set AllowFromPublic to false and name the network's endpoints; name the principals of access policies.",
    good='policy=json.dumps([{"Rules": [...], "AllowFromPublic": False, "SourceVPCEs": [endpoint.id]}])',
    bad='policy=json.dumps([{"Rules": [...], "AllowFromPublic": True}])',
)
def collection_not_public(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads network policies (no block may allow the public), encryption policies (no key owned by AWS: the collection
    then has no customer key) and access policies (principals by name, no star). The policy is JSON text; what cannot be
    read fails."""
    rows, kind = blocks(resource), resource.get("type")
    wanted = _WANTED if kind == "network" else "a policy that can be read"
    if is_hidden(rows) or is_hidden(kind):
        yield undecided(resource, "policy", rows if is_hidden(rows) else kind, wanted)
        return
    if not rows:
        yield failed(resource, "policy", resource.get("policy"), wanted)
        return
    bad = False
    for index, row in enumerate(rows):
        for key, found, better in _wrong(resource, row, kind):
            bad = True
            yield failed(resource, f"policy > [{index}].{key}", found, better)
    if not bad and kind not in ("network", "encryption", "data"):
        yield not_applicable(resource, "a policy of another kind")
    elif not bad:
        yield passed(resource, "policy", f"{len(rows)} blocks")


def _wrong(resource: Resource, row: object, kind: object) -> Iterator[tuple[str, object, str]]:
    if not isinstance(row, Mapping):
        yield "", row, "a block"
    elif resource.type == _ACCESS:
        names = row.get("Principal")
        if not isinstance(names, list) or not names or any(n == "*" or not isinstance(n, str) for n in names):
            yield "Principal", names, "principals by name"
    elif kind == "network" and not one_of(row.get("AllowFromPublic"), False):
        yield "AllowFromPublic", row.get("AllowFromPublic"), _WANTED
    elif kind == "encryption" and one_of(row.get("AWSOwnedKey"), True):
        yield "AWSOwnedKey", True, "KmsARN with a customer key"
