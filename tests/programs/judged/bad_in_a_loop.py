"""One store of two, made in a loop, is copied abroad."""

# jurisdiction: eu
# says: no-path-out-of-jurisdiction @ lab
# silent: no-path-out-of-jurisdiction @ ris

import pulumi_aws as aws
from clinic_in_europe import T, o

stores = {"ris": "eu-west-1", "lab": "us-east-2"}
for name, dr in stores.items():
    a = aws.s3.Bucket(name, tags=T, opts=o)
    b = aws.s3.Bucket(f"copy-of-{name}", region=dr, tags=T, opts=o)
    aws.s3.BucketReplicationConfig(
        name,
        bucket=a.id,
        role="arn:aws:iam::111122223333:role/r",
        rules=[{"status": "Enabled", "destination": {"bucket": b.arn}} for _ in range(1)],
        opts=o,
    )
