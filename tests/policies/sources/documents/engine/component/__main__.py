"""Two instances of a component, one by each way of giving it a provider."""

import pulumi
import pulumi_aws as aws

TAGS = {"hospital-cloud:data-class": "4", "hospital-cloud:record-kind": "imaging", "hospital-cloud:backup": "daily"}
provider = aws.Provider("hospital", region="cn-north-1", allowed_account_ids=["123456789012"])


class Store(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions):
        super().__init__("acme:index:Store", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.key = aws.kms.Key(f"{name}-key", enable_key_rotation=True, opts=child)
        self.bucket = aws.s3.Bucket(f"{name}-bucket", tags=TAGS, opts=child)
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=self.bucket.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": self.key.arn,
                    }
                }
            ],
            opts=child,
        )
        aws.s3.BucketVersioning(
            f"{name}-versioning", bucket=self.bucket.id, versioning_configuration={"status": "Enabled"}, opts=child
        )
        self.register_outputs({"arn": self.bucket.arn})


Store("images", pulumi.ResourceOptions(providers=[provider]))
Store("reports", pulumi.ResourceOptions(providers={"aws": provider}))
