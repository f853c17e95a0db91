"""Load -> the cluster that hospital applications run on: nodes for the peak, and for the peak after a zone is lost."""

from __future__ import annotations

import math

from infra.settings.errors import Problem
from infra.settings.kinds import Tier
from infra.settings.model import Hospital
from infra.sizing.coefficients import architecture_of, catalogue, value, vcpu_of
from infra.sizing.plan import Load, NodeCounts, PlatformPlan, Sized, StandbyMode, sized, written
from infra.sizing.tiers import SizingErrors


def platform(hospital: Hospital, tier: Tier, load: Load, mode: StandbyMode) -> PlatformPlan | None:
    """The application platform; None in the clinic tier, whose applications run at the site."""
    if tier is Tier.CLINIC:
        return None
    node_type = sized(
        "node type",
        catalogue().node_types[tier.value],
        "",
        f"for tier {tier.value}; x86_64, as most hospital applications are shipped",
        hospital.pins.node_instance_type,
    )
    zones = len(hospital.law.regions[hospital.primary.region].zones)
    desired = _desired(hospital, tier, load, node_type.value, zones)
    primary = _counts(desired, zones)
    standby = None
    if mode is StandbyMode.WARM and hospital.standby is not None:
        standby_zones = len(hospital.law.regions[hospital.standby.region].zones)
        standby = _warm(primary, standby_zones)
    return PlatformPlan(node_type, architecture_of(node_type.value), primary, standby)


def _desired(hospital: Hospital, tier: Tier, load: Load, node_type: str, zones: int) -> Sized[int]:
    """Nodes for the peak, so many in each zone that the others carry it when one zone is lost."""
    busy = load.peak_transactions_per_s.value * load.headroom.value * value("cpu_s_per_transaction")
    base = value(f"{tier.value}_base_vcpu")
    vcpu = busy / value("cpu_target") + base
    for_peak = math.ceil(round(vcpu / vcpu_of(node_type), 6))
    nodes = math.ceil(for_peak / max(1, zones - 1)) * zones
    if nodes > value("most_nodes"):
        raise SizingErrors(
            Problem(("demand",), None, f"needs {nodes:,} nodes; one node group has at most {value('most_nodes'):g}")
        )
    how = (
        f"{written(load.peak_transactions_per_s.value)} transactions/s x {load.headroom.value:g} x "
        f"{value('cpu_s_per_transaction'):g} s / {value('cpu_target'):g} + {base:g} = {written(vcpu)} vCPU = "
        f"{for_peak} nodes of {vcpu_of(node_type)}; over {zones} zones, the peak without one: {nodes}"
    )
    return sized("nodes", nodes, "in the primary region", how, hospital.pins.nodes)


def _counts(desired: Sized[int], zones: int) -> NodeCounts:
    """Never fewer than one node a zone, half as many again at most."""
    return NodeCounts(
        minimum=sized("nodes at least", min(zones, desired.value), "", "one in each zone"),
        desired=desired,
        maximum=sized(
            "nodes at most",
            math.ceil(desired.value * value("node_growth") / zones) * zones,
            "",
            f"{desired.value} x {value('node_growth'):g}, whole zones",
        ),
    )


def _warm(primary: NodeCounts, zones: int) -> NodeCounts:
    """A part of the primary's nodes runs; it can grow to all of them."""
    running = max(zones, math.ceil(primary.desired.value * value("warm_share")))
    return NodeCounts(
        minimum=sized("standby nodes at least", zones, "", "one in each zone"),
        desired=sized(
            "standby nodes",
            running,
            "in the standby region",
            f"{primary.desired.value} x {value('warm_share'):g}, at least one in each zone",
        ),
        maximum=sized("standby nodes at most", max(primary.maximum.value, running), "", "as many as in the primary"),
    )
