"""A queue abroad that is made inside an apply."""

# jurisdiction: cn-mainland
# exit: 1
# says: resource-inside-jurisdiction @ inner

import pulumi
import pulumi_aws as aws

p = aws.Provider("p", region="cn-north-1", allowed_account_ids=["111122223333"])
q = aws.sqs.Queue("outer", tags={"hospital-cloud:data-class": "2"}, opts=pulumi.ResourceOptions(provider=p))
q.arn.apply(lambda arn: aws.sqs.Queue("inner", region="us-east-1", opts=pulumi.ResourceOptions(provider=p)))
