import pytest

from policies.graph import Unknown
from tests.resources import PARTNER, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "managed-password-key"
KEY = ref("aws:kms/key:Key", "key")
PLACES = [
    ("aws:rds/cluster:Cluster", "masterUserSecretKmsKeyId"),
    ("aws:rds/instance:Instance", "masterUserSecretKmsKeyId"),
    ("aws:redshift/cluster:Cluster", "masterPasswordSecretKmsKeyId"),
    ("aws:redshiftserverless/namespace:Namespace", "adminPasswordSecretKmsKeyId"),
]


@pytest.mark.parametrize(("type_token", "path"), PLACES)
def test_the_hospitals_key_passes_and_others_fail(type_token: str, path: str):
    assert_passes(RULE, resource(type_token, **{path: KEY}))
    assert_passes(RULE, resource(type_token, **{path: None}))
    for wrong in ("alias/aws/rds", "arn:aws:kms:us-east-1:999999999999:key/00000000-0000-0000-0000-000000000000"):
        assert_fails(RULE, resource(type_token, **{path: wrong}), found=wrong, wanted="customer key")
    assert_unknown(RULE, resource(type_token, **{path: Unknown()}))


def test_a_key_of_another_region_fails():
    database = resource("aws:rds/instance:Instance", masterUserSecretKmsKeyId=KEY, region_=PARTNER)
    assert_fails(RULE, database, found="key key in", wanted=PARTNER)
