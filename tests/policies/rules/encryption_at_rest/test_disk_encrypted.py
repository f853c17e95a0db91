from policies.graph import Unknown
from tests.resources import PARTNER, assert_fails, assert_passes, assert_unknown, resource

RULE = "disk-encrypted"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
DEFAULT = resource("aws:ebs/encryptionByDefault:EncryptionByDefault")
DEFAULT_KEY = resource("aws:ebs/defaultKmsKey:DefaultKmsKey")


def template(**disk: object):
    return resource(TEMPLATE, blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": disk}])


def test_disks_with_a_customer_key_pass():
    assert_passes(RULE, resource(TEMPLATE))
    assert_passes(RULE, resource(INSTANCE))


def test_an_unencrypted_disk_fails_whatever_the_default():
    assert_fails(RULE, template(encrypted="false"), DEFAULT, DEFAULT_KEY, found="false", wanted="true")
    assert_fails(RULE, resource(INSTANCE, rootBlockDevice={"encrypted": False}), found="false")


def test_the_images_own_disks_fail_without_a_default():
    bare = resource(TEMPLATE, blockDeviceMappings=None)
    assert_fails(RULE, bare, found="nothing", wanted="the account's default")
    assert_fails(RULE, bare, DEFAULT, found="nothing")
    assert_passes(RULE, bare, DEFAULT, DEFAULT_KEY)


def test_a_default_of_another_region_does_not_count():
    there = resource("aws:ebs/encryptionByDefault:EncryptionByDefault", region_=PARTNER)
    assert_fails(RULE, resource(TEMPLATE, blockDeviceMappings=None), there, DEFAULT_KEY, found="nothing")


def test_the_providers_own_key_fails():
    assert_fails(RULE, template(encrypted=True), found="nothing", wanted="kmsKeyId")
    assert_fails(RULE, template(encrypted=True, kmsKeyId="alias/aws/ebs"), found="alias/aws/ebs")


def test_nodes_have_the_disks_of_their_template():
    nodes = "aws:eks/nodeGroup:NodeGroup"
    assert_passes(RULE, resource(nodes, launchTemplate={"id": "lt-1"}))
    assert_fails(RULE, resource(nodes, diskSize=100), found="nothing")
    assert_passes(RULE, resource(nodes, diskSize=100), DEFAULT, DEFAULT_KEY)


def test_unknown_values_are_unknown():
    assert_unknown(RULE, resource(TEMPLATE, blockDeviceMappings=Unknown()))
    assert_unknown(RULE, template(encrypted=Unknown()))
    assert_unknown(RULE, template(encrypted=True, kmsKeyId=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(TEMPLATE, blockDeviceMappings="disk"), found="disk")
    assert_fails(RULE, template(encrypted={"odd": 1}), found="odd")
