"""A policy document made by the provider's function, one known before deploy, and one written around an output."""

import pulumi
import pulumi_aws as aws

TAGS = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "imaging", "hospital-cloud:backup": "daily"}
provider = aws.Provider("hospital", region="cn-north-1", allowed_account_ids=["123456789012"])
options = pulumi.ResourceOptions(provider=provider)
call = pulumi.InvokeOptions(provider=provider)
images = aws.s3.Bucket("images", tags=TAGS, opts=options)
reports = aws.s3.Bucket("reports", tags=TAGS, opts=options)
everyone = [{"type": "*", "identifiers": ["*"]}]
document = aws.iam.get_policy_document_output(
    statements=[
        {"principals": everyone, "actions": ["s3:GetObject"], "resources": [pulumi.Output.concat(images.arn, "/*")]}
    ],
    opts=call,
)
aws.s3.BucketPolicy("images", bucket=images.id, policy=document.json, opts=options)
trust = aws.iam.get_policy_document(statements=[{"principals": everyone, "actions": ["sts:AssumeRole"]}], opts=call)
aws.iam.Role("anybody", assume_role_policy=trust.json, opts=options)
aws.s3.BucketPolicy(
    "reports",
    bucket=reports.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": pulumi.Output.concat(reports.arn, "/*"),
                }
            ],
        }
    ),
    opts=options,
)
