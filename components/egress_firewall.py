"""EgressFirewall: what may leave a data centre, by domain.

Promises: TLS (port 443) to the domains on the list, and nothing else; what is refused is written down, and so is what
passes; rules and policy are encrypted with the hospital's key. The list is compared with the name the client asks for
(SNI, which a client may forge): who gets names resolved at all is the name filter's matter. Makes: rule groups, policy,
firewall, logging.
"""

from collections.abc import Sequence
from typing import Any, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Lifecycle, Placement, lifecycle_of

_ANYWHERE = "0.0.0.0/0"
_DOMAIN_CAPACITY = 500
"""Room in the rule group for domains; fixed when it is made. A stack file takes 100."""


class EgressFirewallArgs(TypedDict):
    """Arguments of EgressFirewall."""

    placement: Placement
    region: str
    vpc_id: pulumi.Input[str]
    cidr: str
    """The network."""
    allow_list: list[str]
    """`updates.example.com`, or `.example.com` for all below it."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """Zone -> subnet for the firewall's endpoint."""
    key_arn: pulumi.Input[str]
    alert_log_group: pulumi.Input[str]
    """Name of the log group that takes what is refused."""
    flow_log_group: pulumi.Input[str]
    """Name of the log group that takes what passes."""


class EgressFirewall(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    """ARN of the firewall."""
    endpoint_ids: dict[str, pulumi.Output[str]]
    """Zone -> endpoint that routes lead to. A route depends on this component: none leads here before it logs."""

    def __init__(self, name: str, args: EgressFirewallArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:EgressFirewall", name, dict(args), opts)
        region, child = args["region"], pulumi.ResourceOptions(parent=self)
        encryption = {"type": "CUSTOMER_KMS", "key_id": args["key_arn"]}

        firewall = aws.networkfirewall.Firewall(
            f"{name}-firewall",
            region=region,
            description="The way out of the data centre",
            vpc_id=args["vpc_id"],
            firewall_policy_arn=self._policy(name, args, encryption),
            subnet_mappings=[{"subnet_id": subnet_id} for _, subnet_id in sorted(args["subnet_ids"].items())],
            delete_protection=lifecycle_of(args["placement"]) is Lifecycle.LIVE,
            firewall_policy_change_protection=False,
            subnet_change_protection=False,
            encryption_configuration=encryption,
            tags={"Name": name},
            opts=child,
        )
        groups = {"ALERT": args["alert_log_group"], "FLOW": args["flow_log_group"]}
        aws.networkfirewall.LoggingConfiguration(
            f"{name}-logging",
            region=region,
            firewall_arn=firewall.arn,
            logging_configuration={
                "log_destination_configs": [
                    {
                        "log_type": kind,
                        "log_destination_type": "CloudWatchLogs",
                        "log_destination": {"logGroup": group},
                    }
                    for kind, group in groups.items()
                ]
            },
            opts=child,
        )
        self.arn = firewall.arn
        self.endpoint_ids = {zone: endpoint_of(firewall, zone) for zone in sorted(args["subnet_ids"])}
        self.register_outputs({"arn": self.arn, "endpointIds": self.endpoint_ids})

    def _policy(self, name: str, args: EgressFirewallArgs, encryption: dict[str, Any]) -> pulumi.Output[str]:
        """ARN of the policy with its rule groups."""
        region, child = args["region"], pulumi.ResourceOptions(parent=self)
        tls = aws.networkfirewall.RuleGroup(
            f"{name}-tls-only",
            region=region,
            description="Only TLS goes on to the domain rules",
            type="STATELESS",
            capacity=10,
            rule_group={
                "rules_source": {"stateless_rules_and_custom_actions": {"stateless_rules": tls_rules(args["cidr"])}}
            },
            encryption_configuration=encryption,
            opts=child,
        )
        domains = aws.networkfirewall.RuleGroup(
            f"{name}-domains",
            region=region,
            description="The domains that may be called",
            type="STATEFUL",
            capacity=_DOMAIN_CAPACITY,
            rule_group={
                "stateful_rule_options": {"rule_order": "STRICT_ORDER"},
                "rules_source": {
                    "rules_source_list": {
                        "generated_rules_type": "ALLOWLIST",
                        "target_types": ["TLS_SNI"],
                        "targets": sorted(set(args["allow_list"])),
                    }
                },
            },
            encryption_configuration=encryption,
            opts=child,
        )
        policy = aws.networkfirewall.FirewallPolicy(
            f"{name}-policy",
            region=region,
            description="Nothing but the domains on the list",
            firewall_policy=firewall_policy(tls.arn, domains.arn),
            encryption_configuration=encryption,
            opts=child,
        )
        return policy.arn


def firewall_policy(tls_arn: pulumi.Input[str], domains_arn: pulumi.Input[str]) -> dict[str, Any]:
    """What happens to a packet. `drop_established` lets TCP shake hands, so that the name can be read, and would let
    other protocols' first packets out: everything but TLS is dropped before (Network Firewall developer guide, "Strict
    evaluation order")."""
    return {
        "stateless_rule_group_references": [{"priority": 1, "resource_arn": tls_arn}],
        "stateless_default_actions": ["aws:drop"],
        "stateless_fragment_default_actions": ["aws:drop"],
        "stateful_engine_options": {"rule_order": "STRICT_ORDER", "stream_exception_policy": "DROP"},
        "stateful_rule_group_references": [{"priority": 1, "resource_arn": domains_arn}],
        "stateful_default_actions": ["aws:alert_established", "aws:drop_established"],
    }


def tls_rules(cidr: str) -> list[dict[str, Any]]:
    """Packets that the domain rules may see: from the network to port 443, and the answers."""
    network, anywhere = [{"address_definition": cidr}], [{"address_definition": _ANYWHERE}]
    tls, client = [{"from_port": 443, "to_port": 443}], [{"from_port": 1024, "to_port": 65535}]
    return [
        {
            "priority": priority,
            "rule_definition": {
                "actions": ["aws:forward_to_sfe"],
                "match_attributes": {
                    "protocols": [6],
                    "sources": source,
                    "source_ports": source_ports,
                    "destinations": destination,
                    "destination_ports": destination_ports,
                },
            },
        }
        for priority, source, source_ports, destination, destination_ports in (
            (1, network, client, anywhere, tls),
            (2, anywhere, tls, network, client),
        )
    ]


def endpoint_of(firewall: aws.networkfirewall.Firewall, zone: str) -> pulumi.Output[str]:
    """The id of the firewall's endpoint in a zone, which AWS tells once the firewall is there. Where it is not told (an
    emulator without endpoints) the id is one that no API accepts: that route fails and says why, and nothing leads
    around the firewall. An exception here would end the whole program instead."""

    def pick(statuses: Sequence[Any]) -> str:
        for status in statuses or []:
            for state in status.sync_states or []:
                if state.availability_zone == zone and state.attachments:
                    return str(state.attachments[0].endpoint_id)
        return f"vpce-NotImplemented-{zone}"

    return firewall.firewall_statuses.apply(pick)
