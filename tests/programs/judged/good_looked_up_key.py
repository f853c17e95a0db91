"""A queue under a key that another program makes, found by its alias."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import json

import pulumi
import pulumi_aws as aws

p = aws.Provider("p", region="cn-north-1", allowed_account_ids=["111122223333"])
o = pulumi.ResourceOptions(provider=p)
k = aws.kms.get_alias_output(name="alias/queues", opts=pulumi.InvokeOutputOptions(provider=p))
q = aws.sqs.Queue(
    "q",
    region="cn-north-1",
    kms_master_key_id=k.target_key_arn,
    tags={
        "hospital-cloud:data-class": "3",
        "hospital-cloud:record-kind": "operational",
        "hospital-cloud:backup": "none",
    },
    opts=pulumi.ResourceOptions(provider=p, protect=True),
)
aws.sqs.QueuePolicy(
    "q",
    region="cn-north-1",
    queue_url=q.url,
    policy=q.arn.apply(
        lambda a: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "sqs:*",
                        "Resource": a,
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            }
        )
    ),
    opts=o,
)
