from policies.graph import Unknown
from tests.resources import ROOT, assert_fails, assert_passes, assert_unknown, document, ref, resource, without_tls

RULE = "bucket-refuses-plain-http"
BUCKET = "aws:s3/bucket:Bucket"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
DENIAL = without_tls("s3", "arn:aws-cn:s3:::records", "arn:aws-cn:s3:::records/*")


def policy(**changes: object):
    return resource(POLICY, policy=document({**DENIAL, **changes}))


def test_a_bucket_whose_policy_denies_plain_http_passes():
    assert_passes(RULE, resource(BUCKET), resource(POLICY))
    assert_passes(RULE, resource(BUCKET, policy=document(DENIAL)))
    assert_passes(RULE, resource(BUCKET), resource(POLICY, bucket="records"))


def test_references_stand_for_the_bucket():
    own = ref(BUCKET, "bucket")
    assert_passes(RULE, resource(BUCKET), policy(Resource=[own, f"{own}/*"]))
    assert_fails(RULE, resource(BUCKET), policy(Resource=[f"{own}/*"]), found="a policy that does not")


def test_a_bucket_without_policy_fails():
    assert_fails(RULE, resource(BUCKET), found="no policy", wanted="aws:SecureTransport")
    assert_fails(RULE, resource(BUCKET), resource(POLICY, bucket="another"), found="no policy")


def test_less_than_a_denial_of_all_to_all_fails():
    for change in (
        {"Effect": "Allow"},
        {"Principal": {"AWS": ROOT}},
        {"Action": "s3:GetObject"},
        {"Resource": ["arn:aws-cn:s3:::records"]},
        {"Resource": ["arn:aws-cn:s3:::records/*"]},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {**DENIAL["Condition"], "StringEquals": {"aws:SourceAccount": "1"}}},
    ):
        assert_fails(RULE, resource(BUCKET), policy(**change), found="a policy that does not")


def test_a_policy_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(BUCKET), resource(POLICY, policy=Unknown()))


def test_odd_shapes_fail():
    for odd in ("{", 7, ["x"]):
        assert_fails(RULE, resource(BUCKET), resource(POLICY, policy=odd), found="not a JSON object")
