from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of

_PATH = "deleteProtection"


@rule(
    title="A live network firewall cannot be deleted by mistake",
    title_zh="运行期间网络防火墙启用删除保护",
    severity=Severity.MEDIUM,
    types=("aws:networkfirewall/firewall:Firewall",),
    data_classes="3-5",
    why="Without the firewall the way out is shut or, after the next change of a route, open.",
    fix="Set delete_protection=True; lift it in a change of its own before the firewall is taken down.",
    good='aws.networkfirewall.Firewall("out", delete_protection=True, ...)',
    bad='aws.networkfirewall.Firewall("out", ...)',
)
def firewall_deletion_protected(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `deleteProtection` of network firewalls, false where nothing is stated. Not applicable: a stack that is not live,
    on trial or being retired.

    Source: Security Hub control NetworkFirewall.9 (K)."""
    value = resource.get(_PATH)
    if not facts.context.is_live:
        yield not_applicable(resource, f"the stack is {facts.context.lifecycle}")
    else:
        yield decided(resource, _PATH, value, lambda v: one_of(v, True), "true while live")
