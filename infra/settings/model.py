"""What a hospital states in its stack file, typed and frozen. No network, no clock but the one it is given."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

import jurisdictions
from infra.settings import checks, draft
from infra.settings.accounts import Accounts, Contacts, ContinuousIntegration
from infra.settings.demand import Demand, Pins, Promises
from infra.settings.kinds import AllowedDomain, DataCentreRole, DataKind, Key, Lifecycle, Line, ShortName
from infra.settings.part import Part
from infra.settings.places import ClinicalEntry, DataCentre, EdgeSite
from infra.settings.protection import Protection, Retirement, VerifiedCapability

MOST_SITES = 500


def _version(value: Any) -> Any:
    """`pulumi config set` may write the version as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 else value


class Hospital(Part):
    """One stack file."""

    schema_version: Annotated[Literal[1], BeforeValidator(_version)] = Field(
        alias="schema", description="Version of this form."
    )
    title: Line = Field(description="The hospital's name, for reports.")
    short_name: ShortName = Field(description="Stands in the names of buckets and roles; never changes.")
    jurisdiction: Line = Field(description="Whose law decides where data may be.")
    lifecycle: Lifecycle = Field(
        description="trial: can be torn down. live: protected. retiring: protection is lifted."
    )
    retirement: Retirement | None = Field(default=None, description="Needed while retiring; may be prepared before.")
    data: DataKind = Field(description="What the stores hold.")
    protection: Protection
    contacts: Contacts
    accounts: Accounts
    data_centres: dict[Key, DataCentre] = Field(min_length=1, max_length=2, description="One primary, one standby.")
    edge_sites: dict[Key, EdgeSite] = Field(
        default_factory=dict, max_length=MOST_SITES, description="Campuses and clinics by a name that stays."
    )
    demand: Demand
    clinical_entry: ClinicalEntry | None = Field(
        default=None, description="Needed where applications run in the cloud: all but the smallest tier."
    )
    egress_allow_list: tuple[AllowedDomain, ...] = Field(
        default=(), max_length=100, description="What processes that read patients' data may call outside."
    )
    ci: ContinuousIntegration | None = Field(default=None, description="The pipeline that deploys and audits.")
    promises: Promises
    pins: Pins = Field(default_factory=Pins, description="Sizes fixed by hand.")
    verified_capabilities: tuple[VerifiedCapability, ...] = Field(
        default=(), max_length=200, description="What the hospital has tried itself."
    )

    @model_validator(mode="after")
    def _fits_together(self, info: ValidationInfo) -> Hospital:
        today = (info.context or {}).get("today") or date.today()
        problems = tuple(checks.problems(draft.of_hospital(self), today))
        if problems:
            raise PydanticCustomError("cross_field", "does not fit together", {"problems": problems})
        return self

    @property
    def law(self) -> jurisdictions.Jurisdiction:
        """The jurisdiction's data."""
        return jurisdictions.load(self.jurisdiction)

    @property
    def primary_key(self) -> str:
        """Key of the data centre where records are written."""
        return next(k for k, centre in self.data_centres.items() if centre.role is DataCentreRole.PRIMARY)

    @property
    def primary(self) -> DataCentre:
        """The data centre where records are written."""
        return self.data_centres[self.primary_key]

    @property
    def standby_key(self) -> str | None:
        """Key of the data centre that takes over; None in a stack of one region."""
        return next((k for k, centre in self.data_centres.items() if centre.role is DataCentreRole.STANDBY), None)

    @property
    def standby(self) -> DataCentre | None:
        """The data centre that takes over; None in a stack of one region."""
        return self.data_centres[self.standby_key] if self.standby_key else None

    @property
    def verifications(self) -> tuple[jurisdictions.Verification, ...]:
        """What the hospital has tried itself, as the jurisdiction's data ask for it."""
        return tuple(
            jurisdictions.Verification(v.region, v.capability, v.by, v.date.isoformat(), v.evidence)
            for v in self.verified_capabilities
        )
