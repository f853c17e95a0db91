"""A small graph in two regions, and reports with any findings: what renderings are tried on."""

from typing import Any

from policies.graph import Graph, Place, Resource, marker
from policies.reports.inventory import inventory
from policies.results import Finding, Report, Severity, StackPlace, Verdict

NEAR, FAR = "cn-north-1", "cn-northwest-1"


def urn(type_token: str, name: str) -> str:
    return f"urn:pulumi:s::p::{type_token}::{name}"


def node(type_token: str, name: str, region: str | None = NEAR, parent: str | None = None, **inputs: Any) -> Resource:
    custom = not type_token.startswith("hospital-cloud:")
    return Resource(
        urn=urn(type_token, name),
        type=type_token,
        name=name,
        custom=custom,
        inputs=inputs,
        region=region,
        parent=parent,
    )


STORAGE = urn("hospital-cloud:index:EncryptedStorage", "images")
DATABASE = urn("hospital-cloud:index:RecordDatabase", "database")
INNER = urn("hospital-cloud:index:CustomerKey", "images-key")
BUCKET, CLUSTER = "aws:s3/bucket:Bucket", "aws:rds/cluster:Cluster"


def two_regions() -> Graph:
    """Storage that replicates, a database that is followed, a table with a copy, a role, a stray queue."""
    return Graph.of(
        [
            node("hospital-cloud:index:EncryptedStorage", "images", None),
            node("hospital-cloud:index:CustomerKey", "images-key", None, STORAGE),
            node("aws:kms/key:Key", "images-key-key", NEAR, INNER),
            node(BUCKET, "images-bucket", NEAR, STORAGE),
            node(BUCKET, "images-copy", FAR, STORAGE),
            node(
                "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
                "images-replication",
                NEAR,
                STORAGE,
                rules=[{"destination": {"bucket": marker(urn(BUCKET, "images-copy"), "arn")}}],
            ),
            node("hospital-cloud:index:RecordDatabase", "database", None),
            node(CLUSTER, "database-primary", NEAR, DATABASE),
            node(
                CLUSTER,
                "database-standby",
                FAR,
                DATABASE,
                replicationSourceIdentifier=marker(urn(CLUSTER, "database-primary"), "arn"),
            ),
            node("aws:dynamodb/table:Table", "sessions", NEAR, replicas=[{"regionName": FAR}]),
            node("aws:iam/role:Role", "images-role", "global", STORAGE),
            node("aws:sqs/queue:Queue", "stray", None),
            node("pulumi:providers:aws", "workload", NEAR),
        ],
        project="p",
        stack="s",
    )


def finding(verdict: Verdict = Verdict.FAIL, **fields: Any) -> Finding:
    given: dict[str, Any] = {
        "rule": "key-rotation",
        "theme": "encryption-at-rest",
        "severity": Severity.HIGH,
        "urn": urn(BUCKET, "images-bucket"),
        "type": BUCKET,
        "name": "images-bucket",
        "region": NEAR,
        "account": "111122223333",
        "property": "tags",
        "found": "nothing",
        "wanted": "a class",
        "remedy": "Tag it.",
        "stack": StackPlace("stacks/Pulumi.s.yaml", 14, "data_centres.beijing"),
        "source": Place("infra/blueprint.py", 7),
        "component": Place("components/private_bucket.py", 9),
    }
    return Finding(**{**given, **fields, "verdict": verdict})


def report(*findings: Finding, **fields: Any) -> Report:
    graph = two_regions()
    details = {
        "title": "A hospital",
        "stack": "s",
        "project": "p",
        "jurisdiction": "cn-mainland",
        "lifecycle": "live",
        "tier": "county",
        "resources": inventory(graph),
        "sizes": [
            _size("database.instances", 3, 2, pinned=True),
            _size("load.staff", 12, 12, pinned=False),
        ],
        "promises": [
            {
                "name": "latency",
                "promised": 50.0,
                "computed": 61.5,
                "unit": "ms",
                "holds": False,
                "arithmetic": "54.5 + 7",
            }
        ],
    }
    given = {
        "findings": findings,
        "rules": ("key-rotation",),
        "not_covered": {"aws:sqs/queue:Queue": 1},
        "notes": ("a note",),
        "head": {
            "commit": "c0ffee",
            "hospital-cloud": "0.1.0",
            "rule set": "beef",
            "jurisdiction": "cn-mainland",
            "door": "program",
            "time": "2026-11-23T00:00:00+00:00",
        },
        "details": details,
    }
    return Report(**{**given, **fields})


def _size(path: str, value: int, computed: int, *, pinned: bool) -> dict[str, Any]:
    return {
        "path": path,
        "name": path,
        "value": value,
        "unit": "",
        "computed": computed,
        "pinned": pinned,
        "arithmetic": "a writer and a reader",
    }
