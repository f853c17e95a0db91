"""What the law knows of a hospital's system, and who answers for it."""

from __future__ import annotations

import contextlib
import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from infra.settings.errors import shown
from infra.settings.kinds import Line, Within
from infra.settings.part import Part


def _day(value: Any) -> date:
    """A date as text, with or without a midnight behind it: engines write dates in both ways."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = value if isinstance(value, str) else ""
    if text[10:] in ("", "T00:00:00Z", "T00:00:00", " 00:00:00") and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text[:10])
    raise PydanticCustomError("day", '{shown} is not a date such as "2027-12-31"', {"shown": shown(value)})


Day = Annotated[date, BeforeValidator(_day)]


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
