from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, resource

RULE = "store-customer-key"
SSE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def test_a_queue_with_a_customer_key_passes():
    assert_passes(RULE, resource("aws:sqs/queue:Queue"))


def test_a_queue_without_key_fails():
    assert_fails(RULE, resource("aws:sqs/queue:Queue", kmsMasterKeyId=None), found="nothing", wanted="customer key")


def test_the_services_own_alias_is_no_customer_key():
    assert_fails(RULE, resource("aws:sqs/queue:Queue", kmsMasterKeyId="alias/aws/sqs"), found="alias/aws/sqs")


def test_a_key_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource("aws:sqs/queue:Queue", kmsMasterKeyId=Unknown()))


def test_a_bucket_is_judged_by_its_encryption_configuration():
    assert_passes(RULE, resource("aws:s3/bucket:Bucket"), resource(SSE))
    assert_fails(RULE, resource("aws:s3/bucket:Bucket"), found="no BucketServerSideEncryptionConfiguration")


def test_only_a_bucket_for_service_logs_may_use_the_services_key():
    own = resource(SSE, rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}])
    logs = {"hospital-cloud:data-class": "2", "hospital-cloud:record-kind": "audit-log"}
    assert_passes(RULE, resource("aws:s3/bucket:Bucket", tags=logs), own)
    assert_fails(RULE, resource("aws:s3/bucket:Bucket", tags=TAGS), own, found="nothing")
