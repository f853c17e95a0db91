"""EntryDomain: the zone of the clinical entry's names, and a certificate for them in each region.

Promises: certificates of each region cover the domain and the names directly below it, are proven by DNS and renewed
by themselves; a zone made here is protected while live.

A zone made here is public, for an internal entry too: its names then lead to private addresses, which the load balancer's
own name tells everybody anyway. So sites and devices resolve them without forwarding, and the certificates' proof,
which must stand in public DNS, stands beside them. A hospital whose names must resolve while the internet is gone, or be
seen by nobody, names an existing private zone, which its sites ask through the resolver of their private lines; the
proof then stands in a public zone of its own.

The public parent must delegate to `name_servers`, or no certificate is ever issued. All certificates of one account for
one domain and for `*.` below it have the same proof (ACM user guide, "DNS validation"): one record.

Makes: zones as needed, the record of proof, in each region a certificate and the wait for its issue.
"""

from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Lifecycle, Placement, lifecycle_of
from components.regional_entry import Exposure


class ZoneOrigin(str, Enum):
    """Whether the zone is made here."""

    MANAGED = "managed"
    """Made here."""
    EXISTING = "existing"
    """There already; named by its id."""


class EntryDomainArgs(TypedDict):
    """Arguments of EntryDomain."""

    placement: Placement
    domain: str
    exposure: Exposure
    hosted_zone: ZoneOrigin
    hosted_zone_id: NotRequired[pulumi.Input[str]]
    """Id of the existing zone: a public one for a public entry, a private one for an internal entry."""
    proof_zone_id: NotRequired[pulumi.Input[str]]
    """For an existing private zone: a public zone that may hold the certificates' proof. Left out, one is made."""
    regions: dict[str, str]
    """Data centre -> region."""
    proven_from: str
    """The data centre whose certificate's proof is written down: the primary."""
    tags: NotRequired[dict[str, str]]


class EntryDomain(pulumi.ComponentResource):
    """See the module."""

    zone_id: pulumi.Output[str]
    """Zone of the names."""
    name_servers: pulumi.Output[list[str]]
    """Where the parent must delegate to; empty for an existing zone."""
    certificate_arns: pulumi.Output[dict[str, str]]
    """By data centre; handed out when the certificate is issued."""

    def __init__(self, name: str, args: EntryDomainArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:EntryDomain", name, dict(args), opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        if ZoneOrigin(args["hosted_zone"]) is ZoneOrigin.EXISTING and args.get("hosted_zone_id") is None:
            raise ValueError(f"{name}: an existing hosted zone needs its hosted_zone_id")
        made = None
        if ZoneOrigin(args["hosted_zone"]) is ZoneOrigin.MANAGED:
            made = self._zone("zone", "Clinical entry")
        self.zone_id = pulumi.Output.from_input(made.zone_id if made else args["hosted_zone_id"])
        proof_zone_id = self.zone_id if args.get("proof_zone_id") is None else args["proof_zone_id"]
        if self._needs_proof_zone():
            made = self._zone("proof-zone", "Proof for the certificates of the clinical entry")
            proof_zone_id = made.zone_id
        self.name_servers = pulumi.Output.from_input(made.name_servers if made else [])

        self.certificates = self._certificates(proof_zone_id)
        """By data centre, for components of the same program."""
        self.certificate_arns = pulumi.Output.all(**self.certificates)
        self.register_outputs(
            {"zoneId": self.zone_id, "nameServers": self.name_servers, "certificateArns": self.certificate_arns}
        )

    def _needs_proof_zone(self) -> bool:
        """The existing zone of an internal entry is a private one."""
        args = self._args
        existing = ZoneOrigin(args["hosted_zone"]) is ZoneOrigin.EXISTING
        return existing and Exposure(args["exposure"]) is Exposure.INTERNAL and args.get("proof_zone_id") is None

    def _zone(self, role: str, comment: str) -> aws.route53.Zone:
        """A zone made anew has other name servers: the domain is dark until the parent delegates to them."""
        return aws.route53.Zone(
            f"{self._name}-{role}",
            name=self._args["domain"],
            comment=comment,
            tags=self._args.get("tags", {}),
            opts=pulumi.ResourceOptions(parent=self, protect=lifecycle_of(self._args["placement"]) is Lifecycle.LIVE),
        )

    def _certificates(self, proof_zone_id: pulumi.Input[str]) -> dict[str, pulumi.Output[str]]:
        name, args = self._name, self._args
        domain = args["domain"]
        certificates = {
            key: aws.acm.Certificate(
                f"{name}-{key}-certificate",
                region=region,
                domain_name=domain,
                subject_alternative_names=[f"*.{domain}"],
                validation_method="DNS",
                tags={"Name": domain, **args.get("tags", {})},
                opts=self._child,
            )
            for key, region in sorted(args["regions"].items())
        }
        proof = certificates[args["proven_from"]].domain_validation_options.apply(
            lambda options: next((option for option in options if option.domain_name == domain), options[0])
        )
        record = aws.route53.Record(
            f"{name}-proof",
            zone_id=proof_zone_id,
            name=proof.resource_record_name,
            type=proof.resource_record_type,
            records=[proof.resource_record_value],
            ttl=300,
            opts=self._child,
        )
        return {
            key: aws.acm.CertificateValidation(
                f"{name}-{key}-issued",
                region=args["regions"][key],
                certificate_arn=certificate.arn,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[record]),
            ).certificate_arn
            for key, certificate in certificates.items()
        }
