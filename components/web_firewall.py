"""WebFirewall: what a region's clinical entry refuses before an application sees it.

Promises: requests with known attack patterns, from addresses of bad repute, or too many from one address are refused;
each refusal is logged, encrypted with the hospital's key, as long as the jurisdiction keeps audit logs; what names a
patient or opens a session (query string, cookies, credentials) is not in the log.

Two rules of AWS's common group only count: patients' documents are larger than 8 KB, and the narrative of a FHIR
resource is XHTML, which a rule against script injection takes for an attack. Rules of AWS only: the Marketplace is not
in China.

Makes: a customer key, a log group with the policy for its writer, a web ACL with logging.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import Placement, log_retention_days, partition_of, physical_name, store_tags
from jurisdictions import BackupMode, RecordKind

_MANAGED_RULES = {
    "bad-repute": ("AWSManagedRulesAmazonIpReputationList", ()),
    "common": ("AWSManagedRulesCommonRuleSet", ("CrossSiteScripting_BODY", "SizeRestrictions_BODY")),
    "known-bad-inputs": ("AWSManagedRulesKnownBadInputsRuleSet", ()),
    "sql-injection": ("AWSManagedRulesSQLiRuleSet", ()),
}
"""Rule group by role, and those of its rules that count and do not refuse (see the module). 1,127 of the 1,500
capacity units a web ACL has."""

_PRIORITY = {"rate": 0, "bad-repute": 10, "known-bad-inputs": 20, "common": 30, "sql-injection": 40}
REQUESTS_PER_ADDRESS = 20_000
"""In five minutes. A campus behind one public address has thousands of people: 67 requests a second."""


class WebFirewallArgs(TypedDict):
    """Arguments of WebFirewall."""

    placement: Placement
    region: str
    role: str
    """What it guards, in names. At most 12 characters."""
    data_class: int
    """1 to 5: the highest class of what passes; from 3 up no request is sampled."""
    requests_per_address: NotRequired[int]
    """How many requests one address may send in five minutes; left out, 20,000."""


class WebFirewall(pulumi.ComponentResource):
    """See the module."""

    arn: pulumi.Output[str]
    """ARN of the web ACL, handed out when its log is on."""

    def __init__(self, name: str, args: WebFirewallArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:WebFirewall", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)
        sampled = args["data_class"] < 3

        acl = aws.wafv2.WebAcl(
            f"{name}-acl",
            region=region,
            description=f"{placement['hospital']} {args['role']}",
            scope="REGIONAL",
            default_action={"allow": {}},
            visibility_config=_visibility(args["role"], sampled),
            rules=[
                _rate_rule(args.get("requests_per_address") or REQUESTS_PER_ADDRESS, sampled),
                *(_group_rule(role, sampled) for role in sorted(_MANAGED_RULES)),
            ],
            opts=child,
        )
        key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": f"{args['role']}-waf",
                "data_class": 2,
                "via_services": ["logs"],
                "service_principals": ["logs"],
            },
            opts=child,
        )
        log_name = f"aws-waf-logs-{physical_name(placement, region, args['role'])}"
        log = aws.cloudwatch.LogGroup(
            f"{name}-log",
            region=region,
            name=log_name,
            kms_key_id=key.arn,
            retention_in_days=log_retention_days(placement),
            tags=store_tags(2, RecordKind.AUDIT_LOG, BackupMode.NONE),
            opts=child,
        )
        writer = aws.cloudwatch.LogResourcePolicy(
            f"{name}-log-writer",
            region=region,
            policy_name=physical_name(placement, region, f"{args['role']}-waf"),
            policy_document=_writer_policy(placement, region, log_name),
            opts=child,
        )
        logged = aws.wafv2.WebAclLoggingConfiguration(
            f"{name}-logging",
            region=region,
            resource_arn=acl.arn,
            log_destination_configs=[log.arn],
            redacted_fields=[
                {"single_header": {"name": "authorization"}},
                {"single_header": {"name": "cookie"}},
                {"query_string": {}},
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[writer]),
        )
        self.arn = pulumi.Output.all(acl.arn, logged.id).apply(lambda ready: str(ready[0]))
        self.register_outputs({"arn": self.arn})


def _visibility(role: str, sampled: bool) -> dict[str, object]:
    return {"cloudwatch_metrics_enabled": True, "metric_name": role, "sampled_requests_enabled": sampled}


def _rate_rule(limit: int, sampled: bool) -> dict[str, object]:
    return {
        "name": "rate",
        "priority": _PRIORITY["rate"],
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"aggregate_key_type": "IP", "limit": limit}},
        "visibility_config": _visibility("rate", sampled),
    }


def _group_rule(role: str, sampled: bool) -> dict[str, object]:
    group, counting = _MANAGED_RULES[role]
    statement: dict[str, object] = {"vendor_name": "AWS", "name": group}
    if counting:
        statement["rule_action_overrides"] = [{"name": rule, "action_to_use": {"count": {}}} for rule in counting]
    return {
        "name": role,
        "priority": _PRIORITY[role],
        "override_action": {"none": {}},
        "statement": {"managed_rule_group_statement": statement},
        "visibility_config": _visibility(role, sampled),
    }


def _writer_policy(placement: Placement, region: str, log_name: str) -> str:
    """WAF writes through the log delivery service, for this account only."""
    partition, account_id = partition_of(placement), placement["account_id"]
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "FirewallLog",
                    "Effect": "Allow",
                    "Principal": {"Service": partition.principal("delivery.logs")},
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": partition.arn("logs", region, account_id, f"log-group:{log_name}:log-stream:*"),
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": account_id},
                        "ArnLike": {"aws:SourceArn": partition.arn("logs", region, account_id, "*")},
                    },
                }
            ],
        }
    )
