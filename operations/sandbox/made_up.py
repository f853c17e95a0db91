"""Values for what a left-out resource would have told: not real, the same on every run, and of the right form, so that
the provider's own validation accepts them where another resource takes them."""

from __future__ import annotations

import hashlib
from typing import Final

from jurisdictions.loader import partition_of_region
from operations.sandbox.gaps import Gap
from policies.graph import Resource

_ID_OF_INPUT: Final = {
    "networkInterfaceId": "eni-{digest}",
    "subnetId": "subnet-{digest}",
    "transitGatewayAttachmentId": "tgw-attach-{digest}",
    "vpcEndpointId": "vpce-{digest}",
    "vpcId": "vpc-{digest}",
}
"""Where only the input that takes the value is known: what the name of the input asks for."""


def output_of(resource: Resource, property_name: str, gap: Gap, *, taken_as: str) -> str:
    """What stands for an output of a left-out resource. `property_name` may be empty: then the name of the input that
    takes it decides, `taken_as`."""
    digest = hashlib.sha256(f"{resource.urn}#{property_name or taken_as}".encode()).hexdigest()[:17]
    form = gap.made_up.get(property_name) or (
        "" if property_name else gap.made_up.get(taken_as) or _ID_OF_INPUT.get(taken_as, "")
    )
    if form:
        return form.format(digest=digest, arn=_arn(resource, digest))
    return _by_name(resource, property_name or taken_as, digest)


def _by_name(resource: Resource, name: str, digest: str) -> str:
    low = name.lower()
    if low.endswith("arn"):
        return _arn(resource, digest)
    if low.endswith(("url", "uri", "issuer")):
        return f"https://{digest}.sandbox.invalid"
    if low.endswith(("dnsname", "domainname", "endpoint", "fqdn", "hostname", "address")):
        return f"{digest}.sandbox.invalid"
    if low == "name":
        return resource.name
    return f"{_kind(resource)}-{digest}"


def _arn(resource: Resource, digest: str) -> str:
    region = resource.region if resource.region and resource.region != "global" else ""
    partition = partition_of_region(region) if region else None
    service = resource.type.split(":")[1].partition("/")[0]
    return (
        f"arn:{partition.id if partition else 'aws'}:{service}:{region}:{resource.account or '000000000000'}:"
        f"{_kind(resource)}/{digest}"
    )


def _kind(resource: Resource) -> str:
    return resource.type.rpartition(":")[2].lower()
