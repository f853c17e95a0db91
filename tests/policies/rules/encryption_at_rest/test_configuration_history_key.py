import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "configuration-history-key"
CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"


def test_a_customer_key_or_the_buckets_own_passes():
    assert_passes(RULE, resource(CHANNEL))
    assert_passes(RULE, resource(CHANNEL, s3KmsKeyArn=None))


@pytest.mark.parametrize(
    "key",
    ["alias/aws/s3", "arn:aws:kms:us-east-1:999999999999:key/00000000-0000-0000-0000-000000000000", True, ["odd"]],
)
def test_another_key_fails(key):
    assert_fails(RULE, resource(CHANNEL, s3KmsKeyArn=key), found="", wanted="customer key")


def test_an_unknown_key_is_unknown():
    assert_unknown(RULE, resource(CHANNEL, s3KmsKeyArn=Unknown()))
