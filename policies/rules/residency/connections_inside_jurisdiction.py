from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.tables import names
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.residency._outcomes import flows_of


@rule(
    title="Networks are joined inside the jurisdiction only",
    title_zh="网络互联不出法域",
    severity=Severity.HIGH,
    types=tuple(names("connections")),
    scope=Scope.GRAPH,
    why="A network that reaches a network abroad is a way for data that no store's own setting shows.",
    fix="Peer with regions of the jurisdiction only.",
    good='aws.ec2transitgateway.PeeringAttachment("to-ningxia", peer_region="cn-northwest-1")',
    bad='aws.ec2transitgateway.PeeringAttachment("to-tokyo", peer_region="ap-northeast-1")',
    unwaivable="the law on where patients' data may be knows no exception that an owner could grant",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def connections_inside_jurisdiction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the other region of peerings, endpoints, accelerators and zone associations. A peering that names no
    region stays in its own, which resource-inside-jurisdiction judges."""
    yield from flows_of(resource, facts, "connections")
