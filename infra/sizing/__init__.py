"""A hospital's demand -> tier, sizes, and what the design can hold. Arithmetic only: no resources, no network."""

from infra.sizing.plan import (
    DatabaseKind,
    DatabasePlan,
    Load,
    NodeCounts,
    Outlook,
    Plan,
    PlatformPlan,
    Promise,
    SitePlan,
    Sized,
    StandbyMode,
    StoragePlan,
)
from infra.sizing.planner import plan_hospital, plan_of
from infra.sizing.tiers import SizingErrors

__all__ = [
    "DatabaseKind",
    "DatabasePlan",
    "Load",
    "NodeCounts",
    "Outlook",
    "Plan",
    "PlatformPlan",
    "Promise",
    "SitePlan",
    "Sized",
    "SizingErrors",
    "StandbyMode",
    "StoragePlan",
    "plan_hospital",
    "plan_of",
]
