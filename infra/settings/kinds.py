"""The closed sets and the forms of text and numbers that a stack file is made of.

Every form says in a sentence what is wanted, so that a wrong value is answered in plain words wherever it stands.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from infra.settings.errors import shown


class Lifecycle(StrEnum):
    """Trial holds synthetic data and can be torn down; live is protected; retiring lifts protection."""

    TRIAL = "trial"
    LIVE = "live"
    RETIRING = "retiring"


class DataKind(StrEnum):
    """What the stack's stores hold."""

    PATIENT = "patient"
    SYNTHETIC = "synthetic"


class DataCentreRole(StrEnum):
    """The primary is where records are written; the standby takes over."""

    PRIMARY = "primary"
    STANDBY = "standby"


class SiteKind(StrEnum):
    """A campus has wards and imaging; a clinic has consulting rooms."""

    CAMPUS = "campus"
    CLINIC = "clinic"


class Connection(StrEnum):
    """How a site reaches the data centres. None: over the internet, TLS only."""

    DIRECT_CONNECT = "direct-connect"
    SD_WAN = "sd-wan"
    NONE = "none"


class Exposure(StrEnum):
    """Who can reach the clinical entry: the sites' networks only, or the internet."""

    INTERNAL = "internal"
    PUBLIC = "public"


class Origin(StrEnum):
    """Whether this stack makes a thing, or it is there already and is only referred to."""

    MANAGED = "managed"
    EXISTING = "existing"


class Tier(StrEnum):
    """The shape of the cloud that a demand needs, smallest first."""

    CLINIC = "clinic"
    COUNTY = "county"
    TERTIARY = "tertiary"


class Modality(StrEnum):
    """Imaging modalities by their DICOM codes in lower case; `ecg` and `sm` (slides) are kept with images."""

    CT = "ct"
    MR = "mr"
    DR = "dr"
    US = "us"
    MG = "mg"
    XA = "xa"
    PT = "pt"
    ES = "es"
    SM = "sm"
    ECG = "ecg"


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a text: a pattern for machines, `wanted` for people, as the end of "... is not ...; wanted: "."""

    pattern: str
    wanted: str
    maximum_length: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern.replace("\\Z", "$"), "maxLength": self.maximum_length}

    def checked(self, text: str) -> str:
        """The text, or an error that says what is wanted."""
        if len(text) > self.maximum_length:
            raise PydanticCustomError(
                "form",
                "{shown} has {length} characters, at most {maximum} are allowed; wanted: {wanted}",
                {"shown": shown(text), "length": len(text), "maximum": self.maximum_length, "wanted": self.wanted},
            )
        if not re.search(self.pattern, text):
            raise PydanticCustomError(
                "form", "{shown} has the wrong form; wanted: {wanted}", {"shown": shown(text), "wanted": self.wanted}
            )
        return text


@dataclass(frozen=True, slots=True)
class Within:
    """The bounds of a number, with the reason for them. A yes or no is not a number."""

    least: float
    most: float
    reason: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = core_schema.no_info_after_validator_function(self.checked, handler(source))
        return core_schema.no_info_before_validator_function(_no_boolean, inner)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "minimum": self.least, "maximum": self.most}

    def checked(self, number: float) -> float:
        """The number, or an error that says which bound it breaks and why there is one."""
        if self.least <= number <= self.most:
            return number
        if not math.isfinite(number):
            raise PydanticCustomError("number", "{shown} is not a number that can be used", {"shown": shown(number)})
        raise PydanticCustomError(
            "bounds",
            "{shown} is too {side}; allowed: {least} to {most} ({reason})",
            {
                "shown": shown(number),
                "side": "small" if number < self.least else "large",
                "least": f"{self.least:,.10g}",
                "most": f"{self.most:,.10g}",
                "reason": self.reason,
            },
        )


def _no_boolean(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("number", "{shown} is a yes or no, not a number", {"shown": shown(value)})
    return value


def _text(value: Any) -> Any:
    """An account id that YAML read as a number is told so: leading zeros are lost that way. Twelve digits lost none:
    that is how `pulumi config set --path` writes them."""
    if isinstance(value, int) and not isinstance(value, bool):
        if len(str(value)) == 12 and value > 0:
            return str(value)
        raise PydanticCustomError(
            "account",
            "{shown} was read as a number, which loses leading zeros; write all 12 digits in quotes",
            {"shown": shown(value)},
        )
    return value


@dataclass(frozen=True, slots=True)
class DigitsInQuotes:
    """Accepts a whole number of twelve digits as text, and tells why any other number is refused."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_text, handler(source))


