"""The gate notices: any one guarded input changed, on a real stack, turns the verdict red with the right rule, resource
and place. First through Pulumi's own resource transforms, then, for many more inputs, on the recorded graph."""

from dataclasses import replace
from pathlib import Path

import pulumi
import pytest

from infra import program
from infra.judgement import engine_config, judge_stack
from infra.settings import Loaded, load
from policies.graph import Graph, Resource
from policies.results import Verdict
from policies.sources.program import record
from tests.conftest import ROOT


def loaded(stack: str) -> Loaded:
    return load(Path(ROOT / "stacks" / f"Pulumi.{stack}.yaml"))


TRANSFORMS = [
    ("aws:kms/key:Key", {"enableKeyRotation": False}, "key-rotation"),
    ("aws:s3/bucket:Bucket", {"region": "us-east-1"}, "resource-inside-jurisdiction"),
    ("aws:rds/instance:Instance", {"storageEncrypted": False}, "store-customer-key"),
]


@pytest.mark.parametrize(("type_token", "change", "rule"), TRANSFORMS)
def test_a_transform_turns_the_verdict_red(type_token: str, change: dict, rule: str):
    stack = loaded("cn-clinic")

    def weakened() -> None:
        def weaken(args: pulumi.ResourceTransformArgs):
            if args.type_ == type_token:
                return pulumi.ResourceTransformResult({**args.props, **change}, args.opts)
            return None

        pulumi.runtime.register_resource_transform(weaken)
        program.main()

    graph = record(
        weakened,
        project="hospital-cloud",
        stack="cn-clinic",
        jurisdiction=stack.hospital.law,
        config=engine_config(stack.hospital),
        root=ROOT,
    ).graph
    report = judge_stack(stack, graph)
    assert report.exit_code == 1
    found = [f for f in report.violations if f.rule == rule and f.type == type_token]
    assert found, {f.rule for f in report.violations}
    assert all(f.component and f.component.file.startswith("components/") for f in found)
    assert all(f.source and f.source.file.startswith("infra/") for f in found)
    assert all(f.stack and f.stack.line > 0 for f in found)


def without(resource: Resource, path: str) -> Resource:
    return replace(resource, inputs={k: v for k, v in resource.inputs.items() if k != path})


def with_input(resource: Resource, **changes) -> Resource:
    return replace(resource, inputs={**resource.inputs, **changes})


