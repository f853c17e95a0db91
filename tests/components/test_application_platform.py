"""ApplicationPlatform: a closed cluster, nodes without holes, images from inside the region."""

import json

import pytest

from components.image_registry import addon_host
from components.service_account_role import WorkloadIdentity
from policies.graph import Graph, Resource, Unknown, as_list, reference_of
from tests.components.clinical import (
    ACCOUNT,
    CENTRES,
    JURISDICTIONS,
    LONGEST,
    entry,
    named,
    one,
    placement,
    platform,
    unknown_documents,
)

CLUSTER = "aws:eks/cluster:Cluster"
NODES = "aws:eks/nodeGroup:NodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
ROLE = "aws:iam/role:Role"
ADDON = "aws:eks/addon:Addon"
ATTACHMENT = "aws:autoscaling/attachment:Attachment"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ENTRIES = {
    "clinical": {
        "security_group_id": "sg-balancer",
        "target_port": 30443,
        "target_group_arns": {"traffic": "arn:traffic", "deep": "arn:deep"},
    }
}


def key_of(graph: Graph) -> Resource:
    return named(graph, "plane-key-key")


def waits_for(graph: Graph, resource: Resource) -> set[str]:
    """Everything that must exist before, by logical name."""
    seen: set[str] = set()
    todo = [resource.urn]
    while todo:
        node = graph.by_urn.get(todo.pop())
        if node is None or node.urn in seen:
            continue
        seen.add(node.urn)
        todo += [*node.depends_on, *([node.parent] if node.parent else [])]
    return {graph.by_urn[urn].name for urn in seen}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_api_answers_inside_only_and_all_is_logged_and_encrypted(jurisdiction: str) -> None:
    graph = platform(jurisdiction)
    cluster, key = one(graph, CLUSTER), key_of(graph)
    assert cluster.get("vpcConfig.endpointPublicAccess") is False
    assert cluster.get("vpcConfig.endpointPrivateAccess") is True
    assert graph.target(cluster, "encryptionConfig.provider.keyArn") == key
    assert cluster.get("encryptionConfig.resources") == ["secrets"]
    assert set(cluster.get("enabledClusterLogTypes")) == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    log = one(graph, "aws:cloudwatch/logGroup:LogGroup")
    assert log.get("name") == f"/aws/eks/{cluster.get('name')}/cluster"
    assert log.get("retentionInDays") >= 180
    assert graph.target(log, "kmsKeyId") == key
    assert log.urn in cluster.depends_on


