"""What leaves a store by its own settings: copies, backups, shares of snapshots, keys, events."""

from tests.policies.flows.cases import (
    ABROAD,
    BUCKET,
    CLUSTER,
    INSTANCE,
    KEY,
    SECRET_TYPE,
    TABLE,
    TOPIC,
    Case,
    _topic_bus,
    backups_copy,
    bucket,
    export,
    foreign,
    grant,
    inventory,
    keyed,
    notify,
    own_role,
    plan,
    replica,
    replica_key,
    replicating,
    resource,
    selection,
    snapshot,
    store,
    streaming,
    vault,
)
from tests.resources import ACCOUNT, arn, document, ref

COPIES = [
    Case(
        "s3 replication",
        bucket,
        [replica, replicating(ref(BUCKET, "replica"))],
        replicating("arn:aws:s3:::abroad"),
        ("replicate", "rules[0].destination.bucket"),
    ),
    Case(
        "s3 replication, own bucket abroad",
        bucket,
        [foreign, replica, replicating(ref(BUCKET, "replica"))],
        replicating(ref(BUCKET, "abroad")),
        ("abroad", "data by", "rules[0].destination.bucket"),
    ),
    Case(
        "s3 notification, two hops",
        bucket,
        [
            resource(TOPIC, "desk", name="desk", kmsMasterKeyId=None, policy=None),
            resource(notify, "events", bucket="records", topics=[{"topicArn": ref(TOPIC, "desk"), "events": ["s3:*"]}]),
            _topic_bus(topic=ref(TOPIC, "desk"), protocol="sqs", endpoint=arn("sqs", "inbox")),
        ],
        _topic_bus(topic=ref(TOPIC, "desk"), protocol="sqs", endpoint=f"arn:aws-cn:sqs:{ABROAD}:{ACCOUNT}:inbox"),
        ("metadata by", "topics[0].topicArn", "data by", "to-desk, endpoint"),
    ),
    Case(
        "sns https subscription",
        store(TOPIC, kmsMasterKeyId=None),
        [_topic_bus(topic=ref(TOPIC, "records"), protocol="sqs", endpoint=arn("sqs", "inbox"))],
        _topic_bus(topic=ref(TOPIC, "records"), protocol="https", endpoint="https://pager.example/hook"),
        ("pager.example", "endpoint"),
        "unknown",
    ),
    Case(
        "sns email subscription",
        store(TOPIC, kmsMasterKeyId=None),
        [_topic_bus(topic=ref(TOPIC, "records"), protocol="sqs", endpoint=arn("sqs", "inbox"))],
        _topic_bus(topic=ref(TOPIC, "records"), protocol="email", endpoint="a@b.example"),
        ("a@b.example",),
        "unknown",
    ),
    Case(
        "s3 inventory",
        bucket,
        [resource(inventory, "list", bucket="records", destination={"bucket": {"bucketArn": "arn:aws-cn:s3:::lists"}})],
        resource(inventory, "list", bucket="records", destination={"bucket": {"bucketArn": "arn:aws:s3:::lists"}}),
        ("metadata by", "destination.bucket.bucketArn"),
    ),
    Case(
        "dynamodb replica",
        store(TABLE),
        [],
        store(TABLE, replicas=[{"regionName": ABROAD}]),
        ("replicas[0].regionName",),
    ),
    Case(
        "dynamodb export",
        store(TABLE),
        [resource(export, "export", tableArn=ref(TABLE, "records"), s3Bucket="exports")],
        resource(export, "export", tableArn=ref(TABLE, "records"), s3Bucket="arn:aws:s3:::exports"),
        ("s3Bucket",),
    ),
    Case(
        "dynamodb to kinesis",
        store(TABLE),
        [resource(streaming, "changes", tableName="records", streamArn=arn("kinesis", "stream/changes"))],
        resource(
            streaming,
            "changes",
            tableName="records",
            streamArn=f"arn:aws-cn:kinesis:{ABROAD}:{ACCOUNT}:stream/changes",
        ),
        ("streamArn",),
    ),
    Case(
        "read replica abroad",
        store(INSTANCE),
        [
            resource(
                INSTANCE,
                "reader",
                identifier="reader",
                replicateSourceDb=arn("rds", "db:records"),
                kmsKeyId=None,
                region_="cn-northwest-1",
            )
        ],
        resource(
            INSTANCE,
            "reader",
            identifier="reader",
            replicateSourceDb=arn("rds", "db:records"),
            kmsKeyId=None,
            region_=ABROAD,
        ),
        ("reader", "replicateSourceDb"),
    ),
    Case(
        "replicated automated backups",
        store(INSTANCE),
        [resource(backups_copy, "copy", sourceDbInstanceArn=ref(INSTANCE, "records"), region_="cn-northwest-1")],
        resource(backups_copy, "copy", sourceDbInstanceArn=ref(INSTANCE, "records"), region_=ABROAD),
        ("copy", "sourceDbInstanceArn"),
    ),
    Case(
        "snapshot copy",
        store(CLUSTER),
        [
            resource(
                snapshot,
                "copy",
                sourceDbClusterSnapshotIdentifier=ref("aws:rds/clusterSnapshot:ClusterSnapshot", "now"),
                destinationRegion="cn-northwest-1",
            ),
            resource("aws:rds/clusterSnapshot:ClusterSnapshot", "now", dbClusterIdentifier="records"),
        ],
        resource(
            snapshot,
            "copy",
            sourceDbClusterSnapshotIdentifier=ref("aws:rds/clusterSnapshot:ClusterSnapshot", "now"),
            destinationRegion=ABROAD,
        ),
        ("now", "dbClusterIdentifier", "destinationRegion"),
    ),
    Case(
        "snapshot share",
        store(CLUSTER),
        [resource("aws:rds/clusterSnapshot:ClusterSnapshot", "now", dbClusterIdentifier="records")],
        resource(
            "aws:rds/clusterSnapshot:ClusterSnapshot",
            "now",
            dbClusterIdentifier="records",
            sharedAccounts=["arn:aws:iam::999999999999:root"],
        ),
        ("now", "sharedAccounts[0]"),
    ),
    Case(
        "global cluster",
        store(CLUSTER, globalClusterIdentifier=ref("aws:rds/globalCluster:GlobalCluster", "global", "id")),
        [
            resource("aws:rds/globalCluster:GlobalCluster", "global"),
            resource(
                CLUSTER,
                "second",
                clusterIdentifier="second",
                kmsKeyId=None,
                globalClusterIdentifier=ref("aws:rds/globalCluster:GlobalCluster", "global", "id"),
            ),
        ],
        resource(
            CLUSTER,
            "second",
            clusterIdentifier="second",
            kmsKeyId=None,
            globalClusterIdentifier=ref("aws:rds/globalCluster:GlobalCluster", "global", "id"),
            region_=ABROAD,
        ),
        ("global", "second", "globalClusterIdentifier"),
    ),
    Case(
        "backup copy",
        store(TABLE),
        [vault, selection, plan(arn("backup", "backup-vault:far", "cn-northwest-1"))],
        plan(f"arn:aws-cn:backup:{ABROAD}:{ACCOUNT}:backup-vault:far"),
        ("near", "rules[0].targetVaultName", "rules[0].copyActions[0].destinationVaultArn"),
    ),
    Case(
        "vault policy",
        vault,
        [
            resource(
                "aws:backup/vaultPolicy:VaultPolicy",
                "open",
                backupVaultName="near",
                policy=document(
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": own_role},
                        "Action": "backup:StartRestoreJob",
                        "Resource": "*",
                    }
                ),
            )
        ],
        resource(
            "aws:backup/vaultPolicy:VaultPolicy",
            "open",
            backupVaultName="near",
            policy=document(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
                    "Action": "backup:StartRestoreJob",
                    "Resource": "*",
                }
            ),
        ),
        ("open", "policy.Statement[0]"),
    ),
    Case(
        "secret replica",
        store(SECRET_TYPE),
        [],
        store(SECRET_TYPE, replicas=[{"region": ABROAD}]),
        ("replicas[0].region",),
    ),
    Case(
        "key replica",
        keyed,
        [resource(replica_key, "replica", primaryKeyArn=ref(KEY, "key"))],
        resource(replica_key, "replica", primaryKeyArn=ref(KEY, "key"), region_=ABROAD),
        ("serverSideEncryption.kmsKeyArn", "replica", "primaryKeyArn"),
    ),
    Case(
        "key grant",
        keyed,
        [resource(grant, "grant", keyId=ref(KEY, "key", "keyId"), granteePrincipal=own_role, operations=["Decrypt"])],
        resource(
            grant,
            "grant",
            keyId=ref(KEY, "key", "keyId"),
            granteePrincipal="arn:aws:iam::999999999999:role/x",
            operations=["Decrypt"],
        ),
        ("grant, granteePrincipal",),
    ),
    Case(
        "image replication",
        store("aws:ecr/repository:Repository"),
        [
            resource(
                "aws:ecr/replicationConfiguration:ReplicationConfiguration",
                "images",
                replicationConfiguration={
                    "rules": [{"destinations": [{"region": "cn-northwest-1", "registryId": ACCOUNT}]}]
                },
            )
        ],
        resource(
            "aws:ecr/replicationConfiguration:ReplicationConfiguration",
            "images",
            replicationConfiguration={"rules": [{"destinations": [{"region": ABROAD, "registryId": ACCOUNT}]}]},
        ),
        ("rules[0].destinations[0].region",),
    ),
]
