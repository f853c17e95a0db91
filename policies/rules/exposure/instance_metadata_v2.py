from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, passed, rule
from policies.results import Outcome, Severity

_WANTED = "required"


@rule(
    title="Machines hand out credentials by session only (IMDSv2)",
    title_zh="实例元数据服务仅允许 IMDSv2",
    severity=Severity.HIGH,
    types=(
        "aws:ec2/instance:Instance",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/launchConfiguration:LaunchConfiguration",
        "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
    ),
    why="With version 1 a web application that fetches a URL for a stranger fetches its machine's credentials too.",
    fix="Set metadata_options with http_tokens='required'.",
    good='aws.ec2.LaunchTemplate("nodes", metadata_options={"http_tokens": "required", ...})',
    bad='aws.ec2.LaunchTemplate("nodes", ...)  # without metadata_options',
)
def instance_metadata_v2(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `metadataOptions.httpTokens`. A metadata service that is off (httpEndpoint: disabled) passes. Absent fails:
    the default depends on the image and the account."""
    head = "" if resource.type.endswith(":InstanceMetadataDefaults") else "metadataOptions."
    endpoint, tokens = resource.get(f"{head}httpEndpoint"), resource.get(f"{head}httpTokens")
    if endpoint == "disabled":
        yield passed(resource, f"{head}httpEndpoint", endpoint)
    else:
        yield decided(resource, f"{head}httpTokens", tokens, lambda v: v == "required", _WANTED)
