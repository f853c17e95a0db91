"""Looks the default network up, on line 5."""

import pulumi_aws as aws

network = aws.ec2.get_vpc(default=True)
