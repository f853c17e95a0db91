"""What every part of the blueprint shares: the hospital, its plan, placements, providers, and what is made already."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.account_guardrail import boundary_arn
from components.application_platform import ApplicationPlatform
from components.data_center import DataCenter
from components.encrypted_storage import AccessPattern
from components.log_archive import LogArchive
from components.placement import Lifecycle, Placement
from infra.settings import Hospital
from infra.settings.kinds import Origin
from infra.sizing import Plan, StandbyMode
from jurisdictions import RecordKind

STORES = (
    ("documents", RecordKind.INPATIENT, AccessPattern.DOCUMENTS),
    ("images", RecordKind.IMAGING, AccessPattern.IMAGES),
)
"""(role, what it holds, how it is read) of each bucket for patients' data."""


class Frame:
    """One hospital on its way from settings to components."""

    def __init__(self, hospital: Hospital, plan: Plan):
        self.hospital, self.plan = hospital, plan
        self.regions = {key: centre.region for key, centre in hospital.data_centres.items()}
        self.providers: dict[str, aws.Provider] = {}
        self.topics: dict[str, list[pulumi.Resource]] = {}
        self.archives: dict[str, LogArchive] = {}
        self.baselines: dict[str, pulumi.Resource] = {}
        self.networks: dict[str, DataCenter] = {}
        self.platforms: dict[str, ApplicationPlatform] = {}

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
        return placement_of(self.hospital, account)

    def options(self, account: str = "workload", *after: pulumi.Resource) -> pulumi.ResourceOptions:
        """The account's provider. First come what is named by ARN only, the account's alarm topics; its baseline; and
        `after`. The boundary of every role is there before the stack (`infra.blueprint.bootstrap`)."""
        baseline = [self.baselines[account]] if account in self.baselines else []
        first = [*self.topics.get(account, ()), *baseline, *after]
        return pulumi.ResourceOptions(provider=self.providers[account], depends_on=first)

    def partner(self, argument: str) -> dict[str, str]:
        """The partner region under the name a component gives it; nothing in a stack of one region."""
        return {argument: self.hospital.standby.region} if self.hospital.standby else {}

    def networked(self) -> list[str]:
        """The data centres with a network: all but a standby that only keeps copies."""
        only_copies = self.plan.standby_mode is StandbyMode.NONE
        return [key for key in self.regions if not (only_copies and key == self.hospital.standby_key)]


def placement_of(hospital: Hospital, account: str) -> Placement:
    """For whom and where, in one of the hospital's accounts."""
    stated = hospital.accounts.by_role()[account]
    placement: Placement = {
        "hospital": hospital.short_name,
        "account_id": stated.id,
        "jurisdiction": hospital.jurisdiction,
        "lifecycle": Lifecycle(hospital.lifecycle.value),
    }
    verified: dict[str, list[str]] = {}
    for row in hospital.verifications:
        verified.setdefault(row.region, []).append(row.capability)
    if verified:
        placement["verified"] = {region: sorted(rows) for region, rows in sorted(verified.items())}
    if stated.baseline is Origin.MANAGED:
        placement["boundary_arn"] = boundary_arn(placement)
    return placement


def by_zone(subnets: dict[str, pulumi.Output[str]]) -> list[pulumi.Input[str]]:
    """Subnets in the order of their zones' names."""
    return [subnets[zone] for zone in sorted(subnets)]
