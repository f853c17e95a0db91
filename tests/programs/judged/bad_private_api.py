"""A private interface without a login, whose policy lets in the networks of every account of the region."""

# jurisdiction: sg
# exit: 1
# says: api-requires-login @ open
# silent: api-requires-login @ closed

import json

import pulumi
import pulumi_aws as aws

clinic = pulumi.ResourceOptions(
    provider=aws.Provider("clinic", region="ap-southeast-1", allowed_account_ids=["456789012345"])
)
INVOKE = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
ELSEWHERE = {**INVOKE, "Effect": "Deny", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}}
for name, statements in {"open": [INVOKE], "closed": [INVOKE, ELSEWHERE]}.items():
    api = aws.apigateway.RestApi(
        name,
        endpoint_configuration={"types": "PRIVATE"},
        policy=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=clinic,
    )
    aws.apigateway.Method(
        name,
        rest_api=api.id,
        resource_id=api.root_resource_id,
        http_method="GET",
        authorization="NONE",
        opts=clinic,
    )
