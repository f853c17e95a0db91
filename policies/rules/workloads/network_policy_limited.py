from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.iam_access import is_open_network
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_SIDES = (("ingress", "from"), ("egress", "to"))
_WANTED = "pods, namespaces or networks by name"


@rule(
    title="Network policies of pods allow by name, not everything",
    title_zh="Pod 网络策略按名单放行",
    severity=Severity.HIGH,
    types=("kubernetes:networking.k8s.io/v1:NetworkPolicy",),
    why="A rule without peers opens the pods to everyone: the policy is there and closes nothing.",
    fix="Name the peers of each rule; for a name server name its namespace and port.",
    good='ingress=[{"from_": [{"pod_selector": {"match_labels": {"app": "gateway"}}}]}]',
    bad="ingress=[{}]",
)
def network_policy_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the peers of each rule for ingress and egress. A rule without peers allows everyone, and so does a block of
    (nearly) all addresses; both fail. A peer that is an empty selector of pods means the namespace itself and passes; an
    empty selector of namespaces means all of them and fails, unless the rule is for the name service (port 53)."""
    bad = False
    for side, peers in _SIDES:
        rules = resource.get(f"spec.{side}")
        if is_hidden(rules):
            bad = True
            yield undecided(resource, f"spec.{side}", rules, _WANTED)
            continue
        for index, row in enumerate(as_list(rules)):
            for outcome in _rule(resource, f"spec.{side}[{index}]", row, peers):
                bad = True
                yield outcome
    if not bad:
        yield passed(resource, "spec", "every rule by name")


def _rule(resource: Resource, path: str, row: Value, name: str) -> Iterator[Outcome]:
    if is_hidden(row):
        yield undecided(resource, path, row, _WANTED)
        return
    peers = (row.get(name) or row.get(f"{name}_")) if isinstance(row, Mapping) else None
    if is_hidden(peers):
        yield undecided(resource, f"{path}.{name}", peers, _WANTED)
    elif not isinstance(peers, list) or not peers:
        if not (isinstance(row, Mapping) and _is_name_service(row)):
            yield failed(resource, f"{path}.{name}", "everyone", _WANTED)
    else:
        for index, peer in enumerate(peers):
            wrong = _wrong(peer, isinstance(row, Mapping) and _is_name_service(row))
            if wrong:
                yield failed(resource, f"{path}.{name}[{index}]", wrong, _WANTED)


def _wrong(peer: Value, names_only: bool) -> str:
    if is_hidden(peer):
        return ""
    if not isinstance(peer, Mapping) or not peer:
        return "a peer that is no block"
    block = peer.get("ipBlock")
    cidr = block.get("cidr") if isinstance(block, Mapping) else None
    if cidr is not None and not is_hidden(cidr) and is_open_network(cidr):
        return f"all addresses ({cidr})"
    spaces = peer.get("namespaceSelector")
    pods = peer.get("podSelector")
    if spaces == {} and not pods and not names_only:
        return "every namespace"
    return ""


def _is_name_service(row: Mapping[str, Value]) -> bool:
    ports = as_list(row.get("ports"))
    return bool(ports) and all(isinstance(p, Mapping) and p.get("port") in (53, "53", 53.0, "dns") for p in ports)
