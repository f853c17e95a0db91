from tests.resources import ACCOUNT, ROOT, arn, assert_fails, assert_passes, document, outcomes, resource

RULE = "service-principal-bound"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
DELIVERY = {
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws-cn:s3:::logs/*",
    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
}


def policy(**changes: object):
    return resource(POLICY, policy=document({**DELIVERY, **changes}))


def test_a_service_that_acts_for_the_account_passes():
    assert_passes(RULE, policy())
    assert_passes(RULE, policy(Condition={"ArnLike": {"aws:SourceArn": arn("cloudtrail", "trail/*")}}))


def test_a_service_that_acts_for_whoever_asks_fails():
    assert_fails(RULE, policy(Condition={}), found="logging.s3.amazonaws.com", wanted="aws:SourceAccount")
    assert_fails(RULE, policy(Condition={"StringLike": {"aws:SourceAccount": "*"}}), found="logging")
    assert_fails(RULE, policy(Condition={"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}), found="logging")
    assert_fails(RULE, policy(Condition={"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}), found="logging")


def test_logs_are_bound_by_what_they_encrypt():
    statement = {
        **DELIVERY,
        "Principal": {"Service": "logs.cn-north-1.amazonaws.com.cn"},
        "Action": "kms:Encrypt",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn("logs", "log-group:*")}},
    }
    assert_passes(RULE, resource("aws:kms/key:Key", policy=document(statement)))


def test_other_principals_and_denials_are_not_asked():
    assert outcomes(RULE, policy(Principal={"AWS": ROOT}, Condition={})) == []
    assert outcomes(RULE, policy(Effect="Deny", Condition={})) == []


def test_odd_shapes_do_not_raise():
    for odd in ("{", 7, [], {"Statement": 7}):
        assert outcomes(RULE, resource(POLICY, policy=odd)) == []
