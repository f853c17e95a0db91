"""What a hospital states in its stack file, typed and frozen. No network, no clock but the one it is given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

import jurisdictions
from infra.settings import checks
from infra.settings.accounts import Accounts, Contacts, ContinuousIntegration
from infra.settings.demand import Demand, Pins, Promises
from infra.settings.kinds import AllowedDomain, DataCentreRole, DataKind, Key, Lifecycle, Line, ShortName, Within
from infra.settings.part import Part
from infra.settings.places import ClinicalEntry, DataCentre, EdgeSite

MOST_SITES = 500


def _version(value: Any) -> Any:
    """`pulumi config set` may write the version as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9 else value


def _day(value: Any) -> Any:
    """A date as text, with or without a midnight behind it: engines write dates in both ways."""
    if isinstance(value, datetime):
        return value.date()
    return value[:10] if isinstance(value, str) and value[10:] in ("T00:00:00Z", "T00:00:00", " 00:00:00") else value


def _no_number(value: Any) -> Any:
    if isinstance(value, int | float):
        raise PydanticCustomError("day", "must be a date in quotes, such as \"2027-12-31\"")
    return value


Day = Annotated[date, BeforeValidator(_day), BeforeValidator(_no_number)]


class Retirement(Part):
    """Who lets a live stack go, why, and until when. May be prepared long before."""

    owner: Line = Field(description="Who answers for it: name or e-mail address.")
    reason: Line = Field(description="Why the stack may go.")
    expires_on: Day = Field(description="After this day the stack is protected again.")


class Protection(Part):
    """What the law knows of this system."""

    mlps_level: Annotated[int, Within(2, 4, "levels of GB/T 22239-2019 that a hospital's system can have")] | None = (
        Field(default=None, description="Level of protection (等保), mainland China only.")
    )
    critical_infrastructure: bool = Field(
        default=False, description="Whether it is named critical information infrastructure."
    )
    data_security_officer: Line = Field(description="Who answers for data security (PIPL 52, DSL 27, GDPR 37).")
    impact_assessment_id: Line = Field(description="Number of the impact assessment (PIPL 55, GDPR 35).")


class VerifiedCapability(Part):
    """A hospital's own proof that a region offers what the jurisdiction's data call unverified."""

    region: Line = Field(description="AWS region.")
    capability: Line = Field(description="Id of the capability in the jurisdiction's data.")
    by: Line = Field(description="Who tried it.")
    date: Day = Field(description="When.")
    evidence: Line = Field(description="What was seen, or where it is kept.")


class Hospital(Part):
    """One stack file."""

    schema_version: Annotated[Literal[1], BeforeValidator(_version)] = Field(
        alias="schema", description="Version of this form."
    )
    title: Line = Field(description="The hospital's name, for reports.")
    short_name: ShortName = Field(description="Stands in the names of buckets and roles; never changes.")
    jurisdiction: Line = Field(description="Whose law decides where data may be.")
    lifecycle: Lifecycle = Field(description="trial: can be torn down. live: protected. retiring: protection is lifted.")
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
        problems = tuple(checks.problems(self, today))
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
