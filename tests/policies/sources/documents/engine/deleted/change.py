"""A store that a change takes away, beside a queue that stays."""

import pulumi
import pulumi_aws as aws

provider = aws.Provider("hospital", region="cn-north-1", allowed_account_ids=["111122223333"])
options = pulumi.ResourceOptions(provider=provider)
notices = aws.sqs.Queue("notices", opts=options)
