"""The hospital's numbers: what it needs, what it promises, what it fixes by hand."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from infra.settings.kinds import DatabaseClass, Modality, NodeType, Tier, Within
from infra.settings.part import Part

Studies = Annotated[int, Within(0, 50_000, "studies a day of one modality; the largest hospitals make some 5,000")]
Percent = Annotated[float, Within(0, 99.9999, "nothing is always there")]


class Demand(Part):
    """What the hospital needs of its cloud."""

    outpatients_per_day: Annotated[
        int, Within(0, 100_000, "visits on a working day; the busiest hospitals see some 25,000")
    ] = Field(description="Outpatient visits on a working day.")
    inpatients: Annotated[int, Within(0, 50_000, "occupied beds; the largest hospitals have some 10,000")] = Field(
        description="Patients in bed on a normal day."
    )
    imaging_studies_per_day: dict[Modality, Studies] | None = Field(
        default=None,
        min_length=1,
        description="Studies a day by modality; one that is not named is not done here. Left out: from usual rates.",
    )
    growth_percent_per_year: Annotated[float, Within(0, 50, "per year; 10 to 30 is usual for images")] = Field(
        default=15, description="Yearly growth of the data."
    )
    staff: Annotated[int, Within(1, 200_000, "people who log in")] | None = Field(
        default=None, description="People who log in. Left out: from patients."
    )
    horizon_years: Annotated[int, Within(1, 15, "years that storage is planned for")] = Field(
        default=3, description="Years that storage is planned for."
    )


class Promises(Part):
    """What the hospital promises its patients and staff; compared with what the design can hold."""

    availability_percent: Percent = Field(description="Availability of the clinical path over a year.")
    latency_ms: Annotated[float, Within(1, 1000, "network round trip")] = Field(
        description="Network round trip between any site and the primary region, at most."
    )
    recovery_time_minutes: Annotated[float, Within(1, 10_080, "a week at most")] = Field(
        description="Time until the hospital works again after a region is lost, at most. A stack of one region waits for it."
    )
    recovery_point_minutes: Annotated[float, Within(0.01, 10_080, "a week at most")] = Field(
        description="Data of so many minutes may be lost with a region, at most. In a stack of one region: with a zone."
    )
    storage_availability_percent: Percent | None = Field(
        default=None, description="Availability of stored documents and images over a year."
    )


class Pins(Part):
    """Sizes fixed by hand; the report shows each beside the computed one."""

    tier: Tier | None = Field(default=None, description="Shape of the cloud.")
    database_instance_class: DatabaseClass | None = Field(default=None, description="Such as db.r6g.2xlarge.")
    database_instances: Annotated[int, Within(1, 15, "Aurora has at most 15 instances")] | None = Field(
        default=None, description="Instances in the primary region, writer included."
    )
    database_storage_gib: Annotated[int, Within(20, 65_536, "an RDS instance stores 20 GiB to 64 TiB")] | None = Field(
        default=None, description="Storage of a database instance in GiB (not used by Aurora, which grows by itself)."
    )
    node_instance_type: NodeType | None = Field(default=None, description="Such as m6i.2xlarge.")
    nodes: Annotated[int, Within(1, 450, "nodes of one node group")] | None = Field(
        default=None, description="Desired nodes of the application platform in the primary region."
    )
