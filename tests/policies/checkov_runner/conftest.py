"""What these tests judge: a small program's graph, good and bad."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from policies.graph import Graph, Place, Resource, marker

PROJECT = "urn:pulumi:test::clinic::"


def resource(type_token: str, name: str, inputs: Mapping[str, Any], **options: Any) -> Resource:
    return Resource(
        urn=f"{PROJECT}{type_token}::{name}",
        type=type_token,
        name=name,
        custom=True,
        inputs=dict(inputs),
        region="eu-central-1",
        source=Place("__main__.py", 7),
        **options,
    )


def output(type_token: str, name: str, property_name: str) -> str:
    return marker(f"{PROJECT}{type_token}::{name}", property_name)


BUCKET = "aws:s3/bucket:Bucket"
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "ward", "namespace": "clinic"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "ward"}},
        "template": {
            "metadata": {"labels": {"app": "ward"}},
            "spec": {
                "containers": [
                    {"name": "ward", "image": "ward:latest", "securityContext": {"privileged": True}},
                ]
            },
        },
    },
}


@pytest.fixture(scope="session")
def small() -> Graph:
    resources = [
        resource(BUCKET, "images", {"acl": "public-read", "tags": {"hospital-cloud:data-class": "4"}}),
        resource(BUCKET, "records", {}),
        resource(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "records-closed",
            {
                "bucket": output(BUCKET, "records", "id"),
                "blockPublicAcls": True,
                "blockPublicPolicy": True,
                "ignorePublicAcls": True,
                "restrictPublicBuckets": True,
            },
        ),
        resource(
            "aws:rds/instance:Instance",
            "ward",
            {"instanceClass": "db.t4g.medium", "publiclyAccessible": True, "storageEncrypted": True, "engine": "mysql"},
        ),
        resource("kubernetes:apps/v1:Deployment", "ward", DEPLOYMENT),
        resource("random:index/randomId:RandomId", "suffix", {}),
    ]
    return Graph.of(resources, project="clinic", stack="test")


def with_inputs(graph: Graph, name: str, **inputs: Any) -> Graph:
    """The graph with inputs of one resource changed."""
    changed = [dataclasses.replace(r, inputs={**r.inputs, **inputs}) if r.name == name else r for r in graph.resources]
    return Graph.of(changed, project=graph.project, stack=graph.stack)
