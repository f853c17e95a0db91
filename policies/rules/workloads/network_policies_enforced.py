from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, not_applicable, rule
from policies.resolve import decoded
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_SWITCH: Final = "enableNetworkPolicy"


@rule(
    title="The cluster's network enforces network policies",
    title_zh="集群网络插件执行网络策略",
    severity=Severity.LOW,
    types=("aws:eks/addon:Addon",),
    data_classes="3-5",
    why="A network policy that nobody enforces is accepted, listed, and closes nothing.",
    fix='Set "enableNetworkPolicy": "true" in the addon\'s configuration_values.',
    good='aws.eks.Addon("cni", addon_name="vpc-cni", configuration_values=\'{"enableNetworkPolicy": "true"}\')',
    bad='aws.eks.Addon("cni", addon_name="vpc-cni")',
)
def network_policies_enforced(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enableNetworkPolicy` in the settings of EKS's addon vpc-cni, which is off where nothing is stated. Another
    engine (Calico, Cilium) may enforce them in its place: that no addon shows. Not applicable: other addons, trials and
    synthetic data.

    Source: Amazon EKS user guide, "Limit Pod traffic with Kubernetes network policies" (K)."""
    if resource.get("addonName") != "vpc-cni":
        return
    if facts.context.is_dispensable:
        yield not_applicable(resource, "synthetic data")
        return
    stated = resource.get("configurationValues")
    settings = decoded(stated)
    value = settings.get(_SWITCH) if isinstance(settings, Mapping) else stated if is_hidden(stated) else None
    yield decided(resource, f"configurationValues.{_SWITCH}", value, lambda v: one_of(v, True), '"true"')
