"""The one translator: what a hospital states, and what its demand comes to, become components.

The only file that knows both vocabularies. It decides which components there are and how they hang together; it makes
no resource of its own but the providers, one per account.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from components.account_baseline import AccountBaseline, BaselineMode
from components.alarm_topic import AlarmTopic
from components.application_platform import ApplicationPlatform
from components.audit_trail_bucket import AuditTrailBucket
from components.data_center import DataCenter
from components.database_settings import DatabaseKind
from components.deploy_actions import DeployScope
from components.encrypted_storage import AccessPattern, EncryptedStorage
from components.entry_domain import ZoneOrigin
from components.failover_load_balancer import FailoverLoadBalancer
from components.failover_records import DataCentreRole
from components.log_archive import LogArchive
from components.node_group import NodeArchitecture
from components.placement import Lifecycle, Placement, physical_name, role_arn
from components.record_database import RecordDatabase
from components.region_link import LinkedNetwork, RegionLink
from components.regional_entry import Exposure
from components.session_table import SessionTable
from infra.settings import Hospital
from infra.settings.kinds import Origin, Tier
from infra.sizing import NodeCounts, Plan, StandbyMode
from jurisdictions import RecordKind

_TARGET_PORT = 30443
_STORES = (
    ("documents", RecordKind.INPATIENT, AccessPattern.DOCUMENTS),
    ("images", RecordKind.IMAGING, AccessPattern.IMAGES),
)


def build(hospital: Hospital, plan: Plan) -> None:
    """Registers the whole hospital."""
    _Blueprint(hospital, plan).build()


class _Blueprint:
    """One hospital on its way from settings to components; each method makes one family."""

    def __init__(self, hospital: Hospital, plan: Plan):
        self.hospital, self.plan = hospital, plan
        self.regions = {key: centre.region for key, centre in hospital.data_centres.items()}
        self.providers: dict[str, aws.Provider] = {}
        self.topics: dict[str, list[pulumi.Resource]] = {}
        self.archives: dict[str, LogArchive] = {}
        self.networks: dict[str, DataCenter] = {}
        self.platforms: dict[str, ApplicationPlatform] = {}

    def build(self) -> None:
        self._providers()
        self._foundations()
        self._accounts()
        self._storage()
        self._networks()
        entry = self._entry()
        self._platforms(entry)
        self._database()
        self._sessions()

    # -- what every component takes

    @property
    def synthetic(self) -> bool:
        """Whether the stores hold synthetic data: then they are of class 2 and kept for a day."""
        return self.hospital.data.value == "synthetic"

    def data_class(self, of_patients: int) -> int:
        return 2 if self.synthetic else of_patients

    def record_kind(self, kind: RecordKind) -> RecordKind:
        return RecordKind.SYNTHETIC if self.synthetic else kind

    def placement(self, account: str = "workload") -> Placement:
        """For whom and where, in one of the hospital's accounts."""
        return {
            "hospital": self.hospital.short_name,
            "account_id": self.hospital.accounts.by_role()[account].id,
            "jurisdiction": self.hospital.jurisdiction,
            "lifecycle": Lifecycle(self.hospital.lifecycle.value),
        }

    def options(self, account: str = "workload", *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """The account's provider; the account's alarm topics, which are named by ARN only, and `after` come first."""
        first = [*self.topics.get(account, ()), *after]
        return pulumi.ResourceOptions(provider=self.providers[account], depends_on=first)

    def partner(self, argument: str) -> dict[str, str]:
        """The partner region under the name a component gives it; nothing in a stack of one region."""
        return {argument: self.hospital.standby.region} if self.hospital.standby else {}

    # -- accounts

    def _providers(self) -> None:
        """One explicit provider per account: the region of a resource is its own argument."""
        for role, account in self.hospital.accounts.by_role().items():
            deploy_role = account.deploy_role_arn
            if deploy_role is None and role != "workload":
                deploy_role = role_arn(self.placement(role), "deploy")
            self.providers[role] = aws.Provider(
                f"account-{role}",
                region=self.hospital.primary.region,
                allowed_account_ids=[account.id],
                assume_roles=[{"role_arn": deploy_role}] if deploy_role else None,
            )

    def _foundations(self) -> None:
        """What everything else names: each account's alarm topics, the workload's access-log buckets."""
        contacts = self.hospital.contacts
        emails = {"operations": contacts.operations_email, "security": contacts.security_email}
        for role in self.providers:
            made: list[pulumi.Resource] = [
                AlarmTopic(
                    f"account-{role}-{key}-alarms",
                    {"placement": self.placement(role), "region": region, "emails": emails},
                    opts=self.options(role),
                )
                for key, region in self.regions.items()
            ]
            self.topics[role] = made
        for key, region in self.regions.items():
            self.archives[key] = LogArchive(
                f"{key}-logs", {"placement": self.placement(), "region": region}, opts=self.options()
            )

    def _accounts(self) -> None:
        """Trail, detectors, guard rails and roles of every account; logs in an account of their own where named."""
        accounts = self.hospital.accounts.by_role()
        home = self.hospital.primary.region
        audit = None
        log = self.hospital.accounts.log
        if log is not None and log.baseline is Origin.MANAGED:
            audit = AuditTrailBucket(
                "account-log-audit",
                {
                    "placement": self.placement("log"),
                    "region": home,
                    "writer_account_ids": [account.id for account in accounts.values()],
                },
                opts=self.options("log"),
            )
        for role, account in accounts.items():
            after = [audit] if audit else []
            args: dict[str, Any] = {
                "placement": self.placement(role),
                "mode": BaselineMode(account.baseline.value),
                "region": home,
                "regions": list(self.regions.values()),
                "scopes": list(DeployScope) if role == "workload" else [DeployScope.STORES],
                "sensitive_buckets": self._sensitive_buckets() if role == "workload" else [],
                "sensitive_tables": [],
            }
            if audit and log:
                args |= {"log_account_id": log.id, "log_key_arn": audit.key_arn}
            if self.hospital.ci:
                args["ci"] = self._pipeline()
            if role != "workload":
                args["pipeline_account_id"] = self.hospital.accounts.workload.id
            AccountBaseline(f"account-{role}-baseline", args, opts=self.options(role, *after))  # type: ignore[arg-type]

    def _sensitive_buckets(self) -> list[str]:
        """The names of the buckets whose every access is recorded."""
        if self.data_class(4) < 4:
            return []
        placement, names = self.placement(), []
        for role, _, _ in _STORES:
            names.append(physical_name(placement, self.hospital.primary.region, role))
            if self.hospital.standby:
                names.append(physical_name(placement, self.hospital.standby.region, f"{role}-replica"))
        return sorted(names)

    def _pipeline(self) -> dict[str, str]:
        ci = self.hospital.ci
        assert ci is not None  # noqa: S101  the caller asked
        stated = {"issuer": ci.oidc_issuer, "audience": ci.audience, "subject": ci.subject}
        return {**stated, **({"audit_subject": ci.audit_subject} if ci.audit_subject else {})}

    # -- stores

    def _storage(self) -> None:
        """Documents and images: each in a bucket of its own, with a key of its own."""
        for role, kind, pattern in _STORES:
            EncryptedStorage(
                role,
                {
                    "placement": self.placement(),
                    "region": self.hospital.primary.region,
                    "role": role,
                    "data_class": self.data_class(4),
                    "record_kind": self.record_kind(kind),
                    "access_pattern": pattern,
                    **self.partner("replica_region"),
                },
                opts=self.options("workload", *self.archives.values()),
            )

    def _database(self) -> None:
        """The record database, next to the applications, with its standby where the tier has one."""
        sizes, centres = self.plan.database, self._networked()
        args: dict[str, Any] = {
            "placement": self.placement(),
            "region": self.hospital.primary.region,
            "kind": DatabaseKind(sizes.kind.value),
            "data_class": self.data_class(4),
            "record_kind": self.record_kind(RecordKind.INPATIENT),
            "instance_class": sizes.instance_class.value,
            "instances": sizes.instances.value,
            "backup_retention_days": sizes.backup_retention_days.value,
            "vpc_ids": {self.regions[key]: self.networks[key].vpc_id for key in centres},
            "subnet_ids": {self.regions[key]: _values(self.networks[key].data_subnet_ids) for key in centres},
            "client_security_groups": {
                self.regions[key]: {"applications": platform.node_security_group_id}
                for key, platform in self.platforms.items()
            },
        }
        if self.hospital.standby_key in centres:
            args |= {**self.partner("standby_region"), "standby_instances": sizes.standby_instances.value}
        if not self.platforms:  # applications run at the sites
            args["client_cidrs"] = {
                self.regions[key]: {site: edge.cidr for site, edge in self.hospital.edge_sites.items()}
                for key in centres
            }
        optional = {
            "minimum_acu": sizes.minimum_acu,
            "maximum_acu": sizes.maximum_acu,
            "storage_gib": sizes.storage_gib,
            "maximum_storage_gib": sizes.maximum_storage_gib,
        }
        args |= {key: sized.value for key, sized in optional.items() if sized is not None}
        RecordDatabase("database", args, opts=self.options())  # type: ignore[arg-type]

    def _sessions(self) -> None:
        """State that must survive the loss of a region, where sessions do."""
        if self.plan.session_table:
            SessionTable(
                "sessions",
                {
                    "placement": self.placement(),
                    "region": self.hospital.primary.region,
                    "data_class": self.data_class(3),
                    **self.partner("replica_region"),
                },
                opts=self.options(),
            )

    # -- networks, applications

    def _networked(self) -> list[str]:
        """The data centres with a network: all but a standby that only keeps copies."""
        only_copies = self.plan.standby_mode is StandbyMode.NONE
        return [key for key in self.regions if not (only_copies and key == self.hospital.standby_key)]

    def _networks(self) -> None:
        """A network per data centre, joined where there are two."""
        entry = self.hospital.clinical_entry
        keys = self._networked()
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
                    **({} if runs and self._has_platform() else {"endpoints": []}),
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

    def _entry(self) -> FailoverLoadBalancer | None:
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
                    "subnet_ids": _values(
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

    def _platforms(self, entry: FailoverLoadBalancer | None) -> None:
        """The cluster of each data centre in which applications run, its nodes behind the entry."""
        platform = self.plan.platform
        running = self._running()
        for key, counts in running.items() if platform and entry else ():
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
                    "subnet_ids": _values(self.networks[key].application_subnet_ids),
                    "node_instance_type": platform.node_instance_type.value,
                    "node_architecture": NodeArchitecture(platform.architecture),
                    "nodes": {
                        "minimum": counts.minimum.value,
                        "desired": counts.desired.value,
                        "maximum": counts.maximum.value,
                    },
                    "administrator_role_arns": {
                        "deploy": role_arn(placement, "deploy"),
                        "break-glass": role_arn(placement, "break-glass"),
                    },
                    "auditor_role_arns": {"audit": role_arn(placement, "audit")},
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


def _values(by_zone: dict[str, pulumi.Output[str]]) -> list[pulumi.Input[str]]:
    """Subnets in the order of their zones' names."""
    return [by_zone[zone] for zone in sorted(by_zone)]
