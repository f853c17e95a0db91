"""A second plan copies backups to Singapore."""

# jurisdiction: cn-mainland
# exit: 1
# says: backup-copies-inside-jurisdiction @ extra
# says: no-path-out-of-jurisdiction @ records

import pulumi_aws as aws
from hospital_in_china import HOME, backup_role, opts, records, vaults

plan = aws.backup.Plan(
    "extra",
    region=HOME,
    name="extra",
    rules=[
        {
            "rule_name": "daily",
            "target_vault_name": vaults[HOME].name,
            "schedule": "cron(0 18 * * ? *)",
            "lifecycle": {"delete_after": 90},
            "copy_actions": [
                {
                    "destination_vault_arn": "arn:aws:backup:ap-southeast-1:111122223333:backup-vault:dr",
                    "lifecycle": {"delete_after": 90},
                }
            ],
        }
    ],
    opts=opts,
)
aws.backup.Selection(
    "extra", region=HOME, plan_id=plan.id, name="x", iam_role_arn=backup_role.arn, resources=[records.arn], opts=opts
)
