"""Images of the PACS: a locked bucket in Beijing, replicated to Ningxia."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else
import pulumi
import pulumi_aws as aws
from group_in_china import BEIJING, NINGXIA, PROVIDERS, REGIONS, Bucket, backups, trust


class Archive(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("xiehe:pacs:Archive", name, None, opts)
        o = pulumi.ResourceOptions(parent=self)
        self.home = Bucket(
            f"{name}-images", BEIJING, REGIONS[BEIJING].data_key, log_bucket=REGIONS[BEIJING].logs, opts=o
        )
        self.copy = Bucket(
            f"{name}-images-copy", NINGXIA, REGIONS[NINGXIA].data_key, log_bucket=REGIONS[NINGXIA].logs, opts=o
        )
        role = aws.iam.Role(
            f"{name}-replication",
            assume_role_policy=trust("s3.amazonaws.com"),
            opts=pulumi.ResourceOptions(parent=self, provider=PROVIDERS[BEIJING]),
        )
        aws.iam.RolePolicy(
            f"{name}-replication",
            role=role.id,
            policy=aws.iam.get_policy_document_output(
                statements=[
                    aws.iam.GetPolicyDocumentStatementArgs(
                        actions=["s3:GetReplicationConfiguration", "s3:ListBucket"], resources=[self.home.arn]
                    ),
                    aws.iam.GetPolicyDocumentStatementArgs(
                        actions=[
                            "s3:GetObjectVersionForReplication",
                            "s3:GetObjectVersionAcl",
                            "s3:GetObjectVersionTagging",
                            "s3:GetObjectRetention",
                            "s3:GetObjectLegalHold",
                        ],
                        resources=[pulumi.Output.concat(self.home.arn, "/*")],
                    ),
                    aws.iam.GetPolicyDocumentStatementArgs(
                        actions=["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
                        resources=[pulumi.Output.concat(self.copy.arn, "/*")],
                    ),
                    aws.iam.GetPolicyDocumentStatementArgs(
                        actions=["kms:Decrypt"], resources=[REGIONS[BEIJING].data_key.arn]
                    ),
                    aws.iam.GetPolicyDocumentStatementArgs(
                        actions=["kms:Encrypt"], resources=[REGIONS[NINGXIA].data_key.arn]
                    ),
                ]
            ).json,
            opts=pulumi.ResourceOptions(parent=role, provider=PROVIDERS[BEIJING]),
        )
        aws.s3.BucketReplicationConfig(
            f"{name}-images",
            bucket=self.home.bucket.id,
            role=role.arn,
            rules=[
                aws.s3.BucketReplicationConfigRuleArgs(
                    id="everything",
                    status="Enabled",
                    filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
                    delete_marker_replication={"status": "Disabled"},
                    source_selection_criteria={"sse_kms_encrypted_objects": {"status": "Enabled"}},
                    destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
                        bucket=self.copy.arn,
                        storage_class="STANDARD_IA",
                        encryption_configuration={"replica_kms_key_id": REGIONS[NINGXIA].data_key.arn},
                        metrics={"status": "Enabled", "event_threshold": {"minutes": 15}},
                        replication_time={"status": "Enabled", "time": {"minutes": 15}},
                    ),
                )
            ],
            opts=pulumi.ResourceOptions(
                parent=self, provider=PROVIDERS[BEIJING], depends_on=[self.home.versioning, self.copy.versioning]
            ),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-images",
            bucket=self.home.bucket.id,
            rules=[
                {
                    "id": "cool",
                    "status": "Enabled",
                    "filter": {},
                    "transitions": [{"days": 180, "storage_class": "GLACIER_IR"}],
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, provider=PROVIDERS[BEIJING]),
        )
        self.register_outputs({"bucket": self.home.bucket.bucket})


pacs = Archive("pacs")
backups()
pulumi.export("bucket", pacs.home.bucket.bucket)
