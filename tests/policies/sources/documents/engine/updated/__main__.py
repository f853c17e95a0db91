"""An open security group whose change only updates, a key, and a topic that uses it."""

import pulumi
import pulumi_aws as aws

provider = aws.Provider("hospital", region="cn-north-1", allowed_account_ids=["123456789012"])
options = pulumi.ResourceOptions(provider=provider)
key = aws.kms.Key("key", enable_key_rotation=True, opts=options)
notices = aws.sns.Topic("notices", kms_master_key_id=key.arn, opts=options)
network = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=options)
gate = aws.ec2.SecurityGroup(
    "gate",
    vpc_id=network.id,
    description="gate",
    ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}],
    opts=options,
)
