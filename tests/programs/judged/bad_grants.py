"""Letters opened to an outside vendor: by an access control list, as users of S3 are named; a search collection's readers."""

# jurisdiction: eu
# exit: 1
# says: no-foreign-account @ letters
# says: no-path-out-of-jurisdiction @ letters
# says: no-foreign-account @ collection

import json

import pulumi_aws as aws
from university_in_europe import FRA, bucket, on

letters = bucket("letters")
aws.s3.BucketAcl(
    "letters",
    bucket=letters.id,
    access_control_policy={
        "owner": {"id": "1" * 64},
        "grants": [
            {"permission": "FULL_CONTROL", "grantee": {"type": "CanonicalUser", "id": "1" * 64}},
            {"permission": "READ", "grantee": {"type": "CanonicalUser", "id": "79a5" * 16}},
        ],
    },
    opts=on(FRA),
)
aws.opensearch.ServerlessAccessPolicy(
    "collection",
    name="collection",
    type="data",
    policy=json.dumps(
        [
            {
                "Rules": [
                    {"ResourceType": "index", "Resource": ["index/letters/*"], "Permission": ["aoss:ReadDocument"]}
                ],
                "Principal": ["arn:aws:iam::909090909090:role/vendor"],
            }
        ]
    ),
    opts=on(FRA),
)
