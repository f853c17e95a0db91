"""Networks, the clinical entry, and the platform that hospital applications run on."""

from __future__ import annotations

from typing import Any

from components.application_platform import ApplicationPlatform
from components.data_center import DataCenter
from components.entry_domain import ZoneOrigin
from components.failover_load_balancer import FailoverLoadBalancer
from components.failover_records import DataCentreRole
from components.node_group import NodeArchitecture
from components.placement import role_arn
from components.private_endpoints import ESSENTIAL_ENDPOINTS, PLATFORM_ENDPOINTS, SITE_ENDPOINTS
from components.region_link import LinkedNetwork, RegionLink
from components.regional_entry import Exposure
from infra.blueprint.frame import Frame, by_zone
from infra.settings.kinds import Connection, Origin, Tier
from infra.sizing import NodeCounts, StandbyMode

_TARGET_PORT = 30443


class Applications(Frame):
    """What serves people."""

    def make_networks(self) -> None:
        """A network per data centre, joined where there are two."""
        entry = self.hospital.clinical_entry
        keys = self.networked()
        large = self.plan.tier_kind is Tier.TERTIARY
        for key in keys:
            centre = self.hospital.data_centres[key]
            runs = key == self.hospital.primary_key or self.plan.standby_mode is StandbyMode.WARM
            self.networks[key] = DataCenter(
                f"{key}-network",
                {
                    "placement": self.placement(),
                    "region": centre.region,
                    "cidr": centre.cidr,
                    "egress_allow_list": sorted(self.hospital.egress_allow_list)
                    if runs and self._has_platform()
                    else [],
                    "egress_per_zone": large,
                    "public_entry": bool(entry and entry.exposure.value == "public" and runs and self._has_platform()),
                    "transit": len(keys) > 1 or bool(self.hospital.edge_sites),
                    "own_domains": [entry.domain] if entry else [],
                    "trusted_account_ids": sorted(a.id for a in self.hospital.accounts.by_role().values())[1:],
                    "endpoints": self._endpoints(runs),
                },
                opts=self.options("workload", self.archives[key]),
            )
        if len(keys) == 2:
            primary, standby = self.hospital.primary_key, next(k for k in keys if k != self.hospital.primary_key)
            RegionLink(
                f"link-{primary}-{standby}",
                {"placement": self.placement(), "near": self._side(primary), "far": self._side(standby)},
                opts=self.options(),
            )

    def _endpoints(self, runs: bool) -> list[str]:
        """The services reached without the internet: what applications call where they run, what sites call over
        their lines. A standby without applications needs none."""
        if not runs:
            return []
        lines = any(site.connection is not Connection.NONE for site in self.hospital.edge_sites.values())
        wanted = {
            *(PLATFORM_ENDPOINTS if self._has_platform() else ESSENTIAL_ENDPOINTS),
            *(SITE_ENDPOINTS if lines else ()),
        }
        return sorted(wanted)

    def _side(self, key: str) -> LinkedNetwork:
        network = self.networks[key]
        return {
            "region": self.regions[key],
            "cidr": self.hospital.data_centres[key].cidr,
            "transit_gateway_id": network.transit_gateway_id,
            "transit_route_table_id": network.transit_route_table_id,
            "route_table_ids": dict(network.route_table_ids),
        }

    def _has_platform(self) -> bool:
        return self.plan.application_platform and self.hospital.clinical_entry is not None

    def _running(self) -> dict[str, NodeCounts]:
        """The data centres in which applications run, with their nodes."""
        platform = self.plan.platform
        if platform is None or not self._has_platform():
            return {}
        counts = {self.hospital.primary_key: platform.primary}
        if platform.standby is not None and self.hospital.standby_key:
            counts[self.hospital.standby_key] = platform.standby
        return counts

    def make_entry(self) -> FailoverLoadBalancer | None:
        """The clinical entry, in every data centre in which applications run."""
        stated = self.hospital.clinical_entry
        if stated is None or not self._running():
            return None
        public = stated.exposure.value == "public"
        args: dict[str, Any] = {
            "placement": self.placement(),
            "data_class": self.data_class(4),
            "exposure": Exposure(stated.exposure.value),
            "domain": stated.domain,
            "hosted_zone": ZoneOrigin(stated.hosted_zone.value),
            "target_port": _TARGET_PORT,
            "data_centres": {
                key: {
                    "region": self.regions[key],
                    "role": DataCentreRole(self.hospital.data_centres[key].role.value),
                    "vpc_id": self.networks[key].vpc_id,
                    "vpc_cidr": self.hospital.data_centres[key].cidr,
                    "subnet_ids": by_zone(
                        self.networks[key].public_subnet_ids if public else self.networks[key].application_subnet_ids
                    ),
                    "log_bucket": self.archives[key].bucket,
                }
                for key in self._running()
            },
        }
        if not public:
            args["client_cidrs"] = {site: edge.cidr for site, edge in self.hospital.edge_sites.items()}
        optional = {"hosted_zone_id": stated.hosted_zone_id, "icp_filing_number": stated.icp_filing_number}
        args |= {key: value for key, value in optional.items() if value is not None}
        return FailoverLoadBalancer("entry", args, opts=self.options())  # type: ignore[arg-type]

    def make_platforms(self, entry: FailoverLoadBalancer | None) -> None:
        """The cluster of each data centre in which applications run, its nodes behind the entry."""
        platform = self.plan.platform
        running = self._running()
        if platform is None or entry is None:
            return
        for key, counts in running.items():
            placement = self.placement()
            replicate = len(running) > 1 and key == self.hospital.primary_key
            self.platforms[key] = ApplicationPlatform(
                f"{key}-platform",
                {
                    "placement": placement,
                    "region": self.regions[key],
                    "data_class": self.data_class(4),
                    "vpc_id": self.networks[key].vpc_id,
                    "vpc_cidr": self.hospital.data_centres[key].cidr,
                    "subnet_ids": by_zone(self.networks[key].application_subnet_ids),
                    "node_instance_type": platform.node_instance_type.value,
                    "node_architecture": NodeArchitecture(platform.architecture),
                    "nodes": {
                        "minimum": counts.minimum.value,
                        "desired": counts.desired.value,
                        "maximum": counts.maximum.value,
                    },
                    "administrator_role_arns": self._roles("deploy", "break-glass"),
                    "auditor_role_arns": self._roles("audit"),
                    "entries": {
                        "clinical": {
                            "security_group_id": entry.security_group_ids.apply(lambda ids, k=key: ids[k]),
                            "target_port": _TARGET_PORT,
                            "target_group_arns": {
                                "traffic": entry.target_group_arns.apply(lambda arns, k=key: arns[k]),
                                "deep-check": entry.deep_target_group_arns.apply(lambda arns, k=key: arns[k]),
                            },
                        }
                    },
                    "peer_cidrs": {
                        **{k: c.cidr for k, c in self.hospital.data_centres.items() if k != key and k in self.networks},
                        **{f"site-{k}": site.cidr for k, site in self.hospital.edge_sites.items()},
                    },
                    "tls_cidrs": {"allowed-domains": "0.0.0.0/0"} if self.hospital.egress_allow_list else {},
                    **(
                        {"replicate_images_to": self.hospital.standby.region}
                        if replicate and self.hospital.standby
                        else {}
                    ),
                },
                opts=self.options("workload", self.archives[key]),
            )

    def _roles(self, *names: str) -> dict[str, str]:
        """Roles that bootstrap makes in the workload account; none where the account brings its own."""
        account = self.hospital.accounts.workload
        if account.baseline is Origin.MANAGED:
            return {name: role_arn(self.placement(), name) for name in names}
        return {"deploy": account.deploy_role_arn} if "deploy" in names and account.deploy_role_arn else {}
