"""What must fit together across a stack file. One check, one function; each reads only the parts it needs and yields
nothing while one of them is missing or wrong."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import date

import jurisdictions
from infra.settings.draft import Draft
from infra.settings.errors import Path, Problem, did_you_mean, listed, shown
from infra.settings.kinds import DataCentreRole, Exposure, Lifecycle, Origin


def problems(draft: Draft, today: date) -> Iterator[Problem]:
    """Everything that does not fit together."""
    yield from _retirement(draft, today)
    for check in _CHECKS:
        yield from check(draft)


def _law(draft: Draft) -> jurisdictions.Jurisdiction | None:
    known = draft.jurisdiction in jurisdictions.names()
    return jurisdictions.load(draft.jurisdiction) if draft.jurisdiction and known else None


def _jurisdiction(draft: Draft) -> Iterator[Problem]:
    name, known = draft.jurisdiction, jurisdictions.names()
    if name is not None and name not in known:
        yield Problem(
            ("jurisdiction",),
            name,
            f"{shown(name)} is not a jurisdiction here; allowed: {listed(known)}{did_you_mean(name, known)}",
        )


def _retirement(draft: Draft, today: date) -> Iterator[Problem]:
    if draft.lifecycle is not Lifecycle.RETIRING or "retirement" not in draft.whole:
        return
    if draft.retirement is None:
        yield Problem(("retirement",), None, "is missing; a retiring stack says owner, reason and expires_on (a date)")
    elif draft.retirement.expires_on < today:
        day = draft.retirement.expires_on.isoformat()
        yield Problem(
            ("retirement", "expires_on"),
            day,
            f"'{day}' is past (today is {today.isoformat()}), so the stack may not retire any more; "
            "set a later day, or lifecycle back to live",
        )


def _roles(draft: Draft) -> Iterator[Problem]:
    if draft.data_centres is None or "data_centres" not in draft.whole:
        return
    for role in DataCentreRole:
        keys = [key for key, centre in draft.data_centres.items() if centre.role is role]
        if len(keys) > 1:
            yield Problem(
                ("data_centres", keys[1], "role"),
                role.value,
                f"'{role.value}' is the role of {keys[0]} too; one data centre is primary, the other is standby",
            )
            return
    if not any(centre.role is DataCentreRole.PRIMARY for centre in draft.data_centres.values()):
        yield Problem(("data_centres",), None, "has no primary; one data centre has role: primary")


def _regions(draft: Draft) -> Iterator[Problem]:
    law = _law(draft)
    for key, centre in (draft.data_centres or {}).items():
        path: Path = ("data_centres", key, "region")
        if law is not None:
            yield from _region_of(law, path, centre.region)
        elif jurisdictions.partition_of_region(centre.region) is None:
            yield Problem(path, centre.region, f"{shown(centre.region)} is not the name of an AWS region")


def _region_of(law: jurisdictions.Jurisdiction, path: Path, region: str) -> Iterator[Problem]:
    if region in law.regions:
        return
    allowed = f"allowed: {listed(law.regions)}"
    if jurisdictions.partition_of_region(region) is None:
        message = f"{shown(region)} is not a region of {law.id}; {allowed}{did_you_mean(region, law.regions)}"
    else:
        message = f"{shown(region)} is an AWS region outside {law.id}, where this hospital's data must stay; {allowed}"
    yield Problem(path, region, message)


def _two_regions(draft: Draft) -> Iterator[Problem]:
    centres = list((draft.data_centres or {}).items())
    if len(centres) != 2 or centres[0][1].region != centres[1][1].region:
        return
    standby = [key for key, centre in centres if centre.role is DataCentreRole.STANDBY] or [centres[1][0]]
    region = centres[0][1].region
    law = _law(draft)
    others = [name for name in law.regions if name != region] if law else []
    allowed = f"; allowed: {listed(others)}" if others else "; leave the standby out to use one region"
    yield Problem(
        ("data_centres", standby[-1], "region"),
        region,
        f"{shown(region)} is the region of both data centres, which one disaster would take; "
        f"a standby stands in another region{allowed}",
    )


def _networks(draft: Draft) -> Iterator[Problem]:
    """Networks that are joined must not share an address. Sorted by first address, a network that overlaps any
    overlaps the one before it that reaches furthest."""
    named: list[tuple[ipaddress.IPv4Network, Path]] = []
    for block, places in (("data_centres", draft.data_centres), ("edge_sites", draft.edge_sites)):
        for key, place in (places or {}).items():
            named.append((ipaddress.IPv4Network(place.cidr), (block, key, "cidr")))
    order = {path: place for place, (_, path) in enumerate(named)}
    named.sort(key=lambda item: (int(item[0].network_address), item[0].prefixlen))
    furthest: tuple[ipaddress.IPv4Network, Path] | None = None
    for network, path in named:
        if furthest and network.overlaps(furthest[0]):
            first, second = sorted(((network, path), furthest), key=lambda item: order[item[1]])
            yield Problem(
                second[1],
                str(second[0]),
                f"'{second[0]}' overlaps {first[0]} of {first[1][0]}.{first[1][1]}; "
                "every data centre and site has addresses of its own",
            )
        if furthest is None or int(network.broadcast_address) > int(furthest[0].broadcast_address):
            furthest = network, path


def _names(draft: Draft) -> Iterator[Problem]:
    for key in (draft.edge_sites or {}).keys() & (draft.data_centres or {}).keys():
        yield Problem(
            ("edge_sites", key), key, f"'{key}' is the name of a data centre too; names of resources come from it"
        )


def _accounts(draft: Draft) -> Iterator[Problem]:
    accounts = draft.accounts
    if accounts is None:
        return
    seen: dict[str, str] = {}
    for role, account in accounts.by_role().items():
        path: Path = ("accounts", role)
        first = seen.setdefault(account.id, role)
        if first == "workload" != role:
            yield Problem(
                (*path, "id"),
                account.id,
                f"'{account.id}' is the workload account too; copies that it could delete protect nothing: "
                f"name another account, or leave {role} out",
            )
        elif first != role:
            yield Problem(
                (*path, "id"),
                account.id,
                f"'{account.id}' is the {first} account too, and an account has one baseline: "
                f"name another account, or leave {role} out",
            )
        if account.deploy_role_arn:
            yield from _role(draft, (*path, "deploy_role_arn"), account.deploy_role_arn, account.id)


def _role(draft: Draft, path: Path, arn: str, account_id: str) -> Iterator[Problem]:
    _, partition, _, _, owner, _ = arn.split(":", 5)
    law = _law(draft)
    if owner != account_id:
        yield Problem(path, arn, f"{shown(arn)} is a role of account {owner}; wanted: a role of account {account_id}")
    elif law and partition != law.partition.id:
        yield Problem(path, arn, f"{shown(arn)} is in partition {partition}; {law.id} is in {law.partition.id}")


def _cities(draft: Draft) -> Iterator[Problem]:
    law = _law(draft)
    primary = _primary_region(draft)
    if law is None or primary not in law.regions:
        return
    known = sorted(place for place, region in law.rtt_ms if region == primary and place not in law.regions)
    for key, site in (draft.edge_sites or {}).items():
        if site.measured_round_trip_ms is None and site.city not in known:
            near = did_you_mean(site.city, known) or did_you_mean(site.city.title(), known)
            yield Problem(
                ("edge_sites", key, "city"),
                site.city,
                f"no round trip from {shown(site.city)} to {primary} is known; state measured_round_trip_ms, "
                f"or a city near by: {listed(known, 40)}{near}",
            )


def _primary_region(draft: Draft) -> str | None:
    centres = (draft.data_centres or {}).values()
    return next((centre.region for centre in centres if centre.role is DataCentreRole.PRIMARY), None)


def _shares(draft: Draft) -> Iterator[Problem]:
    total = 0.0
    for key, site in (draft.edge_sites or {}).items():
        total += site.demand_share_percent or 0
        if total > 100.000001:
            yield Problem(
                ("edge_sites", key, "demand_share_percent"),
                site.demand_share_percent,
                f"the shares of all sites up to this one come to {total:g} percent; allowed: 100 in all",
            )
            return


def _demand(draft: Draft) -> Iterator[Problem]:
    demand = draft.demand
    if demand is not None and demand.outpatients_per_day == 0 and demand.inpatients == 0:
        yield Problem(
            ("demand", "outpatients_per_day"),
            0,
            "0 outpatients a day and 0 inpatients are no hospital; state at least one of them",
        )


def _entry(draft: Draft) -> Iterator[Problem]:
    entry, law = draft.clinical_entry, _law(draft)
    if entry is None:
        return
    path: Path = ("clinical_entry",)
    china = law is not None and law.partition.id == "aws-cn"
    if china and entry.exposure is Exposure.PUBLIC and entry.icp_filing_number is None:
        yield Problem(
            (*path, "icp_filing_number"),
            None,
            "is missing; a public entry in mainland China needs the domain's ICP filing, such as 京ICP备12345678号-1",
        )
    if law is not None and not china and entry.icp_filing_number is not None:
        yield Problem(
            (*path, "icp_filing_number"), entry.icp_filing_number, f"is for mainland China only, not for {law.id}"
        )
    if entry.hosted_zone is Origin.EXISTING and entry.hosted_zone_id is None:
        yield Problem((*path, "hosted_zone_id"), None, "is missing; an existing zone is referred to by its id")
    if entry.hosted_zone is Origin.MANAGED and entry.hosted_zone_id is not None:
        yield Problem(
            (*path, "hosted_zone_id"),
            entry.hosted_zone_id,
            "is for an existing zone; this one is managed: remove the id, or set hosted_zone: existing",
        )


def _mlps(draft: Draft) -> Iterator[Problem]:
    law, protection = _law(draft), draft.protection
    if law and protection and protection.mlps_level is not None and law.partition.id != "aws-cn":
        yield Problem(
            ("protection", "mlps_level"),
            protection.mlps_level,
            f"is for mainland China only (GB/T 22239-2019), not for {law.id}; remove it",
        )


def _ci(draft: Draft) -> Iterator[Problem]:
    if draft.ci is None:
        return
    for name in ("subject", "audit_subject"):
        value = getattr(draft.ci, name)
        if value and value.lstrip().startswith("*"):
            yield Problem(
                ("ci", name), value, f"{shown(value)} lets every pipeline of the issuer in; name the project and branch"
            )


def _verified(draft: Draft) -> Iterator[Problem]:
    law = _law(draft)
    if law is None:
        return
    for index, row in enumerate(draft.verified_capabilities or ()):
        path: Path = ("verified_capabilities", index)
        region = law.regions.get(row.region)
        if region is None:
            yield from _region_of(law, (*path, "region"), row.region)
            continue
        known = sorted(region.capabilities)
        if row.capability not in known:
            yield Problem(
                (*path, "capability"),
                row.capability,
                f"{shown(row.capability)} is not a capability of {row.region}; "
                f"allowed: {listed(known, 60)}{did_you_mean(row.capability, known)}",
            )
        elif region.capability(row.capability).availability is jurisdictions.Availability.ABSENT:
            yield Problem(
                (*path, "capability"),
                row.capability,
                f"{shown(row.capability)} is known to be absent from {row.region}; only what is unverified can be "
                "verified here",
            )


_CHECKS = (
    _jurisdiction,
    _roles,
    _regions,
    _two_regions,
    _networks,
    _names,
    _accounts,
    _cities,
    _shares,
    _demand,
    _entry,
    _mlps,
    _ci,
    _verified,
)