def test_nobody_comes_in_who_is_not_named() -> None:
    roles = {"deploy": f"arn:aws:iam::{ACCOUNT}:role/tjemc-deploy"}
    auditors = {"audit": f"arn:aws:iam::{ACCOUNT}:role/tjemc-audit"}
    graph = platform("eu", administrator_role_arns=roles, auditor_role_arns=auditors)
    access = one(graph, CLUSTER).get("accessConfig")
    assert access == {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}
    policies = {
        row.get("principalArn"): row.get("policyArn").rpartition("/")[2]
        for row in graph.of_type("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    }
    assert policies == {
        roles["deploy"]: "AmazonEKSClusterAdminPolicy",
        auditors["audit"]: "AmazonEKSViewPolicy",
    }
    assert list(platform("eu").of_type("aws:eks/accessEntry:AccessEntry")) == []


@pytest.mark.parametrize(("lifecycle", "held"), [("trial", False), ("live", True), ("retiring", False)])
def test_a_live_cluster_and_its_key_are_protected(lifecycle: str, held: bool) -> None:
    graph = platform("eu", lifecycle)
    cluster = one(graph, CLUSTER)
    assert cluster.get("deletionProtection") is held
    assert cluster.protect is held
    assert key_of(graph).protect is held


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_volumes_of_nodes_are_encrypted_with_a_key_that_auto_scaling_may_use(jurisdiction: str) -> None:
    graph = platform(jurisdiction)
    template, key = one(graph, TEMPLATE), key_of(graph)
    volumes = template.get("blockDeviceMappings")
    assert {volume["deviceName"] for volume in volumes} == {"/dev/xvda", "/dev/xvdb"}
    for index, volume in enumerate(volumes):
        assert volume["ebs"]["encrypted"] == "true"
        assert graph.target(template, f"blockDeviceMappings[{index}].ebs.kmsKeyId") == key
    allowed = [
        statement
        for statement in json.loads(key.get("policy"))["Statement"]
        if any("AWSServiceRoleForAutoScaling" in str(arn) for arn in statement["Principal"].get("AWS", ()))
    ]
    actions = {action for statement in allowed for action in as_list(statement["Action"])}
    assert {"kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"} <= actions
    partition = "aws-cn" if jurisdiction == "cn-mainland" else "aws"
    assert all(
        arn.startswith(f"arn:{partition}:iam::{ACCOUNT}:role/")
        for statement in allowed
        for arn in statement["Principal"]["AWS"]
    )


def test_nodes_have_no_login_no_public_address_and_guarded_metadata() -> None:
    graph = platform("eu")
    template, nodes = one(graph, TEMPLATE), one(graph, NODES)
    assert template.get("metadataOptions.httpTokens") == "required"
    assert template.get("metadataOptions.httpPutResponseHopLimit") == 1
    assert template.get("networkInterfaces[0].associatePublicIpAddress") == "false"
    assert template.get("keyName") is None
    assert nodes.get("remoteAccess") is None
    assert nodes.get("amiType") == "BOTTLEROCKET_x86_64"
    assert one(platform("eu", node_architecture="arm64"), NODES).get("amiType") == "BOTTLEROCKET_ARM_64"
    assert nodes.get("scalingConfig") == {"minSize": 3, "desiredSize": 6, "maxSize": 9}


def test_nodes_stand_in_all_zones_and_join_only_when_their_network_is_ready() -> None:
    graph = platform("eu")
    nodes = one(graph, NODES)
    assert nodes.get("subnetIds") == ["subnet-a", "subnet-b", "subnet-c"]
    before = waits_for(graph, nodes)
    assert {"platform-vpc-cni-addon", "platform-kube-proxy-addon"} <= before
    for late in ("coredns", "aws-ebs-csi-driver"):
        assert nodes.name in waits_for(graph, named(graph, f"platform-{late}-addon"))


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_only_balancers_and_the_control_plane_reach_the_nodes(jurisdiction: str) -> None:
    graph = platform(jurisdiction, entries=ENTRIES)
    assert [rule for rule in graph.of_type(INGRESS) if rule.get("cidrIpv4")] == []
    from_outside = [r for r in graph.of_type(INGRESS) if r.get("referencedSecurityGroupId") == "sg-balancer"]
    assert [(r.get("fromPort"), r.get("toPort")) for r in from_outside] == [(30443, 30443)]


def test_nodes_reach_the_network_and_what_is_named_by_tls() -> None:
    closed = platform("eu")
    assert {r.get("cidrIpv4") for r in closed.of_type(EGRESS)} == {"10.16.0.0/16", None}
    graph = platform("eu", peer_cidrs={"dublin": "10.17.0.0/16"}, prefix_list_ids={"s3": "pl-1"})
    opened = {r.get("cidrIpv4") or r.get("prefixListId"): r for r in graph.of_type(EGRESS)}
    assert {"10.16.0.0/16", "10.17.0.0/16", "pl-1"} <= set(opened)
    assert opened["pl-1"].get("fromPort") == 443
    assert "0.0.0.0/0" not in opened


def test_targets_are_attached_through_the_node_group() -> None:
    graph = platform("eu", entries=ENTRIES)
    attachments = list(graph.of_type(ATTACHMENT))
    assert {a.get("lbTargetGroupArn") for a in attachments} == {"arn:traffic", "arn:deep"}
    for attachment in attachments:
        assert graph.target(attachment, "autoscalingGroupName") == one(graph, NODES)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_images_come_from_the_regions_own_registries_only(jurisdiction: str) -> None:
    graph = platform(jurisdiction)
    region = next(iter(CENTRES[jurisdiction].values()))
    suffix = "amazonaws.com.cn" if jurisdiction == "cn-mainland" else "amazonaws.com"
    assert named(graph, "platform").output("imageRegistries") == [
        f"{ACCOUNT}.dkr.ecr.{region}.{suffix}",
        addon_host(placement(jurisdiction), region),
    ]
    pull = json.loads(named(graph, "nodes-pull").get("policy"))["Statement"]
    repositories = [r for s in pull if s["Action"] != "ecr:GetAuthorizationToken" for r in s["Resource"]]
    assert all(f":ecr:{region}:" in repository for repository in repositories)
    managed = {
        a.get("policyArn").rpartition("/")[2]
        for a in graph.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if a.name.startswith("platform-nodes")
    }
    assert managed == {"AmazonEKSWorkerNodePolicy"}


def test_repositories_keep_their_tags_scan_and_encrypt_and_go_to_the_partner() -> None:
    graph = platform("eu", repositories=["orthanc", "keycloak"], replicate_images_to="eu-west-1")
    repositories = list(graph.of_type("aws:ecr/repository:Repository"))
    assert {r.get("name") for r in repositories} == {"tjemc/keycloak", "tjemc/orthanc"}
    for repository in repositories:
        assert repository.get("imageTagMutability") == "IMMUTABLE"
        assert repository.get("imageScanningConfiguration.scanOnPush") is True
        assert graph.target(repository, "encryptionConfigurations[0].kmsKey") == key_of(graph)
    copies = one(graph, "aws:ecr/replicationConfiguration:ReplicationConfiguration")
    assert copies.get("replicationConfiguration.rules[0].destinations") == [
        {"region": "eu-west-1", "registryId": ACCOUNT}
    ]
    assert list(platform("eu").of_type("aws:ecr/replicationConfiguration:ReplicationConfiguration")) == []


def test_pods_prove_themselves_by_what_the_region_offers_and_the_output_says_which() -> None:
    eu, china = platform("eu"), platform("cn-mainland")
    assert named(eu, "platform").output("workloadIdentity") == WorkloadIdentity.POD_IDENTITY.value
    assert len(list(eu.of_type("aws:eks/podIdentityAssociation:PodIdentityAssociation"))) == 2
    assert list(eu.of_type("aws:iam/openIdConnectProvider:OpenIdConnectProvider")) == []
    assert named(china, "platform").output("workloadIdentity") == WorkloadIdentity.IRSA.value
    assert list(china.of_type("aws:eks/podIdentityAssociation:PodIdentityAssociation")) == []
    issuer = one(china, "aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    assert china.target(issuer, "url") == one(china, CLUSTER)
    for addon in ("vpc-cni", "aws-ebs-csi-driver"):
        role = reference_of(named(china, f"platform-{addon}-addon").get("serviceAccountRoleArn"))
        assert role is not None
        assert role.urn == named(china, f"{addon}-account-role").urn
    assert {a.get("addonName") for a in eu.of_type(ADDON)} - {a.get("addonName") for a in china.of_type(ADDON)} == {
        "eks-pod-identity-agent"
    }


def test_only_the_clusters_own_pods_take_a_role_by_pod_identity() -> None:
    graph = platform("eu", strict=True)
    trust = json.loads(named(graph, "vpc-cni-account-role").get("assumeRolePolicy"))["Statement"][0]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert trust["Condition"]["ArnEquals"]["aws:SourceArn"].endswith(f"cluster/{one(graph, CLUSTER).get('name')}")
    assert trust["Condition"]["StringEquals"]["aws:RequestTag/kubernetes-service-account"] == "aws-node"


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_policies_are_known_at_preview_but_for_what_the_cluster_makes_up(jurisdiction: str) -> None:
    unknown = unknown_documents(platform(jurisdiction, strict=True))
    volumes = ["platform-aws-ebs-csi-driver-account-policy.policy"]
    trusts = [f"platform-{addon}-account-role.assumeRolePolicy" for addon in ("aws-ebs-csi-driver", "vpc-cni")]
    assert sorted(unknown) == sorted(volumes + (trusts if jurisdiction == "cn-mainland" else []))


def test_in_china_nodes_are_trusted_by_the_name_ec2_has_there() -> None:
    services = {
        jurisdiction: {
            json.loads(role.get("assumeRolePolicy"))["Statement"][0]["Principal"].get("Service")
            for role in platform(jurisdiction).of_type(ROLE)
            if not isinstance(role.get("assumeRolePolicy"), Unknown)
        }
        for jurisdiction in JURISDICTIONS
    }
    assert {"ec2.amazonaws.com.cn", "eks.amazonaws.com"} <= services["cn-mainland"]
    assert {"ec2.amazonaws.com", "eks.amazonaws.com"} <= services["eu"]


def test_every_role_carries_the_accounts_boundary() -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    graph = platform("eu", placement={**placement("eu"), "boundary_arn": boundary})
    assert {role.get("permissionsBoundary") for role in graph.of_type(ROLE)} == {boundary}


def test_names_keep_to_the_clouds_limits() -> None:
    graph = platform("cn-mainland", hospital=LONGEST, role="platform-two")
    assert all(len(role.get("name")) <= 64 for role in graph.of_type(ROLE))
    assert len(one(graph, CLUSTER).get("name")) <= 100


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_child_has_provider_and_parent(jurisdiction: str) -> None:
    for graph in (platform(jurisdiction), entry(jurisdiction)):
        for resource in graph.resources:
            if resource.custom and not resource.type.startswith("pulumi:"):
                assert resource.provider, resource.name
                assert resource.parent, resource.name
