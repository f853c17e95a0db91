from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Value, references_in
from policies.iam_access import is_open_network
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden


@rule(
    title="A path that is open to some networks is not open to all",
    title_zh="限定来源网络的路径不对所有来源开放",
    severity=Severity.HIGH,
    types=("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule"),
    why="A condition on the source that everybody meets hides that the path is open to everybody.",
    fix="Name the hospital's own networks in the condition, or leave it out where everybody is meant.",
    good='conditions=[{"source_ip": {"values": ["10.16.0.0/16"]}}, ...]',
    bad='conditions=[{"source_ip": {"values": ["0.0.0.0/0"]}}, ...]',
)
def listener_source_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the networks in the source conditions of a load balancer's rules; none may be (nearly) all of the internet, IPv4
    or IPv6. Several networks in one condition are alternatives: one open one opens it. Not applicable: rules without such a
    condition, which say openly that they ask for no source."""
    wanted = "the networks that are meant"
    found = list(each(resource.inputs, "conditions[*].sourceIp"))
    for path, value in _networks(found):
        if is_hidden(value) or (isinstance(value, str) and references_in(value)):
            yield undecided(resource, path, value, wanted)
        elif not isinstance(value, str) or "values" not in path or is_open_network(value):
            yield failed(resource, path, value, wanted)
        else:
            yield passed(resource, path, value)
    if all(block is None for _, block in found):
        yield not_applicable(resource, "asks for no source")


def _networks(conditions: list[tuple[str, Value]]) -> Iterator[tuple[str, Value]]:
    """The networks of each condition; a condition of another shape, or without any, gives itself."""
    for path, block in conditions:
        if block is not None:
            yield from [p for p in each(block, "values[*]", path) if p[0] != path] or [(path, block)]
