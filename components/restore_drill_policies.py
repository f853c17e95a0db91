"""What the roles of a restore drill may do, as policy statements. Functions only."""

from collections.abc import Callable

Arn = Callable[[str, str], str]
"""(service, resource) -> ARN in the drill's region and account."""


def function_statements(
    arn: Arn, drill: str, vault: str, restore_role_arn: str, log_path: str
) -> list[dict[str, object]]:
    """The function restores what AWS Backup made, under names that begin with the drill's, and takes away what is so
    named. It reads no store."""
    return [
        {
            "Sid": "WritesItsLog",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": arn("logs", f"log-group:{log_path}:*"),
        },
        {
            "Sid": "SeesWhatTheVaultHolds",
            "Effect": "Allow",
            "Action": "backup:ListRecoveryPointsByBackupVault",
            "Resource": arn("backup", f"backup-vault:{vault}"),
        },
        {
            "Sid": "RestoresRecoveryPoints",
            "Effect": "Allow",
            "Action": ["backup:GetRecoveryPointRestoreMetadata", "backup:StartRestoreJob"],
            "Resource": [
                arn("backup", f"backup-vault:{vault}"),
                arn("backup", "recovery-point:*"),
                arn("rds", "cluster-snapshot:awsbackup:*"),
                arn("rds", "snapshot:awsbackup:*"),
            ],
        },
        {
            "Sid": "RestoresWithOneRole",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": restore_role_arn,
            "Condition": {"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}},
        },
        {
            "Sid": "TakesAwayWhatBearsItsName",
            "Effect": "Allow",
            "Action": [
                "dynamodb:DeleteTable",
                "rds:DeleteDBCluster",
                "rds:DeleteDBInstance",
                "s3:DeleteBucket",
                "s3:PutLifecycleConfiguration",
            ],
            "Resource": [
                arn("dynamodb", f"table/{drill}-*"),
                arn("rds", f"cluster:{drill}-*"),
                arn("rds", f"db:{drill}-*"),
                arn("s3", f"{drill}-*"),
            ],
        },
        # Neither action can be limited to a resource (service authorization reference).
        {
            "Sid": "FollowsItsJobs",
            "Effect": "Allow",
            "Action": ["backup:DescribeRestoreJob", "s3:ListAllMyBuckets"],
            "Resource": "*",
        },
    ]


def machine_statements(function_arn: str) -> list[dict[str, object]]:
    """The state machine calls one function and writes its log; the log delivery actions cannot be limited to a resource
    (Step Functions guide, "Using CloudWatch Logs to log execution history")."""
    return [
        {
            "Sid": "CallsItsFunction",
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Resource": function_arn,
        },
        {
            "Sid": "DeliversItsLog",
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
                "logs:GetLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:UpdateLogDelivery",
            ],
            "Resource": "*",
        },
    ]
