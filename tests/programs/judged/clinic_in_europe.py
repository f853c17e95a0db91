"""A clinic's account in Frankfurt with one bucket of images. Programs beside it add to it."""

import json

import pulumi
import pulumi_aws as aws

ACCOUNT = "111122223333"
eu = aws.Provider("eu", region="eu-central-1", allowed_account_ids=[ACCOUNT])
o = pulumi.ResourceOptions(provider=eu)
T = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "imaging", "hospital-cloud:backup": "daily"}


def trust(service):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
        }
    )


def allow(*pairs):
    return pulumi.Output.json_dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": a, "Resource": r} for a, r in pairs]}
    )


images = aws.s3.Bucket("images", bucket="clinic-images", tags=T, opts=o)


def reader(name, service, actions="s3:GetObject", resource=None):
    role = aws.iam.Role(name, assume_role_policy=trust(service), opts=o)
    aws.iam.RolePolicy(
        name, role=role.id, policy=allow((actions, resource or pulumi.Output.concat(images.arn, "/*"))), opts=o
    )
    return role
