"""A store that a change takes away, beside a queue that stays."""

import pulumi
import pulumi_aws as aws

TAGS = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "imaging", "hospital-cloud:backup": "daily"}
provider = aws.Provider("hospital", region="cn-north-1", allowed_account_ids=["111122223333"])
options = pulumi.ResourceOptions(provider=provider)
images = aws.s3.Bucket("images", tags=TAGS, opts=options)
notices = aws.sqs.Queue("notices", opts=options)
