"""Passwords that stand in the program, where the SDK hides them; beside them those that a setting gives, or that are filled in later."""

# jurisdiction: eu
# says: no-secret-in-clear @ spelled
# says: no-secret-in-clear @ fallback
# says: no-secret-in-clear @ object
# silent: no-secret-in-clear @ setting
# silent: no-secret-in-clear @ later
# silent: no-secret-in-clear @ composed

import json

import pulumi
import pulumi_aws as aws
from university_in_europe import FRA, KEYS, PATIENT, on

config = pulumi.Config()
passwords = {
    "spelled": "Winter2026!",
    "fallback": config.get_secret("password") or "changeit",
    "setting": config.require_secret("password"),
}
for name, password in passwords.items():
    aws.rds.Instance(
        name,
        engine="postgres",
        instance_class="db.m7g.large",
        allocated_storage=100,
        username="his",
        password=password,
        storage_encrypted=True,
        kms_key_id=KEYS[FRA].arn,
        tags=PATIENT,
        opts=on(FRA, protect=True),
    )
secret = aws.secretsmanager.Secret("lab", kms_key_id=KEYS[FRA].arn, opts=on(FRA))
aws.secretsmanager.SecretVersion(
    "object",
    secret_id=secret.id,
    secret_string=json.dumps({"username": "lab", "password": "Winter2026!"}),
    opts=on(FRA),
)
aws.secretsmanager.SecretVersion(
    "composed",
    secret_id=secret.id,
    secret_string=pulumi.Output.json_dumps({"username": "lab", "password": config.require_secret("lab")}),
    opts=on(FRA),
)
aws.secretsmanager.SecretVersion(
    "later", secret_id=secret.id, secret_string="to be set", opts=on(FRA, ignore_changes=["secret_string"])
)
