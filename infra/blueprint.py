"""The one translator: what a hospital states, and what its demand comes to, become components.

The only file that knows both vocabularies. It decides which components there are and how they hang together; it makes
no resource of its own but the providers, one per account.
"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.alarm_topic import AlarmTopic
from components.encrypted_storage import AccessPattern, EncryptedStorage
from components.log_archive import LogArchive
from components.placement import Lifecycle, Placement
from infra.settings import Hospital
from infra.sizing import Plan
from jurisdictions import RecordKind


def build(hospital: Hospital, plan: Plan) -> None:
    """Registers the whole hospital."""
    _Blueprint(hospital, plan).build()


class _Blueprint:
    """One hospital on its way from settings to components; each method makes one family."""

    def __init__(self, hospital: Hospital, plan: Plan):
        self.hospital, self.plan = hospital, plan
        self.regions = {key: centre.region for key, centre in hospital.data_centres.items()}
        self.providers: dict[str, aws.Provider] = {}

    def placement(self, account: str = "workload") -> Placement:
        """For whom and where, in one of the hospital's accounts."""
        return {
            "hospital": self.hospital.short_name,
            "account_id": self.hospital.accounts.by_role()[account].id,
            "jurisdiction": self.hospital.jurisdiction,
            "lifecycle": Lifecycle(self.hospital.lifecycle.value),
        }

    def options(self, account: str = "workload", *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """The account's provider, and what must exist first."""
        return pulumi.ResourceOptions(provider=self.providers[account], depends_on=list(after))

    def build(self) -> None:
        self._providers()
        foundations = self._foundations()
        self._storage(foundations)

    def _providers(self) -> None:
        """One explicit provider per account: the region of a resource is its own argument."""
        for role, account in self.hospital.accounts.by_role().items():
            self.providers[role] = aws.Provider(
                f"account-{role}",
                region=self.hospital.primary.region,
                allowed_account_ids=[account.id],
                assume_roles=[{"role_arn": account.deploy_role_arn}] if account.deploy_role_arn else None,
            )

    def _foundations(self) -> list[pulumi.Resource]:
        """What everything else points at by name: alarm topics and access-log buckets."""
        made: list[pulumi.Resource] = []
        contacts = self.hospital.contacts
        emails = {"operations": contacts.operations_email, "security": contacts.security_email}
        for key, region in self.regions.items():
            made.append(
                AlarmTopic(
                    f"{key}-alarms",
                    {"placement": self.placement(), "region": region, "emails": emails},
                    opts=self.options(),
                )
            )
            made.append(
                LogArchive(f"{key}-logs", {"placement": self.placement(), "region": region}, opts=self.options())
            )
        return made

    def _storage(self, foundations: list[pulumi.Resource]) -> None:
        """Documents and images: each in a bucket of its own, with a key of its own."""
        for role, kind, pattern in (
            ("documents", RecordKind.INPATIENT, AccessPattern.DOCUMENTS),
            ("images", RecordKind.IMAGING, AccessPattern.IMAGES),
        ):
            synthetic = self.hospital.data.value == "synthetic"
            EncryptedStorage(
                role,
                {
                    "placement": self.placement(),
                    "region": self.hospital.primary.region,
                    "role": role,
                    "data_class": 2 if synthetic else 4,
                    "record_kind": RecordKind.SYNTHETIC if synthetic else kind,
                    "access_pattern": pattern,
                    **({"replica_region": self.hospital.standby.region} if self.hospital.standby else {}),
                },
                opts=self.options("workload", *foundations),
            )
