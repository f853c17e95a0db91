"""FailoverLoadBalancer: the clinical entry over all regions.

Promises: one name for the clinical applications, answered by the region that records are written in, and by the standby
when that one cannot serve; TLS 1.3 only, with post-quantum key exchange where a region offers it (the outputs say where
and why not); what RegionalEntry, EntryDomain and FailoverRecords promise. A public entry in mainland China names its
ICP filing (非经营性互联网信息服务备案管理办法 5).

Makes: an EntryDomain, in each region a RegionalEntry, FailoverRecords.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi

from components.entry_domain import EntryDomain, ZoneOrigin
from components.failover_records import DataCentreRole, FailoverRecords
from components.placement import Placement, partition_of
from components.regional_entry import Exposure, RegionalEntry
from components.web_firewall import REQUESTS_PER_ADDRESS

ICP_TAG = "hospital-cloud:icp-filing"
TARGET_PORT = 30443
"""A node port: what runs on the platform listens there (Kubernetes keeps 30000 to 32767 for them)."""


class EntryDataCentre(TypedDict):
    """One data centre of the entry."""

    region: str
    role: DataCentreRole
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    subnet_ids: pulumi.Input[list[pulumi.Input[str]]]
    """One subnet a zone: public ones for a public entry, else the application subnets."""
    log_bucket: pulumi.Input[str]
    """Bucket of the region's LogArchive."""


class FailoverLoadBalancerArgs(TypedDict):
    """Arguments of FailoverLoadBalancer."""

    placement: Placement
    role: NotRequired[str]
    """What it is, in names; left out, `entry`. At most 12 characters."""
    data_class: int
    """1 to 5: the highest class of what passes."""
    exposure: Exposure
    domain: str
    """Name under which the applications answer."""
    hosted_zone: ZoneOrigin
    hosted_zone_id: NotRequired[pulumi.Input[str]]
    """Id of the existing zone: a public one for a public entry, a private one for an internal entry."""
    proof_zone_id: NotRequired[pulumi.Input[str]]
    """For an existing private zone: a public zone that may hold the certificates' proof. Left out, one is made."""
    icp_filing_number: NotRequired[str]
    """ICP filing (备案) of the domain; needed for a public entry in mainland China."""
    data_centres: dict[str, EntryDataCentre]
    """By stable name, which is also the label of the region's own name. One is primary, at most one standby."""
    target_port: NotRequired[int]
    """Port of the targets; left out, 30443."""
    client_cidrs: NotRequired[dict[str, str]]
    """Stable name -> network that may reach an internal entry."""
    latency_names: NotRequired[dict[str, str]]
    """Stable name -> label below the domain that any region may answer: static files, a read-only viewer."""
    requests_per_address: NotRequired[int]
    """How many requests one address may send in five minutes; left out, 20,000."""


