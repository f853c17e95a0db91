"""Takes the account out of an ARN: of a value that stands for an ARN it cannot."""

import pulumi_aws as aws

queue = aws.sqs.Queue("notices")
queue.arn.apply(lambda arn: int(arn.split(":")[4]))
