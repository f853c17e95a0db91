"""A preview would not show the bucket abroad: it is made only when the program deploys."""

# jurisdiction: cn-mainland
# exit: 1
# says: resource-inside-jurisdiction @ research

import pulumi
import pulumi_aws as aws
from hospital_in_china import ACCOUNT, TAGS

if not pulumi.runtime.is_dry_run():
    away = aws.Provider("away", region="ap-southeast-1", allowed_account_ids=[ACCOUNT])
    aws.s3.Bucket("research", bucket="research", tags=TAGS, opts=pulumi.ResourceOptions(provider=away, protect=True))