OPEN_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}'
)
MUTANTS = [
    ("aws:dynamodb/table:Table", lambda r: with_input(r, pointInTimeRecovery={"enabled": False}), "point-in-time-recovery"),
    ("aws:dynamodb/table:Table", lambda r: with_input(r, deletionProtectionEnabled=False), "store-deletion-protected"),
    ("aws:dynamodb/table:Table", lambda r: with_input(r, replicas=[{"regionName": "us-east-1"}]), "copies-inside-jurisdiction"),
    ("aws:dynamodb/table:Table", lambda r: without(r, "replicas"), "real-time-off-site-copy"),
    ("aws:dynamodb/table:Table", lambda r: without(r, "tags"), "data-class-tag-present"),
    ("aws:s3/bucket:Bucket", lambda r: with_input(r, forceDestroy=True), "no-forced-destruction"),
    ("aws:s3/bucket:Bucket", lambda r: replace(r, protect=False), "store-deletion-protected"),
    ("aws:s3/bucket:Bucket", lambda r: replace(r, provider=None), "explicit-provider"),
    ("aws:s3/bucketPolicy:BucketPolicy", lambda r: with_input(r, policy=OPEN_POLICY), "no-public-principal"),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", lambda r: with_input(r, blockPublicPolicy=False), "bucket-public-access-blocked"),
    ("aws:s3/bucketVersioning:BucketVersioning", lambda r: with_input(r, versioningConfiguration={"status": "Suspended"}), "bucket-versioned"),
    ("aws:s3/bucketReplicationConfig:BucketReplicationConfig", None, "real-time-off-site-copy"),
    ("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", None, "bucket-locked"),
    ("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", None, "store-customer-key"),
    ("aws:s3/bucketLogging:BucketLogging", None, "bucket-access-logged"),
    ("aws:kms/key:Key", lambda r: with_input(r, deletionWindowInDays=7), "key-deletion-delayed"),
    ("aws:rds/cluster:Cluster", lambda r: without(r, "kmsKeyId"), "store-customer-key"),
    ("aws:rds/cluster:Cluster", lambda r: with_input(r, backupRetentionPeriod=1), "point-in-time-recovery"),
    ("aws:rds/cluster:Cluster", lambda r: without(r, "enabledCloudwatchLogsExports"), "database-logs-exported"),
    ("aws:rds/clusterParameterGroup:ClusterParameterGroup", lambda r: without(r, "parameters"), "database-requires-tls"),
    ("aws:lb/listener:Listener", lambda r: with_input(r, sslPolicy="ELBSecurityPolicy-2016-08"), "listener-tls-1-3"),
    ("aws:lb/loadBalancer:LoadBalancer", lambda r: without(r, "accessLogs"), "load-balancer-access-logged"),
    ("aws:eks/cluster:Cluster", lambda r: without(r, "encryptionConfig"), "kubernetes-secrets-encrypted"),
    ("aws:eks/cluster:Cluster", lambda r: with_input(r, enabledClusterLogTypes=["api"]), "cluster-control-plane-logged"),
    ("aws:cloudwatch/logGroup:LogGroup", lambda r: with_input(r, retentionInDays=30), "log-retention"),
    ("aws:cloudtrail/trail:Trail", lambda r: with_input(r, isMultiRegionTrail=False), "trail-complete"),
    ("aws:backup/vaultLockConfiguration:VaultLockConfiguration", None, "backup-vault-locked"),
    ("aws:backup/selection:Selection", None, "backup-coverage"),
    ("aws:backup/plan:Plan", lambda r: with_input(r, rules=[{**rule, "copyActions": []} for rule in r.inputs["rules"]]), "backup-copied-off-site"),
    ("aws:backup/plan:Plan", lambda r: with_input(r, rules=[{**rule, "schedule": "cron(0 5 ? * SUN *)"} for rule in r.inputs["rules"]]), "backup-coverage"),
    ("aws:sns/topic:Topic", lambda r: without(r, "kmsMasterKeyId"), "store-customer-key"),
    ("aws:sqs/queue:Queue", lambda r: without(r, "kmsMasterKeyId"), "store-customer-key"),
    ("aws:ec2/flowLog:FlowLog", None, "network-flow-logged"),
    ("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", lambda r: with_input(r, ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]), "default-security-group-closed"),
    ("aws:ec2/launchTemplate:LaunchTemplate", lambda r: without(r, "metadataOptions"), "instance-metadata-v2"),
]  # fmt: skip
"""(type, what is done to each resource of it, None: taken away, the rule that must notice)."""


@pytest.mark.parametrize(
    ("type_token", "change", "rule"), MUTANTS, ids=[f"{t.rpartition(':')[2]}-{r}" for t, _, r in MUTANTS]
)
def test_each_guarded_input_has_a_rule_that_notices(graphs, type_token: str, change, rule: str):
    stack = loaded("cn-tertiary")
    graph = graphs["cn-tertiary"]
    assert graph.by_type.get(type_token), f"cn-tertiary has no {type_token}"
    resources = [
        r if r.type != type_token else change(r) for r in graph.resources if r.type != type_token or change is not None
    ]
    report = judge_stack(stack, Graph.of(resources))
    assert report.exit_code == 1
    assert rule in {f.rule for f in report.violations}, sorted({f.rule for f in report.violations})


def test_the_unchanged_stacks_comply(graphs):
    for name, graph in graphs.items():
        report = judge_stack(loaded(name), graph)
        red = [f.message for f in report.findings if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]
        assert report.exit_code == 0, (name, red[:5])
        assert not report.not_covered, (name, report.not_covered)
