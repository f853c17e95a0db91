"""A table whose change of key forces a new one."""

import pulumi
import pulumi_aws as aws

TAGS = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "imaging", "hospital-cloud:backup": "daily"}
provider = aws.Provider("hospital", region="cn-north-1", allowed_account_ids=["123456789012"])
options = pulumi.ResourceOptions(provider=provider)
records = aws.dynamodb.Table(
    "records",
    name="records",
    attributes=[{"name": "id", "type": "S"}],
    hash_key="id",
    billing_mode="PAY_PER_REQUEST",
    tags=TAGS,
    opts=options,
)
