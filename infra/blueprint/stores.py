"""Stores: buckets, database, sessions, backups, and the sites that write into them."""

from __future__ import annotations

from typing import Any

from components.backup_vault import BackupVault, vault_arn
from components.daily_backup import DailyBackup
from components.database_settings import DatabaseKind
from components.edge_site import EdgeSite, SiteKind
from components.encrypted_storage import EncryptedStorage
from components.placement import physical_name
from components.record_database import RecordDatabase
from components.session_table import SessionTable
from components.site_hub import SiteConnection, SiteHub
from infra.blueprint.frame import STORES, Frame, by_zone
from jurisdictions import RecordKind

_BACKUP_DAYS = 35
"""How long a recovery point lives: longer than a month's mistake goes unnoticed. Records are kept by the stores."""


class Stores(Frame):
    """Where data lie."""

    def make_storage(self) -> None:
        """Documents and images: each in a bucket of its own, with a key of its own."""
        for role, kind, pattern in STORES:
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

    def make_database(self) -> None:
        """The record database, next to the applications, with its standby where the tier has one."""
        sizes, centres = self.plan.database, self.networked()
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
            "subnet_ids": {self.regions[key]: by_zone(self.networks[key].data_subnet_ids) for key in centres},
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
        if self.hospital.accounts.backup:
            args["copied_to_accounts"] = [self.hospital.accounts.backup.id]
        RecordDatabase("database", args, opts=self.options())  # type: ignore[arg-type]

    def make_sessions(self) -> None:
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

    def make_backup(self) -> None:
        """The daily plan of the workload account, and the isolated vault where an account of its own is named."""
        isolated: dict[str, str] = {}
        account = self.hospital.accounts.backup
        away = self.hospital.standby or self.hospital.primary
        after = []
        if account is not None:
            args = {
                "placement": self.placement("backup"),
                "region": away.region,
                "retention_days": _BACKUP_DAYS,
                "data_class": self.data_class(4),
                "from_accounts": [self.hospital.accounts.workload.id],
            }
            after.append(BackupVault("account-backup-vault", args, opts=self.options("backup")))  # type: ignore[arg-type]
            isolated = {away.region: vault_arn(self.placement("backup"), away.region)}
        DailyBackup(
            "backup",
            {
                "placement": self.placement(),
                "region": self.hospital.primary.region,
                "retention_days": _BACKUP_DAYS,
                "data_class": self.data_class(4),
                "isolated_vaults": isolated,
                "restore_networks": {
                    self.regions[key]: {"vpc_id": network.vpc_id, "subnet_ids": by_zone(network.data_subnet_ids)}
                    for key, network in self.networks.items()
                },
                **self.partner("partner_region"),
            },
            opts=self.options("workload", *after),
        )

    def make_sites(self) -> None:
        """The cloud's side of every campus and clinic."""
        stated = self.hospital.edge_sites
        if not stated:
            return
        placement, home = self.placement(), self.hospital.primary.region
        hub = SiteHub(
            "sites",
            {
                "placement": placement,
                "region": home,
                "sites": {
                    key: {"connection": SiteConnection(site.connection.value), "cidr": site.cidr}
                    for key, site in stated.items()
                },
                "networks": {
                    key: {
                        "region": self.regions[key],
                        "cidr": self.hospital.data_centres[key].cidr,
                        "vpc_id": network.vpc_id,
                        "application_subnet_ids": dict(network.application_subnet_ids),
                        "application_route_table_ids": dict(network.application_route_table_ids),
                        "endpoint_security_group_id": network.endpoint_security_group_id,
                    }
                    for key, network in self.networks.items()
                },
            },
            opts=self.options(),
        )
        buckets = {physical_name(placement, home, role): home for role, _, _ in STORES}
        for key, site in stated.items():
            args: dict[str, Any] = {
                "placement": placement,
                "region": home,
                "site": key,
                "kind": SiteKind(site.kind.value),
                "connection": SiteConnection(site.connection.value),
                "bandwidth_mbps": self.plan.sites[key].bandwidth_mbps.value,
                "buckets": buckets,
                "key_roles": [role for role, _, _ in STORES],
                "queue_key_arn": hub.key_arn,
            }
            if site.certificate_authority_pem:
                args["certificate_authority_pem"] = site.certificate_authority_pem
            EdgeSite(f"site-{key}", args, opts=self.options())  # type: ignore[arg-type]
