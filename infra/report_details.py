"""What a report says beside its findings: what would be built, how it was sized, what is promised. Plain data."""

from __future__ import annotations

from typing import Any

from infra.settings import Hospital
from infra.sizing import Plan, Promise
from policies.graph import Graph
from policies.reports.inventory import inventory


def details(hospital: Hospital, plan: Plan, graph: Graph) -> dict[str, Any]:
    """The details of the report of one of our own stacks."""
    return {
        "title": hospital.title,
        "stack": graph.stack,
        "project": graph.project,
        "jurisdiction": hospital.jurisdiction,
        "lifecycle": hospital.lifecycle.value,
        "resources": inventory(graph),
        **sizing(plan),
    }


def sizing(plan: Plan) -> dict[str, Any]:
    """Every size with its arithmetic, pinned beside computed; every promise beside what the design can hold."""
    return {
        "tier": plan.tier.value,
        "sizes": [
            {
                "path": path,
                "name": size.name,
                "value": size.value,
                "unit": size.unit,
                "computed": size.computed,
                "pinned": size.pinned,
                "arithmetic": size.arithmetic,
            }
            for path, size in plan.sizes()
        ],
        "promises": [_promise(promise) for promise in plan.promises],
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "name": promise.name,
        "promised": promise.promised,
        "computed": promise.computed,
        "unit": promise.unit,
        "holds": promise.holds,
        "arithmetic": promise.arithmetic,
    }
