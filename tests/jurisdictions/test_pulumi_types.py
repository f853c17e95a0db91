"""Every resource type of the Pulumi AWS provider asks for a capability, so that no type passes as unknown."""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from jurisdictions import load

WITHOUT_RESOURCES = {
    # Folders of the SDK that hold functions only: a lookup makes nothing in the cloud.
    "applicationloadbalancing",
    "config",  # the provider's own settings
    "polly",
    "pricing",
    "resourcegroupstaggingapi",
    "vpn",
}


@cache
def sdk() -> Path:
    spec = find_spec("pulumi_aws")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


@cache
def modules() -> list[dict]:
    """The SDK's own register, read without importing it: the import alone takes seconds."""
    found = re.search(r'resource_modules="""(.*?)"""', (sdk() / "__init__.py").read_text(), re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


def types() -> list[str]:
    return [token for module in modules() for token in module["classes"]]


def test_every_resource_type_has_a_capability():
    china = load("cn-mainland")
    assert len(types()) > 1500
    assert [token for token in types() if china.capability_of_type(token) is None] == []


def test_every_folder_of_the_sdk_is_mapped_or_reviewed():
    folders = {path.name for path in sdk().iterdir() if path.is_dir() and not path.name.startswith("__")}
    with_resources = {module["fqn"].removeprefix("pulumi_aws.") for module in modules()}
    assert folders - with_resources == WITHOUT_RESOURCES


def test_every_prefix_names_a_type_that_exists():
    prefixes = [prefix for row in load("cn-mainland").types_by_capability.values() for prefix in row]
    assert [prefix for prefix in prefixes if not any(token.startswith(prefix) for token in types())] == []


def test_no_prefix_stands_for_two_capabilities():
    prefixes = [prefix for row in load("cn-mainland").types_by_capability.values() for prefix in row]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize(
    ("token", "capability"),
    [
        ("aws:s3/bucket:Bucket", "s3"),
        ("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "s3.replication"),
        ("aws:s3control/bucketPolicy:BucketPolicy", "outposts"),
        ("aws:cognito/userPoolClient:UserPoolClient", "cognito.user-pools"),
        ("aws:cognito/identityProvider:IdentityProvider", "cognito.user-pools"),
        ("aws:cognito/identityPool:IdentityPool", "cognito.identity-pools"),
        ("aws:ec2/vpc:Vpc", "ec2"),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", "privatelink"),
        ("aws:ec2/vpnConnection:VpnConnection", "ec2.site-to-site-vpn"),
        # A virtual private gateway also ends Direct Connect, which China has.
        ("aws:ec2/vpnGateway:VpnGateway", "ec2"),
        ("aws:rds/globalCluster:GlobalCluster", "aurora.global"),
        ("aws:cloudwatch/eventRule:EventRule", "events"),
        ("aws:cloudwatch/logGroup:LogGroup", "logs"),
        ("aws:lambda/function:Function", "lambda"),
        ("aws:lambdamicrovms/microvm:Microvm", "lambda.microvms"),
        ("kubernetes:core/v1:Pod", None),
        ("pulumi:providers:aws", None),
    ],
)
def test_the_longest_prefix_wins(token, capability):
    assert load("cn-mainland").capability_of_type(token) == capability
