"""A function in a closed network reads the bucket through endpoints."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import json

import pulumi
import pulumi_aws as aws
from hospital_in_china import ACCOUNT, HOME, LOG_TAGS, guarded, keys, make_key, opts, records

vpc = aws.ec2.Vpc(
    "apps", region=HOME, cidr_block="10.20.0.0/16", enable_dns_hostnames=True, enable_dns_support=True, opts=opts
)
aws.ec2.DefaultSecurityGroup("apps", region=HOME, vpc_id=vpc.id, opts=opts)
flow_key = make_key("flows", HOME, services=("logs.cn-north-1.amazonaws.com.cn",))
flow_group = aws.cloudwatch.LogGroup(
    "flows", region=HOME, name="/vpc/apps", retention_in_days=400, kms_key_id=flow_key.arn, tags=LOG_TAGS, opts=guarded
)
flow_role = aws.iam.Role(
    "flows",
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
aws.iam.RolePolicy(
    "flows",
    role=flow_role.id,
    policy=flow_group.arn.apply(
        lambda a: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                        "Resource": f"{a}:*",
                    }
                ],
            }
        )
    ),
    opts=opts,
)
aws.ec2.FlowLog(
    "apps",
    region=HOME,
    vpc_id=vpc.id,
    traffic_type="ALL",
    log_destination=flow_group.arn,
    iam_role_arn=flow_role.arn,
    opts=opts,
)
table = aws.ec2.RouteTable("private", region=HOME, vpc_id=vpc.id, opts=opts)
subnets = []
for i, zone in enumerate(("cn-north-1a", "cn-north-1b")):
    s = aws.ec2.Subnet(
        f"private-{i}", region=HOME, vpc_id=vpc.id, cidr_block=f"10.20.{i}.0/24", availability_zone=zone, opts=opts
    )
    aws.ec2.RouteTableAssociation(f"private-{i}", region=HOME, subnet_id=s.id, route_table_id=table.id, opts=opts)
    subnets.append(s)
aws.ec2.VpcEndpoint(
    "s3",
    region=HOME,
    vpc_id=vpc.id,
    service_name="com.amazonaws.cn-north-1.s3",
    vpc_endpoint_type="Gateway",
    route_table_ids=[table.id],
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
                    "Resource": [records.arn, pulumi.Output.concat(records.arn, "/*")],
                }
            ],
        }
    ),
    opts=opts,
)
door = aws.ec2.SecurityGroup("endpoints", region=HOME, vpc_id=vpc.id, description="endpoints", opts=opts)
mine = aws.ec2.SecurityGroup("function", region=HOME, vpc_id=vpc.id, description="function", opts=opts)
aws.vpc.SecurityGroupIngressRule(
    "https",
    region=HOME,
    security_group_id=door.id,
    referenced_security_group_id=mine.id,
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    opts=opts,
)
aws.vpc.SecurityGroupEgressRule(
    "https",
    region=HOME,
    security_group_id=mine.id,
    referenced_security_group_id=door.id,
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    opts=opts,
)
for service in ("kms", "logs", "sqs"):
    aws.ec2.VpcEndpoint(
        service,
        region=HOME,
        vpc_id=vpc.id,
        service_name=f"cn.com.amazonaws.cn-north-1.{service}"
        if service == "sqs"
        else f"com.amazonaws.cn-north-1.{service}",
        vpc_endpoint_type="Interface",
        private_dns_enabled=True,
        subnet_ids=[s.id for s in subnets],
        security_group_ids=[door.id],
        opts=opts,
    )
group = aws.cloudwatch.LogGroup(
    "thumbs",
    region=HOME,
    name="/aws/lambda/thumbs",
    retention_in_days=400,
    kms_key_id=flow_key.arn,
    tags=LOG_TAGS,
    opts=guarded,
)
role = aws.iam.Role(
    "thumbs",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
    opts=opts,
)
aws.iam.RolePolicy(
    "thumbs",
    role=role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:PutObject"],
                    "Resource": pulumi.Output.concat(records.arn, "/*"),
                },
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": pulumi.Output.concat(group.arn, ":*"),
                },
            ],
        }
    ),
    opts=opts,
)
aws.iam.RolePolicyAttachment(
    "thumbs",
    role=role.name,
    policy_arn="arn:aws-cn:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    opts=opts,
)
fn = aws.lambda_.Function(
    "thumbs",
    region=HOME,
    name="thumbs",
    role=role.arn,
    runtime="python3.12",
    handler="app.main",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def main(e, c): pass")}),
    kms_key_arn=keys[HOME].arn,
    environment={"variables": {"BUCKET": records.bucket}},
    vpc_config={"subnet_ids": [s.id for s in subnets], "security_group_ids": [mine.id]},
    opts=opts,
)
aws.lambda_.Permission(
    "thumbs",
    region=HOME,
    function=fn.name,
    action="lambda:InvokeFunction",
    principal="s3.amazonaws.com",
    source_arn=records.arn,
    source_account=ACCOUNT,
    opts=opts,
)
aws.s3.BucketNotification(
    "thumbs",
    region=HOME,
    bucket=records.id,
    lambda_functions=[{"lambda_function_arn": fn.arn, "events": ["s3:ObjectCreated:*"]}],
    opts=opts,
)
