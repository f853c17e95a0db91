"""A DICOM gateway on the cluster of a campus."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else
import pulumi
import pulumi_kubernetes as k8s

edge = k8s.Provider("campus", context="campus-east", render_yaml_to_directory="rendered")
o = pulumi.ResourceOptions(provider=edge)
labels = {"app": "dicom-gateway"}
ns = k8s.core.v1.Namespace(
    "imaging",
    metadata={
        "name": "imaging",
        "labels": {
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
        },
    },
    opts=o,
)
where = {"namespace": ns.metadata["name"], "labels": labels}
k8s.networking.v1.NetworkPolicy(
    "closed",
    metadata={"namespace": "imaging", "name": "default-deny"},
    spec={"pod_selector": {}, "policy_types": ["Ingress", "Egress"]},
    opts=o,
)
k8s.networking.v1.NetworkPolicy(
    "gateway",
    metadata=where,
    spec={
        "pod_selector": {"match_labels": labels},
        "policy_types": ["Ingress", "Egress"],
        "ingress": [{"from": [{"ip_block": {"cidr": "10.44.0.0/16"}}], "ports": [{"port": 2762, "protocol": "TCP"}]}],
        "egress": [{"to": [{"ip_block": {"cidr": "10.45.7.0/24"}}], "ports": [{"port": 443, "protocol": "TCP"}]}],
    },
    opts=o,
)
account = k8s.core.v1.ServiceAccount("gateway", metadata=where, automount_service_account_token=False, opts=o)
k8s.apps.v1.Deployment(
    "gateway",
    metadata=where,
    spec=k8s.apps.v1.DeploymentSpecArgs(
        replicas=2,
        selector=k8s.meta.v1.LabelSelectorArgs(match_labels=labels),
        template=k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(labels=labels),
            spec=k8s.core.v1.PodSpecArgs(
                service_account_name=account.metadata.name,
                automount_service_account_token=False,
                security_context=k8s.core.v1.PodSecurityContextArgs(
                    run_as_non_root=True, run_as_user=10001, seccomp_profile={"type": "RuntimeDefault"}
                ),
                topology_spread_constraints=[
                    {
                        "max_skew": 1,
                        "topology_key": "kubernetes.io/hostname",
                        "when_unsatisfiable": "DoNotSchedule",
                        "label_selector": {"match_labels": labels},
                    }
                ],
                containers=[
                    k8s.core.v1.ContainerArgs(
                        name="gateway",
                        image="registry.campus.example/dicom-gateway@sha256:" + "ab" * 32,
                        ports=[{"container_port": 2762}],
                        resources={"requests": {"cpu": "200m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
                        security_context={
                            "allow_privilege_escalation": False,
                            "read_only_root_filesystem": True,
                            "capabilities": {"drop": ["ALL"]},
                        },
                        readiness_probe={"tcp_socket": {"port": 2762}},
                    )
                ],
            ),
        ),
    ),
    opts=o,
)
k8s.core.v1.Service(
    "gateway", metadata=where, spec={"type": "ClusterIP", "selector": labels, "ports": [{"port": 2762}]}, opts=o
)
