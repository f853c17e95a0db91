"""Secrets of each kind: configuration, marked in the program, and text that should have been one."""

import pulumi
import pulumi_aws as aws

provider = aws.Provider("hospital", region="cn-north-1", allowed_account_ids=["123456789012"])
options = pulumi.ResourceOptions(provider=provider)
config = pulumi.Config()
database = aws.rds.Instance(
    "records",
    engine="postgres",
    instance_class="db.m6g.large",
    allocated_storage=20,
    username="admin",
    password=config.require_secret("password"),
    skip_final_snapshot=True,
    storage_encrypted=True,
    opts=options,
)
secret = aws.secretsmanager.Secret("token", opts=options)
aws.secretsmanager.SecretVersion("token", secret_id=secret.id, secret_string=pulumi.Output.secret("hush"), opts=options)
aws.ssm.Parameter("clear", type="String", value="in clear", opts=options)
pulumi.export("password", config.require_secret("password"))
