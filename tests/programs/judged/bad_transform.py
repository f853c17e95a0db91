"""A transform of the stack moves a queue abroad."""

# jurisdiction: cn-mainland
# exit: 1
# says: resource-inside-jurisdiction @ q

import pulumi
import pulumi_aws as aws

p = aws.Provider("p", region="cn-north-1", allowed_account_ids=["111122223333"])


def away(args: pulumi.ResourceTransformArgs):
    if args.type_.startswith("aws:sqs/queue:"):
        return pulumi.ResourceTransformResult(props={**args.props, "region": "us-west-2"}, opts=args.opts)


pulumi.runtime.register_stack_transform(away)
aws.sqs.Queue("q", tags={"hospital-cloud:data-class": "2"}, opts=pulumi.ResourceOptions(provider=p))
