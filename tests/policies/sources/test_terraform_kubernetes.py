"""A plan written by a real terraform (1.11, hashicorp/kubernetes 3.2.1): objects of a cluster are judged as any program's."""

import json
from pathlib import Path
from typing import Any

import pytest

from policies.checkov_runner.manifests import manifests_of
from policies.context import of_jurisdiction
from policies.engine import judge
from policies.graph import SECRET, Graph, Resource
from policies.results import Verdict
from policies.sources import terraform_kubernetes
from policies.sources.states import state_in
from policies.sources.terraform_plan import plan_of

FILE = Path(__file__).parent / "documents" / "plan_of_cluster.json"
MANIFEST = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "open", "namespace": "pacs"},
    "spec": {"podSelector": {}, "ingress": [{}], "policyTypes": ["Ingress"]},
}


@pytest.fixture
def plan() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def node(graph: Graph, address: str) -> Resource:
    [found] = [r for r in graph.resources if r.name == address]
    return found


def failures(graph: Graph) -> set[tuple[str, str]]:
    report = judge(graph, of_jurisdiction("cn-mainland"))
    return {(f.name, f.rule) for f in report.findings if f.verdict is Verdict.FAIL}


def added(plan: dict[str, Any], type_name: str, after: dict[str, Any], expressions: dict[str, Any]) -> str:
    address = f"{type_name}.x"
    row = {"address": address, "mode": "managed", "type": type_name}
    plan["resource_changes"].append({**row, "change": {"actions": ["create"], "after": after, "after_unknown": {}}})
    plan["configuration"]["root_module"]["resources"].append(
        {**row, "provider_config_key": "kubernetes", "expressions": expressions}
    )
    return address


