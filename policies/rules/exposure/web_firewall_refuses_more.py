from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.exposure._web_firewall import ACL, KNOWN, OTHER, RATE, SQL, refuses

_DATABASES: Final = ("aws:rds/cluster:Cluster", "aws:rds/instance:Instance")


@rule(
    title="A web application firewall refuses floods, known bad inputs and injections",
    title_zh="Web 应用防火墙阻断请求洪泛、已知恶意输入与注入",
    severity=Severity.LOW,
    types=(ACL,),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="One machine that asks too often takes the entry from everybody, and an injection asks the database directly.",
    fix="Add a rate-based rule that blocks, and the groups that the finding names, without an override to count.",
    good='{"name": "rate", "action": {"block": {}}, "statement": {"rate_based_statement": {"limit": 20000, ...}}, ...}',
    bad='aws.wafv2.WebAcl("entry", default_action={"allow": {}}, rules=[common], ...)',
)
def web_firewall_refuses_more(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Advice. Reads the same rules as web-firewall-refuses-attacks. One must limit the rate of requests; AWS's group of known
    bad inputs must be among them, and its group against SQL injection where the program has a relational database; a
    group of a vendor or of the hospital's own takes the place of a group.

    Sources: AWS WAF developer guide, "Baseline rule groups" and "Rate-based rule statement" (K)."""
    yield from refuses(resource, facts, (RATE,), (KNOWN, OTHER), *_injections(facts))


def _injections(facts: Facts) -> Iterator[tuple[str, ...]]:
    if next(facts.graph.of_type(*_DATABASES), None) is not None:
        yield SQL, OTHER
