from dataclasses import replace

from policies.graph import Reference, Unknown
from tests.resources import PARTNER, assert_fails, assert_passes, assert_unknown, outcomes, ref, resource, urn

RULE = "copies-inside-jurisdiction"
TABLE = "aws:dynamodb/table:Table"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
BUCKET = "aws:s3/bucket:Bucket"


def replication(destination: object, **fields: object):
    return resource(REPLICATION, rules=[{"destination": {"bucket": destination}}], **fields)


def test_a_replica_in_the_partner_region_passes():
    assert_passes(RULE, resource(TABLE))


def test_a_replica_abroad_fails():
    replicas = [{"regionName": PARTNER}, {"regionName": "ap-southeast-1"}]
    assert_fails(RULE, resource(TABLE, replicas=replicas), found="ap-southeast-1", wanted="cn-north-1, cn-northwest-1")


def test_a_replica_here_means_an_original_there():
    assert_fails(RULE, resource("aws:rds/cluster:Cluster", sourceRegion="us-east-1"), found="us-east-1")
    source = "arn:aws:rds:us-east-1:111122223333:cluster:records"
    assert_fails(RULE, resource("aws:rds/cluster:Cluster", replicationSourceIdentifier=source), found=source)


def test_a_table_without_replicas_is_not_judged():
    assert outcomes(RULE, resource(TABLE, replicas=None)) == []


def test_a_region_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(TABLE, replicas=[{"regionName": Unknown()}]))
    assert_unknown(RULE, resource(TABLE, replicas=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(TABLE, replicas="ap-southeast-1"), found="ap-southeast-1")
    assert_fails(RULE, resource(TABLE, replicas=[{"regionName": 7}]), found="7")


def test_a_bucket_is_followed_to_its_region():
    there = resource(BUCKET, "abroad", region_="us-east-1", bucket="abroad")
    assert_fails(RULE, replication(ref(BUCKET, "abroad")), there, found="abroad in us-east-1")
    assert_fails(RULE, replication("arn:aws-cn:s3:::abroad"), there, found="abroad in us-east-1")
    assert_passes(RULE, replication(ref(BUCKET, "replica")), resource(BUCKET, "replica", region_=PARTNER))


def test_a_bucket_unknown_before_deploy_is_judged_by_all_it_may_be():
    either = Unknown((Reference(urn(BUCKET, "replica"), ""), Reference(urn("aws:kms/key:Key", "key"), "")))
    assert_passes(RULE, replication(either), resource(BUCKET, "replica", region_=PARTNER))
    assert_fails(RULE, replication(either), resource(BUCKET, "replica", region_="us-east-1"), found="us-east-1")
    assert_unknown(RULE, replication(Unknown()))


def test_a_bucket_elsewhere_is_inside_only_where_its_partition_is():
    assert_passes(RULE, replication("arn:aws-cn:s3:::records-of-the-partner"))
    assert_fails(RULE, replication("arn:aws:s3:::records"), found="arn:aws:s3:::records")
    assert_unknown(RULE, replication("arn:aws:s3:::records"), jurisdiction="eu")


def test_a_key_is_not_replicated_from_abroad():
    replica = "aws:kms/replicaKey:ReplicaKey"
    key = "arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234"
    assert_passes(RULE, resource(replica, primaryKeyArn=key))
    abroad = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234"
    assert_fails(RULE, resource(replica, primaryKeyArn=abroad), found="us-east-1")


def test_a_copy_to_somebody_elses_account_fails():
    location = "arn:aws-cn:datasync:cn-north-1:999999999999:location/loc-1"
    task = resource("aws:datasync/task:Task", destinationLocationArn=location)
    assert_fails(RULE, task, found="999999999999", wanted="111122223333")


def test_a_server_outside_the_cloud_is_unknown():
    assert_unknown(RULE, resource("aws:dms/endpoint:Endpoint", serverName="db.example"))
    endpoint = "records.cluster-x.us-east-1.rds.amazonaws.com"
    assert_fails(RULE, resource("aws:dms/endpoint:Endpoint", serverName=endpoint), found="us-east-1")


def test_what_is_written_out_counts_before_what_it_depends_on():
    table = resource(TABLE, replicas=[{"regionName": "us-east-1"}])
    table = replace(table, property_depends_on={"replicas": (urn(BUCKET, "bucket"),)})
    assert_fails(RULE, table, resource(BUCKET), found="us-east-1")