class FailoverLoadBalancer(pulumi.ComponentResource):
    """See the module."""

    zone_id: pulumi.Output[str]
    name_servers: pulumi.Output[list[str]]
    """Where the public parent of the domain must delegate to; empty when nothing is to be delegated."""
    urls: pulumi.Output[dict[str, str]]
    """`clinical`, each data centre, each latency name -> URL."""
    tls_policies: pulumi.Output[dict[str, str]]
    """By data centre."""
    tls_reasons: pulumi.Output[dict[str, str]]
    """By data centre: why this policy and no other."""
    target_group_arns: pulumi.Output[dict[str, str]]
    """By data centre: gets the traffic."""
    deep_target_group_arns: pulumi.Output[dict[str, str]]
    """By data centre: gets the deep check only; the same targets belong in it."""
    security_group_ids: pulumi.Output[dict[str, str]]
    """By data centre: from here come the requests to the targets."""
    health_check_ids: pulumi.Output[dict[str, str]]
    """By data centre: whether it can be reached from outside; empty for an internal entry."""

    def __init__(self, name: str, args: FailoverLoadBalancerArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:FailoverLoadBalancer", name, dict(args), opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        primary = _primary(name, args)
        icp = _icp_filing(name, args)
        self._tags = {ICP_TAG: icp} if icp else {}

        domain = self._domain(primary)
        self.entries = {
            key: self._entry(key, centre, domain.certificates[key])
            for key, centre in sorted(args["data_centres"].items())
        }
        """By data centre, for components of the same program."""
        records = self._records(domain)

        def by_centre(attribute: str) -> pulumi.Output[dict[str, str]]:
            return pulumi.Output.all(**{key: getattr(entry, attribute) for key, entry in self.entries.items()})

        self.zone_id = domain.zone_id
        self.name_servers = domain.name_servers
        self.urls = records.urls
        self.tls_policies = by_centre("tls_policy")
        self.tls_reasons = by_centre("tls_reason")
        self.target_group_arns = by_centre("target_group_arn")
        self.deep_target_group_arns = by_centre("deep_target_group_arn")
        self.security_group_ids = by_centre("security_group_id")
        self.health_check_ids = records.health_check_ids
        self.register_outputs(
            {
                "zoneId": self.zone_id,
                "nameServers": self.name_servers,
                "urls": self.urls,
                "tlsPolicies": self.tls_policies,
                "tlsReasons": self.tls_reasons,
                "targetGroupArns": self.target_group_arns,
                "deepTargetGroupArns": self.deep_target_group_arns,
                "securityGroupIds": self.security_group_ids,
                "healthCheckIds": self.health_check_ids,
            }
        )

    def _domain(self, primary: str) -> EntryDomain:
        args = self._args
        return EntryDomain(
            f"{self._name}-domain",
            {
                "placement": args["placement"],
                "domain": args["domain"],
                "exposure": args["exposure"],
                "hosted_zone": args["hosted_zone"],
                "hosted_zone_id": args.get("hosted_zone_id"),
                "proof_zone_id": args.get("proof_zone_id"),
                "regions": {key: centre["region"] for key, centre in args["data_centres"].items()},
                "proven_from": primary,
                "tags": self._tags,
            },
            opts=self._child,
        )

    def _entry(self, key: str, centre: EntryDataCentre, certificate_arn: pulumi.Output[str]) -> RegionalEntry:
        args = self._args
        return RegionalEntry(
            f"{self._name}-{key}",
            {
                "placement": args["placement"],
                "region": centre["region"],
                "role": args.get("role") or "entry",
                "data_class": args["data_class"],
                "exposure": args["exposure"],
                "domain": args["domain"],
                "certificate_arn": certificate_arn,
                "vpc_id": centre["vpc_id"],
                "vpc_cidr": centre["vpc_cidr"],
                "subnet_ids": centre["subnet_ids"],
                "client_cidrs": args.get("client_cidrs", {}),
                "target_port": args.get("target_port") or TARGET_PORT,
                "log_bucket": centre["log_bucket"],
                "requests_per_address": args.get("requests_per_address") or REQUESTS_PER_ADDRESS,
                "tags": self._tags,
            },
            opts=self._child,
        )

    def _records(self, domain: EntryDomain) -> FailoverRecords:
        args = self._args
        return FailoverRecords(
            f"{self._name}-records",
            {
                "placement": args["placement"],
                "domain": args["domain"],
                "exposure": args["exposure"],
                "zone_id": domain.zone_id,
                "targets": {
                    key: {
                        "region": args["data_centres"][key]["region"],
                        "role": args["data_centres"][key]["role"],
                        "dns_name": entry.dns_name,
                        "dns_zone_id": entry.dns_zone_id,
                    }
                    for key, entry in self.entries.items()
                },
                "latency_names": args.get("latency_names", {}),
            },
            opts=self._child,
        )


def _primary(name: str, args: FailoverLoadBalancerArgs) -> str:
    """The one primary data centre. More than one standby is refused: a failover record has one of each."""
    roles = {key: DataCentreRole(centre["role"]) for key, centre in args["data_centres"].items()}
    primaries = [key for key, role in roles.items() if role is DataCentreRole.PRIMARY]
    if len(primaries) != 1 or len(roles) > 2:
        raise ValueError(f"{name}: one primary and at most one standby data centre, not {roles}")
    return primaries[0]


def _icp_filing(name: str, args: FailoverLoadBalancerArgs) -> str:
    """The ICP filing number, empty where there is none."""
    number = args.get("icp_filing_number") or ""
    public = Exposure(args["exposure"]) is Exposure.PUBLIC
    if public and partition_of(args["placement"]).id == "aws-cn" and not number:
        raise ValueError(f"{name}: a public entry in mainland China needs its icp_filing_number")
    return number
