from policies.graph import Unknown
from tests.resources import arn, assert_fails, assert_passes, assert_unknown, outcomes, resource

RULE = "deliveries-inside-jurisdiction"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


def test_a_target_of_this_program_passes():
    assert_passes(RULE, resource(TARGET, arn=arn("sns", "alarms")))


def test_a_target_abroad_fails():
    assert_fails(RULE, resource(TARGET, arn="arn:aws:sns:us-east-1:111122223333:alarms"), found="us-east-1")


def test_a_target_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, resource(TARGET, arn=Unknown()))


def test_a_url_is_unknown_and_the_clouds_own_names_are_read():
    assert_unknown(RULE, resource(FIREHOSE, httpEndpointConfiguration={"url": "https://logs.example"}))
    url = "jdbc:redshift://records.x.us-east-1.redshift.amazonaws.com:5439/records"
    assert_fails(RULE, resource(FIREHOSE, redshiftConfiguration={"clusterJdbcurl": url}), found="us-east-1")


def test_a_persons_address_is_no_place():
    assert outcomes(RULE, resource("aws:sns/topicSubscription:TopicSubscription")) == []
    webhook = resource(
        "aws:sns/topicSubscription:TopicSubscription", protocol="https", endpoint="https://pager.example/hook"
    )
    assert_unknown(RULE, webhook)


def test_odd_shapes_fail():
    assert_fails(RULE, resource(TARGET, arn={"odd": True}), found="odd")
