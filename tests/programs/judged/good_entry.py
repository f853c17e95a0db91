"""A load balancer on the internet, behind a firewall, with TLS 1.3."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import json

import pulumi_aws as aws
from hospital_in_china import ACCOUNT, HOME, LOG_TAGS, guarded, make_bucket, make_key, opts

cfg = {"public": ["10.30.0.0/24", "10.30.1.0/24"], "private": ["10.30.10.0/24", "10.30.11.0/24"]}
vpc = aws.ec2.Vpc("front", region=HOME, cidr_block="10.30.0.0/16", enable_dns_hostnames=True, opts=opts)
aws.ec2.DefaultSecurityGroup("front", region=HOME, vpc_id=vpc.id, opts=opts)
logk = make_key("front-logs", HOME, services=("logs.cn-north-1.amazonaws.com.cn",))
lg = aws.cloudwatch.LogGroup(
    "front-flow", region=HOME, retention_in_days=365, kms_key_id=logk.arn, tags=LOG_TAGS, opts=guarded
)
fr = aws.iam.Role(
    "front-flow",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                }
            ],
        }
    ),
    opts=opts,
)
aws.ec2.FlowLog(
    "front", region=HOME, vpc_id=vpc.id, traffic_type="ALL", log_destination=lg.arn, iam_role_arn=fr.arn, opts=opts
)
igw = aws.ec2.InternetGateway("front", region=HOME, vpc_id=vpc.id, opts=opts)
pub = aws.ec2.RouteTable("public", region=HOME, vpc_id=vpc.id, opts=opts)
aws.ec2.Route(
    "public", region=HOME, route_table_id=pub.id, destination_cidr_block="0.0.0.0/0", gateway_id=igw.id, opts=opts
)
public = [
    aws.ec2.Subnet(
        f"public-{i}", region=HOME, vpc_id=vpc.id, cidr_block=c, availability_zone=f"cn-north-1{'ab'[i]}", opts=opts
    )
    for i, c in enumerate(cfg["public"])
]
for i, s in enumerate(public):
    aws.ec2.RouteTableAssociation(f"public-{i}", region=HOME, subnet_id=s.id, route_table_id=pub.id, opts=opts)
lb_sg = aws.ec2.SecurityGroup(
    "lb",
    region=HOME,
    vpc_id=vpc.id,
    description="the entry",
    ingress=[
        {"description": "HTTPS", "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}
    ],
    egress=[
        {
            "description": "to the apps",
            "protocol": "tcp",
            "from_port": 8443,
            "to_port": 8443,
            "cidr_blocks": cfg["private"],
        }
    ],
    opts=opts,
)
access = make_bucket("lb-logs", HOME, tags=LOG_TAGS, lock_days=200)
lb = aws.lb.LoadBalancer(
    "front",
    region=HOME,
    load_balancer_type="application",
    internal=False,
    subnets=[s.id for s in public],
    security_groups=[lb_sg.id],
    drop_invalid_header_fields=True,
    desync_mitigation_mode="strictest",
    enable_deletion_protection=True,
    access_logs={"enabled": True, "bucket": access.bucket, "prefix": "access"},
    connection_logs={"enabled": True, "bucket": access.bucket, "prefix": "connections"},
    opts=guarded,
)
tg = aws.lb.TargetGroup(
    "front",
    region=HOME,
    vpc_id=vpc.id,
    port=8443,
    protocol="HTTPS",
    target_type="ip",
    health_check={"path": "/healthz", "protocol": "HTTPS", "matcher": "200"},
    opts=opts,
)
aws.lb.Listener(
    "https",
    region=HOME,
    load_balancer_arn=lb.arn,
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-3-2021-06",
    certificate_arn="arn:aws-cn:acm:cn-north-1:111122223333:certificate/1",
    default_actions=[{"type": "forward", "target_group_arn": tg.arn}],
    opts=opts,
)


def seen(metric):
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": False}


GROUPS = ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet")
acl = aws.wafv2.WebAcl(
    "front",
    region=HOME,
    scope="REGIONAL",
    default_action={"allow": {}},
    visibility_config=seen("front"),
    rules=[
        *(
            {
                "name": group,
                "priority": number,
                "override_action": {"none": {}},
                "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
                "visibility_config": seen(group),
            }
            for number, group in enumerate(GROUPS)
        ),
        {
            "name": "rate",
            "priority": len(GROUPS),
            "action": {"block": {}},
            "statement": {"rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}},
            "visibility_config": seen("rate"),
        },
    ],
    opts=opts,
)
aws.wafv2.WebAclAssociation("front", region=HOME, resource_arn=lb.arn, web_acl_arn=acl.arn, opts=opts)
wg = aws.cloudwatch.LogGroup(
    "waf",
    region=HOME,
    name="aws-waf-logs-front",
    retention_in_days=365,
    kms_key_id=logk.arn,
    tags=LOG_TAGS,
    opts=guarded,
)
aws.wafv2.WebAclLoggingConfiguration(
    "front",
    region=HOME,
    resource_arn=acl.arn,
    log_destination_configs=[wg.arn],
    redacted_fields=[
        {"single_header": {"name": "authorization"}},
        {"single_header": {"name": "cookie"}},
        {"query_string": {}},
    ],
    opts=opts,
)
