"""Asks what a machine costs today, on line 5."""

import pulumi_aws as aws

price = aws.ec2.get_spot_price(instance_type="m6i.large")
