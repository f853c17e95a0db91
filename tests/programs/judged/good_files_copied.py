"""Scanned letters on EFS, replicated into a file system in Dublin that is written here too, with its own key."""

# jurisdiction: eu
# exit: 0
# silent: everything else
import pulumi_aws as aws
from university_in_europe import ACCOUNT, DUB, FRA, KEYS, PATIENT, daily_backups, doc, on

there = aws.efs.FileSystem(
    "letters-dublin",
    encrypted=True,
    kms_key_id=KEYS[DUB].arn,
    protection={"replication_overwrite": "DISABLED"},
    tags={**PATIENT, "hospital-cloud:backup": "none"},
    opts=on(DUB, protect=True),
)
here = aws.efs.FileSystem("letters", encrypted=True, kms_key_id=KEYS[FRA].arn, tags=PATIENT, opts=on(FRA, protect=True))
for name, files, region in (("letters", here, FRA), ("letters-dublin", there, DUB)):
    aws.efs.FileSystemPolicy(
        name,
        file_system_id=files.id,
        policy=doc(
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "*",
                "Resource": files.arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/scan-station"},
                "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                "Resource": files.arn,
                "Condition": {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
            },
        ),
        opts=on(region),
    )
aws.efs.ReplicationConfiguration(
    "letters",
    source_file_system_id=here.id,
    destination={"file_system_id": there.id, "region": DUB},
    opts=on(FRA),
)
daily_backups()
