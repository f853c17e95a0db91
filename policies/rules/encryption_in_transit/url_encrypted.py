from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

URLS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:apigateway/integration:Integration": ("uri",),
    "aws:apigatewayv2/integration:Integration": ("integrationUri",),
    "aws:appsync/dataSource:DataSource": ("httpConfig.endpoint",),
    "aws:cloudwatch/eventApiDestination:EventApiDestination": ("invocationEndpoint",),
    "aws:cloudwatch/eventConnection:EventConnection": ("authParameters.oauth.authorizationEndpoint",),
    "aws:datasync/locationAzureBlob:LocationAzureBlob": ("containerUrl",),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "httpEndpointConfiguration.url",
        "splunkConfiguration.hecEndpoint",
        "snowflakeConfiguration.accountUrl",
    ),
    "aws:sns/topicSubscription:TopicSubscription": ("endpoint",),
    "aws:transfer/connector:Connector": ("url",),
}
"""Type -> inputs that may hold a URL."""


@rule(
    title="What is sent to a URL is sent over TLS",
    title_zh="发往外部地址的数据均加密传输",
    severity=Severity.HIGH,
    types=tuple(URLS),
    why="A webhook or back end at http:// gets its messages as plain text.",
    fix="Use the https:// address.",
    good='aws.sns.TopicSubscription("pager", protocol="https", endpoint="https://pager.example/hook")',
    bad='aws.sns.TopicSubscription("pager", protocol="http", endpoint="http://pager.example/hook")',
)
def url_encrypted(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads inputs that hold addresses. http:// fails, and so does a subscription of protocol http; other addresses
    (ARNs, mailboxes) are not this rule's business. A value of which nothing is known is undecided only where the
    subscription's protocol does not settle it. The URL of an identity provider in IAM is left out: IAM accepts
    https:// only, and an EKS cluster's issuer is known only once the cluster is there."""
    protocol = resource.get("protocol") if resource.type.startswith("aws:sns/") else None
    if protocol == "http":
        yield failed(resource, "protocol", protocol, "https")
        return
    for pattern in URLS[resource.type]:
        for path, value in each(resource.inputs, pattern):
            if is_hidden(value):
                if protocol is None or is_hidden(protocol):
                    yield undecided(resource, path, value, "an https:// address")
            elif isinstance(value, str) and value.lower().startswith("http://"):
                yield failed(resource, path, value, "an https:// address")
            elif isinstance(value, str) and value.lower().startswith("https://"):
                yield passed(resource, path, value)
