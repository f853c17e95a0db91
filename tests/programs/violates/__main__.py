"""A bucket outside the country, without a key, open to all; the default provider."""

import pulumi_aws as aws

images = aws.s3.Bucket("images", region="us-east-1", acl="public-read", tags={"sensitivity": "4"})
