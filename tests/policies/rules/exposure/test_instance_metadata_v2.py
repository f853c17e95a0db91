from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "instance-metadata-v2"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def test_sessions_only_passes():
    assert_passes(RULE, resource(TEMPLATE))
    assert_passes(RULE, resource("aws:ec2/instance:Instance"))
    assert_passes(RULE, resource(TEMPLATE, metadataOptions={"httpEndpoint": "disabled"}))
    assert_passes(RULE, resource("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", httpTokens="required"))


def test_version_1_fails():
    assert_fails(
        RULE, resource(TEMPLATE, metadataOptions={"httpTokens": "optional"}), found="optional", wanted="required"
    )
    assert_fails(RULE, resource(TEMPLATE, metadataOptions=None), found="nothing", wanted="required")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(TEMPLATE, metadataOptions=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(TEMPLATE, metadataOptions="required"), found="nothing")
    assert_fails(RULE, resource(TEMPLATE, metadataOptions={"httpTokens": ["required"]}), found="required")
