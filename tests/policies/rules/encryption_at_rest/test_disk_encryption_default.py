from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "disk-encryption-default"
DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"


def test_a_default_that_is_on_passes():
    assert_passes(RULE, resource(DEFAULT))


def test_off_or_unsaid_fails():
    assert_fails(RULE, resource(DEFAULT, enabled=False), found="false", wanted="true")
    assert_fails(RULE, resource(DEFAULT, enabled=None), found="nothing", wanted="true")
    assert_fails(RULE, resource(DEFAULT, enabled=["true"]), found="true")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(DEFAULT, enabled=Unknown()))


def test_the_default_key_is_a_customers():
    key = "aws:ebs/defaultKmsKey:DefaultKmsKey"
    assert_passes(RULE, resource(key, keyArn=ref("aws:kms/key:Key", "key")))
    assert_fails(RULE, resource(key, keyArn="alias/aws/ebs"), found="alias/aws/ebs", wanted="customer key")
    assert_fails(RULE, resource(key, keyArn=None), found="nothing")
