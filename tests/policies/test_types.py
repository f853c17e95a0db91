"""The table of all resource types: whole, reviewed, and held against the SDKs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from policies import aliases
from policies.facts import Facts, store_types
from policies.graph import Graph
from policies.registry import all_rules
from policies.terraform import provider_table
from policies.type_kinds import TypeKind, kind_of, looks_like_store
from tests.resources import context, resource
from tests.truth import sdk_types

AWS = [t for t in sdk_types.tokens("aws") if t.startswith("aws:")]
KUBERNETES = sdk_types.tokens("kubernetes")


def _table() -> dict[str, dict[str, dict[str, str]]]:
    path = Path(__file__).resolve().parents[2] / "policies" / "types.yaml"
    table: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(path.read_bytes())
    return table


def _names(package: str) -> Iterator[str]:
    for module, kinds in _table()[package].items():
        for names in kinds.values():
            yield from (f"{module}/{name}" for name in names.split())


def test_each_type_of_the_sdks_has_its_kind():
    assert [t for t in (*AWS, *KUBERNETES) if kind_of(t) is None] == []


def test_the_table_names_no_type_that_the_sdks_do_not_have():
    ours = {aliases.current(t).removeprefix("aws:").partition(":")[0] for t in AWS}
    assert set(_names("aws")) - ours == set()
    kinds = set()
    for token in KUBERNETES:
        match = re.fullmatch(r"kubernetes:([^/]+)/v\w+:(\w+)", aliases.current(token))
        if match:
            kinds.add(f"{match[1]}/{match[2]}")
    assert set(_names("kubernetes")) - kinds == set()


def test_each_store_of_the_families_is_a_store_of_the_table():
    assert [t for t in store_types() if kind_of(t) is not TypeKind.STORE] == []


def _inputs(token: str) -> set[str]:
    cls = sdk_types.resource_class(token)
    return set(sdk_types.arguments(sdk_types.arguments_class(cls))) if cls else set()


def test_what_looks_like_a_store_and_is_none_has_a_reason():
    """The table and the mechanical look must agree, or a person has said why not."""
    reasons = {f"aws:{name}" for names in _table()["no_stores"].values() for name in str(names).split()}
    looks = {
        t.rpartition(":")[0]
        for t in AWS
        if aliases.current(t) == t and kind_of(t) is TypeKind.NEUTRAL and looks_like_store(t, _inputs(t))
    }
    assert looks == reasons


def test_the_look_alone_finds_four_stores_of_five():
    """It stands in for the table where a type is newer than that, or of another provider."""
    stores = [t for t in AWS if kind_of(t) is TypeKind.STORE]
    assert sum(bool(looks_like_store(t, _inputs(t))) for t in stores) / len(stores) > 0.8


def test_only_these_stores_have_no_rules():
    """They fail wherever they stand (data-type-known)."""
    assert [t for t in AWS if kind_of(t) is TypeKind.STORE and aliases.current(t) not in store_types()] == [
        "aws:cloudsearch/domain:Domain",
        "aws:codecatalyst/sourceRepository:SourceRepository",
        "aws:ecrpublic/repository:Repository",
        "aws:lightsail/bucket:Bucket",
        "aws:lightsail/database:Database",
        "aws:lightsail/disk:Disk",
        "aws:lightsail/instance:Instance",
        "aws:mediastore/container:Container",
        "aws:odb/cloudAutonomousVmCluster:CloudAutonomousVmCluster",
        "aws:odb/cloudExadataInfrastructure:CloudExadataInfrastructure",
        "aws:odb/cloudVmCluster:CloudVmCluster",
        "aws:s3control/bucket:Bucket",
        "aws:sesv2/contactList:ContactList",
    ]


def test_no_type_passes_in_silence():
    """Each store and each mover of the SDK, alone in a program: a rule says something of it."""
    silent = []
    for token in AWS:
        if kind_of(token) in (TypeKind.NEUTRAL, TypeKind.PROCESS):
            continue
        subject = resource(token)
        facts = Facts(Graph.of([subject]), context())
        seen = facts.graph.resources[0]
        if not any(
            list(r.check(seen, facts)) for r in all_rules() if r.concerns(seen.type) and r.theme != "deployment"
        ):
            silent.append(token)
    assert silent == []


@pytest.mark.parametrize("column", ["encrypted", "key", "protection", "point_in_time", "part_of", "public"])
def test_each_column_of_the_stores_is_an_argument(column: str):
    for token, row in store_types().items():
        path = getattr(row, column)
        if path and not (column == "key" and row.satellite):
            top = path.partition(".")[0].partition("[")[0]
            assert top in _inputs(token), f"{token} has no {path}"


def test_each_store_says_how_its_key_is_named_or_why_it_has_none():
    assert [t for t, row in store_types().items() if not (row.key or row.part_of or row.keyless)] == []


# --- names


def test_two_names_of_a_type_are_one():
    assert aliases.current("aws:alb/listener:Listener") == "aws:lb/listener:Listener"
    assert aliases.current("aws:s3/bucketV2:BucketV2") == "aws:s3/bucket:Bucket"
    assert aliases.current("aws:elasticloadbalancingv2/targetGroup:TargetGroup") == "aws:lb/targetGroup:TargetGroup"
    assert aliases.current("kubernetes:extensions/v1beta1:Deployment") == "kubernetes:apps/v1:Deployment"
    assert aliases.current("kubernetes:networking.k8s.io/v1beta1:Ingress") == "kubernetes:networking.k8s.io/v1:Ingress"
    assert aliases.current("kubernetes:postgresql.cnpg.io/v1:Cluster") == "kubernetes:postgresql.cnpg.io/v1:Cluster"
    assert aliases.current("aws:nowhere/thing:Thing") == "aws:nowhere/thing:Thing"


def test_every_pair_of_names_in_the_providers_table_is_known():
    for own in {provider_table.type_of(t) for t in AWS} - {None}:
        tokens = provider_table.tokens_of(str(own))
        assert {aliases.current(t) for t in tokens} == {aliases.current(tokens[0])}
        assert set(tokens) <= set(aliases.names(tokens[0]))


def test_blocks_of_an_older_token_are_read_as_the_current_one_writes_them():
    """Down to the innermost: names in the singular, a block where there was a list of one."""
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "k"}
    rules = [{"applyServerSideEncryptionByDefaults": [default]}]
    destinations = [{"id": "all", "destinations": [{"bucket": "arn:aws-cn:s3:::copy"}]}]
    old = resource(
        "aws:s3/bucketV2:BucketV2",
        "old",
        serverSideEncryptionConfigurations=[{"rules": rules}],
        replicationConfigurations=[{"role": "r", "rules": destinations}],
    )
    seen = Facts(Graph.of([old]), context()).graph.by_urn[old.urn]
    encryption = seen.get("serverSideEncryptionConfiguration")
    assert encryption == {"rule": {"applyServerSideEncryptionByDefault": default}}
    copied = {"id": "all", "destination": {"bucket": "arn:aws-cn:s3:::copy"}}
    assert seen.get("replicationConfiguration") == {"role": "r", "rules": [copied]}


def test_a_graph_is_judged_under_the_current_names():
    old = resource("aws:s3/bucketV2:BucketV2", "old", loggings=[{"targetBucket": "logs"}])
    facts = Facts(Graph.of([old]), context())
    seen = facts.graph.by_urn[old.urn]
    assert (seen.type, seen.get("logging")) == ("aws:s3/bucket:Bucket", {"targetBucket": "logs"})
    assert facts.given.by_urn[old.urn].type == "aws:s3/bucketV2:BucketV2"
    same = Graph.of([resource("aws:s3/bucket:Bucket")])
    assert Facts(same, context()).graph is same


# --- what a type looks like


@pytest.mark.parametrize(
    "token",
    [
        *("gcp:storage/bucket:Bucket", "alicloud:oss/bucket:Bucket", "alicloud:rds/instance:Instance"),
        *("azure-native:storage:StorageAccount", "aws-native:rds:DBInstance", "aws-native:s3:Bucket"),
        *("kubernetes:postgresql.cnpg.io/v1:Cluster", "mongodbatlas:index/cluster:Cluster", "aws:new/vault:Vault"),
        *("tencentcloud:Cos/bucket:Bucket", "gcp:sql/databaseInstance:DatabaseInstance"),
    ],
)
def test_a_store_of_elsewhere_looks_like_one(token: str):
    assert kind_of(token) is None
    assert looks_like_store(token, [])


@pytest.mark.parametrize(
    "token",
    [
        *(
            "gcp:compute/network:Network",
            "kubernetes:cert-manager.io/v1:Certificate",
            "azure:network/routeTable:RouteTable",
        ),
        *(
            "datadog:index/monitor:Monitor",
            "gcp:storage/bucketIAMMember:BucketIAMMember",
            "aws:new/bucketPolicy:BucketPolicy",
        ),
        *("kubernetes:argoproj.io/v1alpha1:Application", "kubernetes:monitoring.coreos.com/v1:ServiceMonitor"),
    ],
)
def test_what_keeps_nothing_does_not(token: str):
    assert looks_like_store(token, ["name", "region"]) == ""


def test_an_input_tells_too():
    assert looks_like_store("aws:new/thing:Thing", ["kmsKeyId"]) == "it has the input kmsKeyId"
    assert kind_of("random:index/randomPassword:RandomPassword") is TypeKind.NEUTRAL
