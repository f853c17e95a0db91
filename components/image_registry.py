"""ImageRegistry: where a region's container images come from.

Promises: images lie inside the jurisdiction, in each region that runs them; a tag never changes its image; every
image is scanned when it is pushed; encrypted with the hospital's key. Pull-through caches are not used: China has none,
and an image from outside is brought in by a person or a pipeline, once, on purpose.

Makes: repositories, with a partner region the replication to it. The partner's repositories are made by its own
ImageRegistry, so that what arrives there is encrypted with its key.
"""

import json
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Lifecycle, Placement, lifecycle_of, partition_of

_UNTAGGED_DAYS = 14


class ImageRegistryArgs(TypedDict):
    """Arguments of ImageRegistry."""

    placement: Placement
    region: str
    repositories: list[str]
    """Names of the repositories, without the hospital's: `keycloak`, `orthanc`."""
    key_arn: pulumi.Input[str]
    """Customer key of the region, usable through `ecr`."""
    replicate_to: NotRequired[str]
    """Partner region: what is pushed here is copied there. Empty: nothing is copied."""


class ImageRegistry(pulumi.ComponentResource):
    """See the module."""

    host: pulumi.Output[str]
    """Host name of the region's registry."""
    repository_urls: pulumi.Output[dict[str, str]]
    """By repository."""

    def __init__(self, name: str, args: ImageRegistryArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:ImageRegistry", name, dict(args), opts)
        placement, region = args["placement"], args["region"]
        child = pulumi.ResourceOptions(parent=self)

        urls: dict[str, pulumi.Output[str]] = {}
        for repository in sorted(args["repositories"]):
            made = aws.ecr.Repository(
                f"{name}-{repository}",
                region=region,
                name=f"{placement['hospital']}/{repository}",
                image_tag_mutability="IMMUTABLE",
                image_scanning_configuration={"scan_on_push": True},
                encryption_configurations=[{"encryption_type": "KMS", "kms_key": args["key_arn"]}],
                force_delete=lifecycle_of(placement) is not Lifecycle.LIVE,
                opts=child,
            )
            aws.ecr.LifecyclePolicy(
                f"{name}-{repository}-cleaning",
                region=region,
                repository=made.name,
                policy=_cleaning(),
                opts=child,
            )
            urls[repository] = made.repository_url
        if args.get("replicate_to"):
            aws.ecr.ReplicationConfiguration(
                f"{name}-replication",
                region=region,
                replication_configuration={
                    "rules": [
                        {
                            "destinations": [{"region": args["replicate_to"], "registry_id": placement["account_id"]}],
                            "repository_filters": [
                                {"filter": f"{placement['hospital']}/", "filter_type": "PREFIX_MATCH"}
                            ],
                        }
                    ]
                },
                opts=child,
            )
        self.host = pulumi.Output.from_input(registry_host(placement, region))
        self.repository_urls = pulumi.Output.all(**urls)
        self.register_outputs({"host": self.host, "repositoryUrls": self.repository_urls})


def registry_host(placement: Placement, region: str) -> str:
    """The host name of the account's registry in a region."""
    return f"{placement['account_id']}.dkr.ecr.{region}.{partition_of(placement).dns_suffix}"


_ADDON_ACCOUNTS = {
    "cn-north-1": "918309763551",
    "cn-northwest-1": "961992271922",
    "eu-south-1": "590381155156",
    "eu-south-2": "455263428931",
}
"""AWS's own accounts with the images of EKS add-ons, where they differ from the usual one (EKS user guide, "View Amazon
container image registries for Amazon EKS add-ons")."""
_USUAL_ADDON_ACCOUNT = "602401143452"


def addon_account(region: str) -> str:
    """The account of AWS in whose registry of that region the images of EKS add-ons lie."""
    return _ADDON_ACCOUNTS.get(region, _USUAL_ADDON_ACCOUNT)


def addon_host(placement: Placement, region: str) -> str:
    """The host name of that registry."""
    return f"{addon_account(region)}.dkr.ecr.{region}.{partition_of(placement).dns_suffix}"


def _cleaning() -> str:
    return json.dumps(
        {
            "rules": [
                {
                    "rulePriority": 1,
                    "description": "What no tag points at any more",
                    "selection": {
                        "tagStatus": "untagged",
                        "countType": "sinceImagePushed",
                        "countUnit": "days",
                        "countNumber": _UNTAGGED_DAYS,
                    },
                    "action": {"type": "expire"},
                }
            ]
        }
    )
