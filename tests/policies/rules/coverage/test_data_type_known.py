import pytest

from tests.resources import TAGS, arn, assert_fails, assert_passes, assert_unknown, outcomes, ref, resource

RULE = "data-type-known"


@pytest.mark.parametrize("token", ["aws:rds/instance:Instance", "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue"])
def test_a_store_of_the_families_passes(token: str):
    assert_passes(RULE, resource(token))


@pytest.mark.parametrize(
    "token",
    [
        "aws:lightsail/database:Database",
        "aws:s3control/bucket:Bucket",
        "gcp:sql/databaseInstance:DatabaseInstance",
        "alicloud:oss/bucket:Bucket",
        "kubernetes:postgresql.cnpg.io/v1:Cluster",
        "aws:brandnew/vault:Vault",
    ],
)
def test_a_store_that_no_rule_judges_fails(token: str):
    assert_fails(RULE, resource(token, tags=TAGS), found="a store that no rule judges", wanted="policies/stores.yaml")


def test_an_input_of_an_unknown_type_says_store():
    assert outcomes(RULE, resource("aws:brandnew/thing:Thing")) == []
    assert_fails(RULE, resource("aws:brandnew/thing:Thing", kmsKeyId="x"), found="it has the input kmsKeyId")


def test_what_states_a_low_class_is_not_asked():
    low = {**TAGS, "hospital-cloud:data-class": "1"}
    assert_passes(RULE, resource("aws:lightsail/database:Database", tags=low))


def test_what_makes_resources_that_cannot_be_seen_is_undecided():
    assert_unknown(RULE, resource("aws:cloudformation/stack:Stack", templateBody="{}"))
    assert_unknown(RULE, resource("kubernetes:helm.sh/v3:Release", chart="postgresql"))


def test_what_goes_to_servers_of_others_is_of_this_program():
    """A topic of this program has a class of its own, which no-path-out-of-jurisdiction goes by."""
    chat = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration"
    topic = resource("aws:sns/topic:Topic", "alarms")
    assert outcomes(RULE, resource(chat, snsTopicArns=[ref("aws:sns/topic:Topic", "alarms")]), topic) == []
    for elsewhere in (arn("sns", "of-another-program"), ref("pulumi:pulumi:StackReference", "shared", "outputs")):
        assert_unknown(RULE, resource(chat, snsTopicArns=[elsewhere]), topic)
        assert outcomes(RULE, resource(chat, snsTopicArns=[elsewhere]), holds_patient_data=False) == []


def test_settings_networks_and_components_are_not_its_business():
    for token in ("aws:ec2/vpc:Vpc", "aws:iam/role:Role", "random:index/randomPassword:RandomPassword"):
        assert outcomes(RULE, resource(token)) == []


def test_odd_inputs_do_not_matter():
    for odd in (None, 7, [], {"a": 1}):
        assert_fails(RULE, resource("gcp:storage/bucket:Bucket", encryption=odd), found="no rule judges")
