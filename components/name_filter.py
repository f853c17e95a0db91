"""NameFilter: which names a network may ask for.

Promises: the network resolves names of the cloud, its own and those it may call, and no other. Without it a network
without any way out still leaks: whatever resolves names carries data in them (DNS tunnelling). Where the filter itself
fails, names resolve: an entry that no longer finds its database harms patients, and the firewall still stands behind.
Makes: DNS Firewall lists, rules, their association with the network, and its setting.
"""

from typing import Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Lifecycle, Placement, lifecycle_of, partition_of

_CLOUD = ("api.amazonwebservices.com.cn", "api.aws", "compute.internal", "in-addr.arpa")
"""Names of the cloud in every partition, beside those of the partition's own suffix."""


class NameFilterArgs(TypedDict):
    """Arguments of NameFilter."""

    placement: Placement
    region: str
    vpc_id: pulumi.Input[str]
    domains: list[str]
    """What may be resolved beside the cloud's own names: `updates.example.com`, or `.example.com` for all below it."""


class NameFilter(pulumi.ComponentResource):
    """See the module."""

    association_id: pulumi.Output[str]
    """Id of the association: the network is filtered."""

    def __init__(self, name: str, args: NameFilterArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:NameFilter", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)

        group = aws.route53.ResolverFirewallRuleGroup(f"{name}-group", region=region, opts=child)
        allowed = aws.route53.ResolverFirewallDomainList(
            f"{name}-allowed", region=region, domains=resolvable_names(placement, args["domains"]), opts=child
        )
        others = aws.route53.ResolverFirewallDomainList(f"{name}-others", region=region, domains=["*."], opts=child)
        allow = aws.route53.ResolverFirewallRule(
            f"{name}-allow",
            region=region,
            name="allow",
            firewall_rule_group_id=group.id,
            firewall_domain_list_id=allowed.id,
            # A name that may be called often leads to a delivery network's: its owner answers for that.
            firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",
            action="ALLOW",
            priority=100,
            opts=child,
        )
        block = aws.route53.ResolverFirewallRule(
            f"{name}-block",
            region=region,
            name="block",
            firewall_rule_group_id=group.id,
            firewall_domain_list_id=others.id,
            action="BLOCK",
            block_response="NXDOMAIN",
            priority=200,
            opts=child,
        )
        aws.route53.ResolverFirewallConfig(
            f"{name}-setting", region=region, resource_id=args["vpc_id"], firewall_fail_open="ENABLED", opts=child
        )
        # After the rules: a group without its allow rule would block all names for a moment.
        association = aws.route53.ResolverFirewallRuleGroupAssociation(
            f"{name}-association",
            region=region,
            name=name,
            firewall_rule_group_id=group.id,
            vpc_id=args["vpc_id"],
            priority=101,
            mutation_protection="ENABLED" if lifecycle_of(placement) is Lifecycle.LIVE else "DISABLED",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allow, block]),
        )
        self.association_id = association.id
        self.register_outputs({"associationId": self.association_id})


def resolvable_names(placement: Placement, domains: list[str]) -> list[str]:
    """The allow-list as DNS Firewall writes it, in order: with a final dot, everything below a name as `*.name.`."""
    names = {f"*.{suffix}." for suffix in (*_CLOUD, "amazonaws.com", partition_of(placement).dns_suffix)}
    for domain in domains:
        if domain.startswith("."):
            names |= {f"{domain[1:]}.", f"*{domain}."}
        else:
            names.add(f"{domain}.")
    return sorted(names)