_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"({_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]"

ShortName = Annotated[
    str,
    Form(
        r"^[a-z][a-z0-9]{1,11}\Z",
        "2 to 12 lower-case letters and digits, a letter first; it stands in the names of buckets and roles, "
        "which AWS limits to 63 characters",
        12,
    ),
]
Key = Annotated[
    str,
    Form(
        r"^[a-z]([a-z0-9-]{0,22}[a-z0-9])?\Z",
        "at most 24 lower-case letters, digits and hyphens, a letter first; it names resources for good",
        24,
    ),
]
AccountId = Annotated[str, Form(r"^[0-9]{12}\Z", "an AWS account id, 12 digits in quotes", 12), DigitsInQuotes()]
Domain = Annotated[str, Form(rf"^{_DOMAIN}\Z", "a domain in lower case, such as records.example-hospital.cn", 253)]
AllowedDomain = Annotated[
    str,
    Form(
        rf"^\.?{_DOMAIN}\Z",
        "a domain such as updates.example.com, or .example.com for everything below it (no * and no https://)",
        253,
    ),
]
Email = Annotated[
    str, Form(rf"^[A-Za-z0-9._%+-]{{1,64}}@{_DOMAIN}\Z", "an e-mail address, such as operations@example.com", 254)
]
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""Characters that move a cursor, end a line, or turn the direction of writing."""
Line = Annotated[
    str,
    Form(
        rf"^[^{_UNSEEN}]*[^\s{_UNSEEN}][^{_UNSEEN}]*\Z",
        "one line of text, without control characters",
        200,
    ),
]
RegionName = Annotated[str, Form(r"^[a-z0-9-]+\Z", "the name of an AWS region, such as cn-north-1", 32)]
ZoneId = Annotated[str, Form(r"^Z[A-Z0-9]{1,31}\Z", "a Route 53 hosted zone id, such as Z0123456789ABCDEFGHIJ", 32)]
IcpNumber = Annotated[
    str,
    Form(
        r"^[\u4e00-\u9fff]ICP(备|证)[0-9]{6,10}号(-[0-9]{1,3})?\Z",
        "an ICP filing number, such as 京ICP备12345678号-1",
        32,
    ),
]
RoleArn = Annotated[
    str,
    Form(
        r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}\Z",
        "the ARN of an IAM role, such as arn:aws-cn:iam::111122223333:role/deploy",
        600,
    ),
]
Issuer = Annotated[str, Form(rf"^https://{_DOMAIN}(:[0-9]{{1,5}})?(/[A-Za-z0-9._~/-]*)?\Z", "an https:// address", 255)]
"""An OIDC issuer. IAM compares it letter by letter, so it is taken as it stands."""
DatabaseClass = Annotated[
    str,
    Form(
        r"^db\.[a-z][0-9][a-z0-9]*(-[a-z0-9]+)?\.(micro|small|medium|large|[0-9]*xlarge)\Z",
        "a database class with a size from micro to 32xlarge, such as db.r6g.2xlarge",
        40,
    ),
]
NodeType = Annotated[
    str,
    Form(
        r"^[a-z][a-z0-9]*[0-9][a-z0-9]*(-[a-z0-9]+)?\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)\Z",
        "an instance type with a size such as large or 4xlarge, for example m6i.2xlarge",
        40,
    ),
]
