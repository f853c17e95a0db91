"""Demand and distance -> each edge site's line, round trip and availability."""

from __future__ import annotations

from infra.settings.errors import Problem
from infra.settings.kinds import Connection, SiteKind
from infra.settings.model import Hospital
from infra.settings.places import EdgeSite
from infra.sizing.coefficients import catalogue, value
from infra.sizing.plan import Load, SitePlan, Sized, sized, written
from infra.sizing.tiers import SizingErrors

_ACCESS = {
    Connection.DIRECT_CONNECT: "direct_connect_access_ms",
    Connection.SD_WAN: "sd_wan_access_ms",
    Connection.NONE: "internet_access_ms",
}
_LINE = {
    Connection.DIRECT_CONNECT: "line_direct_connect",
    Connection.SD_WAN: "line_sd_wan",
    Connection.NONE: "line_none",
}


def site_plans(hospital: Hospital, load: Load, path_availability_percent: float) -> dict[str, SitePlan]:
    """Every edge site, by its key."""
    shares = demand_shares(hospital.edge_sites)
    return {
        key: SitePlan(
            bandwidth_mbps=_bandwidth(key, site, shares[key], load),
            round_trip_ms=_round_trip(hospital, site),
            standby_round_trip_ms=_standby_round_trip(hospital, site),
            availability_percent=_availability(key, site, path_availability_percent),
        )
        for key, site in hospital.edge_sites.items()
    }


def demand_shares(sites: dict[str, EdgeSite]) -> dict[str, float]:
    """Each site's part of the demand, 0 to 1: as stated; what is left is divided by kind of site."""
    stated = {k: s.demand_share_percent / 100 for k, s in sites.items() if s.demand_share_percent is not None}
    weights = {
        key: value("campus_weight" if site.kind is SiteKind.CAMPUS else "clinic_weight")
        for key, site in sites.items()
        if key not in stated
    }
    left = max(0.0, 1 - sum(stated.values()))
    return {key: stated[key] if key in stated else left * weights[key] / sum(weights.values()) for key in sites}


def _bandwidth(key: str, site: EdgeSite, share: float, load: Load) -> Sized[int]:
    """The smallest line that carries the site's images and users at the planned load."""
    images = load.image_ingest_mbps.value / value("lossless_factor") * (1 + value("reading_factor"))
    users = load.concurrent_users.value * value("user_kbps") / 1000
    needed = (images + users) * share / value("line_load")
    how = (
        f"({written(load.image_ingest_mbps.value)} / {value('lossless_factor'):g} x {1 + value('reading_factor'):g} + "
        f"{load.concurrent_users.value:,} users x {value('user_kbps') / 1000:g}) x {share * 100:.3g} % / "
        f"{value('line_load'):g} = {written(needed)}"
    )
    lines = catalogue().line_mbps
    line = next((size for size in lines if size >= needed), None)
    if line is None:
        raise SizingErrors(
            Problem(
                ("edge_sites", key),
                None,
                f"needs a line of {needed:,.0f} Mbit/s; the largest has {lines[-1]:,}: divide the site",
            )
        )
    return sized(f"line of {key}", line, "Mbit/s", how, site.bandwidth_mbps)


def _round_trip(hospital: Hospital, site: EdgeSite) -> Sized[float]:
    region = hospital.primary.region
    if site.measured_round_trip_ms is not None:
        return sized(f"round trip to {region}", site.measured_round_trip_ms, "ms", "measured by the hospital")
    return _by_table(hospital, site, region)


def _standby_round_trip(hospital: Hospital, site: EdgeSite) -> Sized[float] | None:
    """None without a standby, and for a city that the table does not have."""
    if hospital.standby is None or (site.city, hospital.standby.region) not in hospital.law.rtt_ms:
        return None
    return _by_table(hospital, site, hospital.standby.region)


def _by_table(hospital: Hospital, site: EdgeSite, region: str) -> Sized[float]:
    distance, access = hospital.law.rtt_ms[(site.city, region)], value(_ACCESS[site.connection])
    how = f"{distance:g} {site.city} to {region} + {access:g} access by {site.connection.value}"
    return sized(f"round trip to {region}", round(distance + access, 3), "ms", how)


def _availability(key: str, site: EdgeSite, path_percent: float) -> Sized[float]:
    line = value(_LINE[site.connection])
    return sized(
        f"availability at {key}",
        path_percent * line / 100,
        "percent",
        f"{path_percent:.5g} % x line {line:g} % ({site.connection.value}); the site works on without its line",
    )
