"""Where a hospital is and what reaches it: data centres, edge sites, the clinical entry."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError

from infra.settings.errors import shown
from infra.settings.kinds import (
    Connection,
    DataCentreRole,
    Domain,
    Exposure,
    IcpNumber,
    Line,
    Origin,
    RegionName,
    SiteKind,
    Within,
    ZoneId,
)
from infra.settings.part import Part

PRIVATE_NETWORKS = tuple(ipaddress.IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918."""


class Cidr:
    """An IPv4 network of private addresses, between two sizes."""

    def __init__(self, largest: int, smallest: int) -> None:
        self.largest = largest
        self.smallest = smallest

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return AfterValidator(self.checked).__get_pydantic_core_schema__(source, handler)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"}

    def checked(self, text: str) -> str:
        """The network as written, or an error that says what is wrong with it."""
        allowed = f"allowed: private networks (10/8, 172.16/12, 192.168/16) from /{self.largest} to /{self.smallest}"
        problem = self._problem(text)
        if problem:
            raise PydanticCustomError(
                "cidr",
                "{shown} {problem}; {allowed}",
                {"shown": shown(text), "problem": problem, "allowed": allowed},
            )
        return text

    def _problem(self, text: str) -> str | None:
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}", text):
            return "is not an IPv4 network such as 10.16.0.0/16"
        try:
            network = ipaddress.IPv4Network(text, strict=False)
        except ValueError:
            return "is not an IPv4 network such as 10.16.0.0/16"
        if str(network) != text:
            return f"is not the first address of its network; did you mean {network}?"
        if not any(network.subnet_of(private) for private in PRIVATE_NETWORKS):
            return "is not a private network"
        if not self.largest <= network.prefixlen <= self.smallest:
            return f"is too {'large' if network.prefixlen < self.largest else 'small'}"
        return None


def _certificate(text: str) -> str:
    """The structure of a PEM certificate; whether its signature holds is for AWS to say."""
    if "PRIVATE KEY" in text:
        raise PydanticCustomError("pem", "is a private key; only the certificate of the authority belongs here")
    match = re.fullmatch(
        r"\s*-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]{1,12000})-----END CERTIFICATE-----\s*", text
    )
    if not match:
        raise PydanticCustomError("pem", "is not one PEM certificate; wanted: one -----BEGIN CERTIFICATE----- block")
    try:
        der = base64.b64decode("".join(match[1].split()), validate=True)
    except (binascii.Error, ValueError):
        raise PydanticCustomError("pem", "is not a PEM certificate: its base64 text is damaged") from None
    if len(der) < 4 or der[:2] != b"\x30\x82" or int.from_bytes(der[2:4], "big") != len(der) - 4:
        raise PydanticCustomError("pem", "is not a PEM certificate: its content is cut or damaged")
    return text


class DataCentre(Part):
    """One AWS region that the hospital uses."""

    region: RegionName = Field(description="AWS region of the jurisdiction, such as cn-north-1.")
    role: DataCentreRole = Field(description="primary: records are written here. standby: it takes over.")
    cidr: Annotated[str, Cidr(16, 20)] = Field(description="Private network of the data centre, /16 to /20.")


class EdgeSite(Part):
    """A campus or clinic: the place where patients and staff are."""

    city: Line = Field(description="City by its English name; the round trip to the regions is known for it.")
    kind: SiteKind = Field(description="campus: wards and imaging. clinic: consulting rooms.")
    connection: Connection = Field(description="How the site reaches the data centres.")
    cidr: Annotated[str, Cidr(16, 28)] = Field(description="Private network of the site, /16 to /28.")
    bandwidth_mbps: Annotated[int, Within(1, 400_000, "Direct Connect ends at 400 Gbit/s")] | None = Field(
        default=None, description="What the line carries, in Mbit/s. Left out: computed from the demand."
    )
    demand_share_percent: Annotated[float, Within(0, 100, "a share of the hospital's demand")] | None = Field(
        default=None, description="This site's part of the hospital's demand. Left out: by kind of site."
    )
    measured_round_trip_ms: Annotated[float, Within(0.1, 1000, "a round trip on Earth")] | None = Field(
        default=None, description="Measured round trip to the primary region. Left out: from the jurisdiction's table."
    )
    certificate_authority_pem: Annotated[str, AfterValidator(_certificate)] | None = Field(
        default=None, description="Certificate of the site's own authority (PEM): what its machines log in with."
    )


class ClinicalEntry(Part):
    """The front door of the clinical applications."""

    exposure: Exposure = Field(description="internal: from the sites' networks only. public: from the internet.")
    domain: Domain = Field(description="Name under which the applications answer.")
    hosted_zone: Origin = Field(description="managed: this stack makes the DNS zone. existing: it is there already.")
    hosted_zone_id: ZoneId | None = Field(default=None, description="Id of the existing zone.")
    icp_filing_number: IcpNumber | None = Field(
        default=None, description="ICP filing (备案) of the domain: mainland China asks for it before a public entry."
    )
