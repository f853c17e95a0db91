"""Accounts: providers, alarm topics, log buckets, baselines."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from components.account_baseline import AccountBaseline, BaselineMode
from components.alarm_topic import AlarmTopic
from components.audit_trail_bucket import AuditTrailBucket
from components.log_archive import LogArchive
from components.placement import physical_name, role_arn
from infra.blueprint.frame import STORES, Frame
from infra.settings.kinds import Origin


class Accounts(Frame):
    """The hospital's accounts, before anything is put into them."""

    def make_providers(self) -> None:
        """One explicit provider per account: the region of a resource is its own argument."""
        for role, account in self.hospital.accounts.by_role().items():
            deploy_role = account.deploy_role_arn
            if deploy_role is None and role != "workload":
                deploy_role = role_arn(self.placement(role), "deploy")
            self.providers[role] = aws.Provider(
                f"account-{role}",
                region=self.hospital.primary.region,
                allowed_account_ids=[account.id],
                assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=deploy_role)] if deploy_role else None,
            )

    def make_foundations(self) -> None:
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

    def make_accounts(self) -> None:
        """Trail and detectors of every account; logs in an account of their own where named."""
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
                "sensitive_buckets": self._sensitive_buckets() if role == "workload" else [],
                "sensitive_tables": [],
            }
            if audit and log:
                args |= {"log_account_id": log.id, "log_key_arn": audit.key_arn}
            self.baselines[role] = AccountBaseline(f"account-{role}-baseline", args, opts=self.options(role, *after))  # type: ignore[arg-type]

    def _sensitive_buckets(self) -> list[str]:
        """The names of the buckets whose every access is recorded."""
        if self.data_class(4) < 4:
            return []
        placement, names = self.placement(), []
        for role, _, _ in STORES:
            names.append(physical_name(placement, self.hospital.primary.region, role))
            if self.hospital.standby:
                names.append(physical_name(placement, self.hospital.standby.region, f"{role}-replica"))
        return sorted(names)
