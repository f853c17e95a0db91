from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, document, resource, without_tls

RULE = "file-system-refuses-plain-mounts"
SYSTEM = "aws:efs/fileSystem:FileSystem"
POLICY = "aws:efs/fileSystemPolicy:FileSystemPolicy"


def test_a_file_system_whose_policy_denies_plain_mounts_passes():
    assert_passes(RULE, resource(SYSTEM), resource(POLICY))


def test_without_a_policy_it_fails():
    assert_fails(RULE, resource(SYSTEM), found="no policy", wanted="aws:SecureTransport")


def test_writing_must_be_denied_too():
    half = {**without_tls("elasticfilesystem", "*"), "Action": "elasticfilesystem:ClientMount"}
    assert_fails(RULE, resource(SYSTEM), resource(POLICY, policy=document(half)), found="a policy that does not")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(SYSTEM), resource(POLICY, policy=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(SYSTEM), resource(POLICY, policy=[7]), found="not a JSON object")
