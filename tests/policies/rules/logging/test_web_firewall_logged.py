from policies.graph import Reference, Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "web-firewall-logged"
ACL = "aws:wafv2/webAcl:WebAcl"
LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
OLD = "aws:wafregional/webAcl:WebAcl"


def test_a_logged_firewall_passes():
    assert_passes(RULE, resource(ACL), resource(LOGGING))


def test_a_firewall_alone_fails():
    assert_fails(RULE, resource(ACL), found="no log", wanted="WebAclLoggingConfiguration")


def test_another_firewalls_log_does_not_count():
    other = "arn:aws-cn:wafv2:cn-north-1:111122223333:regional/webacl/other/1"
    assert_fails(RULE, resource(ACL), resource(LOGGING, resourceArn=other), found="no log")


def test_a_log_without_destination_fails():
    assert_fails(RULE, resource(ACL), resource(LOGGING, logDestinationConfigs=[]), found="no log")


def test_the_older_service_carries_it_inside():
    assert_passes(RULE, resource(OLD, loggingConfiguration={"logDestination": "arn:aws-cn:firehose:::x"}))
    assert_fails(RULE, resource(OLD), found="no log")


def test_a_destination_that_is_not_made_yet_is_one():
    group = Unknown((Reference("urn:pulumi:s::p::aws:cloudwatch/logGroup:LogGroup::waf", "arn"),))
    assert_passes(RULE, resource(ACL), resource(LOGGING, logDestinationConfigs=[group]))


def test_an_unknown_destination_is_unknown():
    assert_unknown(RULE, resource(ACL), resource(LOGGING, logDestinationConfigs=[Unknown()]))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(ACL), resource(LOGGING, logDestinationConfigs=[{"odd": 1}]), found="odd")
    assert_fails(RULE, resource(OLD, loggingConfiguration="yes", logDestination="x"), found="", wanted="destination")
