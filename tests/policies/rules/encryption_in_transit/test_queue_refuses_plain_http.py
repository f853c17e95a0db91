from policies.graph import Unknown
from tests.resources import arn, assert_fails, assert_passes, assert_unknown, document, ref, resource, without_tls

RULE = "queue-refuses-plain-http"
QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"


def test_a_denial_in_the_policy_passes():
    assert_passes(RULE, resource(QUEUE))
    assert_passes(RULE, resource(TOPIC))


def test_a_policy_resource_counts():
    policy = resource(
        "aws:sqs/queuePolicy:QueuePolicy",
        queueUrl=ref(QUEUE, "queue", "id"),
        policy=document(without_tls("sqs", arn("sqs", "results"))),
    )
    assert_passes(RULE, resource(QUEUE, policy=None), policy)
    policy = resource(
        "aws:sns/topicPolicy:TopicPolicy", arn=ref(TOPIC, "topic"), policy=document(without_tls("sns", "*"))
    )
    assert_passes(RULE, resource(TOPIC, policy=None), policy)


def test_without_a_policy_it_fails():
    assert_fails(RULE, resource(QUEUE, policy=None), found="no policy", wanted="aws:SecureTransport")
    assert_fails(RULE, resource(TOPIC, policy=None), found="no policy")


def test_receiving_must_be_denied_too():
    half = {**without_tls("sqs", "*"), "Action": "sqs:SendMessage"}
    assert_fails(RULE, resource(QUEUE, policy=document(half)), found="a policy that does not")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(QUEUE, policy=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(QUEUE, policy="text"), found="not a JSON object")
