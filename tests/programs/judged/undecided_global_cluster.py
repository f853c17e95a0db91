"""A cluster joins a global one of another program: where its other members stand, nobody here can tell."""

# jurisdiction: eu
# says: no-path-out-of-jurisdiction @ his

import pulumi_aws as aws
from university_in_europe import FRA, KEYS, PATIENT, on

aws.rds.Cluster(
    "his",
    engine="aurora-postgresql",
    global_cluster_identifier="group-his",
    storage_encrypted=True,
    kms_key_id=KEYS[FRA].arn,
    tags=PATIENT,
    opts=on(FRA, protect=True),
)