def test_an_object_stands_there_as_the_cluster_would_be_told(plan: dict[str, Any]) -> None:
    good = node(plan_of(plan).graph, "kubernetes_deployment_v1.good")
    assert good.type == "kubernetes:apps/v1:Deployment" and good.get("spec.replicas") == 2
    pod = good.get("spec.template.spec")
    assert pod["securityContext"]["runAsUser"] == 1000 and pod["automountServiceAccountToken"] is False
    assert pod["topologySpreadConstraints"][0]["labelSelector"] == {"matchLabels": {"app": "viewer"}}
    [container] = pod["containers"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["livenessProbe"]["httpGet"] == {"path": "/live", "port": "8443", "scheme": "HTTPS"}
    assert container["env"][0]["valueFrom"]["secretKeyRef"] == {"name": "db", "key": "password"}
    assert container["ports"][0]["containerPort"] == 8443 and container["resources"]["limits"]["memory"] == "1Gi"
    entry = node(plan_of(plan).graph, "kubernetes_ingress_v1.good").get("spec.rules[0].http.paths[0].backend.service")
    assert entry == {"name": "viewer", "port": {"number": 443}}


def test_the_rules_of_clusters_judge_it(plan: dict[str, Any]) -> None:
    found = failures(plan_of(plan).graph)
    quiet = ("kubernetes_deployment_v1.good", "kubernetes_namespace_v1.pacs", "kubernetes_ingress_v1.good")
    assert not [row for row in found if row[0] in quiet]
    assert {rule for name, rule in found if name == "kubernetes_deployment.bad"} >= {
        "image-pinned",
        "no-secret-in-clear",
        "pod-apart-from-its-machine",
        "pod-without-privileges",
        "workload-twice",
    }
    assert ("kubernetes_service_v1.public", "service-stays-inside") in found


def test_the_provider_of_a_cluster_is_none_of_aws(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    assert node(graph, "kubernetes").type == "pulumi:providers:kubernetes"
    report = judge(graph, of_jurisdiction("cn-mainland"))
    assert not [f for f in report.findings if f.name == "kubernetes"]
    assert not [f for f in report.findings if f.rule == "explicit-provider" and f.verdict is Verdict.FAIL]


def test_a_secret_that_the_configuration_spells_out_is_in_clear_and_not_shown(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    assert node(graph, "kubernetes_secret_v1.db").inputs["stringData"] is SECRET
    found = failures(graph)
    assert ("kubernetes_secret.clear", "no-secret-in-clear") in found
    assert ("kubernetes_secret_v1.db", "no-secret-in-clear") not in found
    spelled = json.dumps(graph.to_json()["resources"]).count("Winter2026!")
    assert spelled == 2, "in the environment of the bad pod alone (input and output), where nothing marks it"


def test_a_manifest_is_the_object_itself(plan: dict[str, Any]) -> None:
    address = added(
        plan, "kubernetes_manifest", {"manifest": MANIFEST, "object": None}, {"manifest": {"references": []}}
    )
    graph = plan_of(plan).graph
    assert node(graph, address).type == "kubernetes:networking.k8s.io/v1:NetworkPolicy"
    assert (address, "network-policy-limited") in failures(graph)


@pytest.mark.parametrize("manifest", [None, {}, {"apiVersion": "v1"}, {"apiVersion": 1, "kind": []}, {"kind": "../x"}])
def test_a_manifest_of_which_the_kind_is_not_known_is_not_passed(plan: dict[str, Any], manifest: Any) -> None:
    address = added(plan, "kubernetes_manifest", {"manifest": manifest}, {"manifest": {}})
    report = judge(plan_of(plan).graph, of_jurisdiction("cn-mainland"))
    assert [f.verdict for f in report.findings if f.name == address and f.rule == "data-type-known"] == [
        Verdict.UNKNOWN
    ]


def test_a_release_is_named_by_its_chart_and_undecided(plan: dict[str, Any]) -> None:
    address = added(plan, "helm_release", {"name": "db", "chart": "postgresql", "values": []}, {})
    report = judge(plan_of(plan).graph, of_jurisdiction("cn-mainland"))
    [finding] = [f for f in report.findings if f.name == address and f.rule == "data-type-known"]
    assert finding.verdict is Verdict.UNKNOWN and finding.found == "postgresql"


def test_what_changes_an_object_of_another_is_no_object_of_its_own(plan: dict[str, Any]) -> None:
    patch = node(plan_of(plan).graph, "kubernetes_labels.ns")
    assert patch.type == "kubernetes:core/v1:NamespacePatch" and patch.get("metadata.labels") == {"team": "imaging"}


def test_checkov_gets_its_manifests(plan: dict[str, Any]) -> None:
    graph = plan_of(plan).graph
    made = manifests_of(graph)
    kinds = {document["kind"] for document in made.documents}
    assert {"Deployment", "Namespace", "Service", "StatefulSet", "NetworkPolicy"} <= kinds
    bad = made.documents[made.urns.index(node(graph, "kubernetes_deployment.bad").urn)]
    assert bad["apiVersion"] == "apps/v1" and bad["spec"]["template"]["spec"]["hostNetwork"] is True


def test_a_state_says_the_same(plan: dict[str, Any]) -> None:
    rows = [
        {**row, "values": row["change"]["after"], "sensitive_values": row["change"]["after_sensitive"]}
        for row in plan["resource_changes"]
    ]
    state = {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": rows}}}
    found = failures(state_in(state, "state.json").graph)
    assert ("kubernetes_deployment.bad", "pod-without-privileges") in found
    assert not [row for row in found if row[0] == "kubernetes_deployment_v1.good"]


@pytest.mark.parametrize(
    ("type_name", "token"),
    [
        ("kubernetes_daemonset", "kubernetes:apps/v1:DaemonSet"),
        ("kubernetes_stateful_set", "kubernetes:apps/v1:StatefulSet"),
        ("kubernetes_cron_job_v1", "kubernetes:batch/v1:CronJob"),
        ("kubernetes_pod", "kubernetes:core/v1:Pod"),
        ("kubernetes_storage_class_v1", "kubernetes:storage.k8s.io/v1:StorageClass"),
        ("kubernetes_config_map_v1_data", "kubernetes:core/v1:ConfigMapPatch"),
        ("kubernetes_horizontal_pod_autoscaler_v2beta2", "kubernetes:autoscaling/v1:HorizontalPodAutoscaler"),
        ("kubernetes_token_request_v1", ""),
        ("aws_s3_bucket", ""),
    ],
)
def test_types_have_pulumis_names(type_name: str, token: str) -> None:
    assert terraform_kubernetes.token_of(type_name, {}) == token
