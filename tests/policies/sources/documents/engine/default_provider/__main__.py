"""One bucket, by the provider that the engine makes of the configuration."""

import pulumi
import pulumi_aws as aws

images = aws.s3.Bucket("images", tags={"owner": "radiology"})
pulumi.export("name", images.bucket)
