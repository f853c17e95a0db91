"""A disk's snapshot is copied abroad."""

# jurisdiction: eu
# says: no-path-out-of-jurisdiction @ vol

import pulumi_aws as aws
from clinic_in_europe import T, o

vol = aws.ebs.Volume("vol", availability_zone="eu-central-1a", size=10, tags=T, opts=o)
snap = aws.ebs.Snapshot("snap", volume_id=vol.id, tags=T, opts=o)
aws.ebs.SnapshotCopy("copy", region="us-east-1", source_snapshot_id=snap.id, source_region="eu-central-1", opts=o)
