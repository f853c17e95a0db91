"""EFS is replicated - into its own region, which no fire leaves standing."""

# jurisdiction: eu
# exit: 1
# says: real-time-off-site-copy @ slides
# silent: everything else
import pulumi_aws as aws
from university_in_europe import FRA, KEYS, PATIENT, daily_backups, doc, on

slides = aws.efs.FileSystem(
    "slides", encrypted=True, kms_key_id=KEYS[FRA].arn, tags=PATIENT, opts=on(FRA, protect=True)
)
aws.efs.FileSystemPolicy(
    "slides",
    file_system_id=slides.id,
    policy=doc(
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Resource": slides.arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ),
    opts=on(FRA),
)
aws.efs.ReplicationConfiguration(
    "slides",
    source_file_system_id=slides.id,
    destination={"region": FRA, "kms_key_id": KEYS[FRA].arn},
    opts=on(FRA),
)
daily_backups()
