"""Asks AWS who it is, with whatever credentials it finds."""

import boto3

boto3.client("sts", region_name="cn-north-1").get_caller_identity()
