"""A queue for notices: no patients' data, its own key, one provider for the hospital's account."""

import json

import pulumi
import pulumi_aws as aws

ACCOUNT, REGION = "111122223333", "cn-north-1"

hospital = aws.Provider("hospital", region=REGION, allowed_account_ids=[ACCOUNT])
options = pulumi.ResourceOptions(provider=hospital, protect=True)

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Administer",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:role/key-administrator"},
            "Action": [
                "kms:Describe*",
                "kms:Enable*",
                "kms:Get*",
                "kms:List*",
                "kms:Put*",
                "kms:ScheduleKeyDeletion",
                "kms:TagResource",
                "kms:Update*",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Use",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:role/notices"},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "*",
        },
    ],
}

key = aws.kms.Key(
    "notices-key",
    region=REGION,
    description="Notices",
    enable_key_rotation=True,
    deletion_window_in_days=30,
    policy=json.dumps(POLICY),
    opts=options,
)
queue = aws.sqs.Queue(
    "notices",
    region=REGION,
    kms_master_key_id=key.arn,
    tags={
        "hospital-cloud:data-class": "2",
        "hospital-cloud:record-kind": "operational",
        "hospital-cloud:backup": "none",
    },
    opts=options,
)
aws.sqs.QueuePolicy(
    "notices-policy",
    region=REGION,
    queue_url=queue.url,
    policy=queue.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "sqs:*",
                        "Resource": arn,
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            }
        )
    ),
    opts=options,
)
