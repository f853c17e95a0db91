"""Kinds of names that say more than themselves."""

import pytest

from policies.facts import Facts
from policies.flows.places import places
from policies.flows.written import mentioned
from policies.graph import Graph
from tests.resources import ACCOUNT, context, resource

REGION_OF = {"cn-mainland": "cn-north-1", "us": "us-east-1", "eu": "eu-west-1", "sg": "ap-southeast-1"}


def _inside(kind: str, value: str, jurisdiction: str = "cn-mainland") -> list[bool | None]:
    subject = resource("aws:bedrock/agentAgent:AgentAgent", "subject", region_=REGION_OF[jurisdiction])
    facts = Facts(Graph.of([subject]), context(jurisdiction=jurisdiction))
    return [place.inside for place in places(subject, "at", value, kind, facts)]


@pytest.mark.parametrize(
    ("value", "jurisdiction", "inside"),
    [
        ("anthropic.claude-v2", "cn-mainland", True),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "us", True),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "eu", False),
        ("eu.amazon.nova-pro-v1:0", "eu", True),
        ("global.anthropic.claude-sonnet-4-20250514-v1:0", "us", False),
        ("apac.amazon.nova-pro-v1:0", "sg", False),
        ("arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0", "us", True),
        ("arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.amazon.nova-pro-v1:0", "us", False),
        ("arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-embed-text-v2:0", "us", False),
        ("arn:aws:bedrock:us-west-2::foundation-model/amazon.titan-embed-text-v2:0", "us", True),
    ],
)
def test_a_model_answers_where_its_profile_says(value: str, jurisdiction: str, inside: bool):
    assert _inside("model", value, jurisdiction) == [inside]


def test_settings_name_what_they_mention():
    text = (
        'source: {arn: "arn:aws:s3:::x"} sink: https://logs.example/in, jdbc:mysql://db.example:3306/a and s3://lake/y'
    )
    assert list(mentioned("body", text)) == [
        ("arn", "arn:aws:s3:::x"),
        ("host", "https://logs.example/in"),
        ("host", "mysql://db.example:3306/a"),
        ("bucket", "s3://lake/y"),
    ]
    assert list(mentioned("connectorConfiguration.s3.bucket.name", "lake")) == [("bucket", "lake")]
    assert list(mentioned("connectorConfiguration.topics", "records")) == []


def test_a_setting_that_says_region_or_host_is_one():
    options = "containerDefinitions[0].logConfiguration.options"
    assert list(mentioned(f"{options}.awslogs-region", "us-east-1")) == [("region", "us-east-1")]
    assert list(mentioned(f"{options}.Host", "logs.example.com")) == [("host", "logs.example.com")]
    assert list(mentioned(f"{options}.awslogs-group", "region of us-east-1")) == []


def test_a_plain_name_of_another_program():
    assert _inside("aws:appflow/connectorProfile else an application of others", "crm") == [None]
    assert _inside("aws:memorydb/multiRegionCluster else anywhere", "x") == [True], "all of aws-cn is inside"
    assert _inside("place servers of others", "x") == [None]


def test_an_account_in_a_text():
    assert _inside("account", f"DataCatalog/{ACCOUNT}") == [True]
    assert _inside("account", "no number") == [None]


def test_an_address_is_no_plain_name():
    """A queue's address says its region, whatever kind of name the table expects."""
    assert _inside("arn", f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/far") == [False]
    assert _inside("aws:sqs/queue", f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/far") == [False]


def test_an_api_reaches_the_network_by_a_private_link_and_others_by_the_internet():
    for connection, inside in (("VPC_LINK", True), ("INTERNET", None), (None, None)):
        subject = resource("aws:apigateway/integration:Integration", "subject", connectionType=connection)
        facts = Facts(Graph.of([subject]), context())
        found = list(places(subject, "uri", "https://records.example/fhir", "backend", facts))
        assert [place.inside for place in found] == [inside]
