"""Objects of a cluster, one of them with every right on its machine."""

import pulumi
import pulumi_kubernetes as k8s

site = k8s.Provider("site", render_yaml_to_directory="rendered")
options = pulumi.ResourceOptions(provider=site)
labels = {"app": "viewer"}
k8s.core.v1.Namespace("imaging", metadata={"name": "imaging"}, opts=options)
k8s.apps.v1.Deployment(
    "viewer",
    metadata={"namespace": "imaging"},
    spec={
        "replicas": 1,
        "selector": {"match_labels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {
                "host_network": True,
                "containers": [{"name": "viewer", "image": "viewer", "security_context": {"privileged": True}}],
            },
        },
    },
    opts=options,
)
k8s.core.v1.Service(
    "viewer",
    metadata={"namespace": "imaging"},
    spec={"type": "LoadBalancer", "selector": labels, "ports": [{"port": 80}]},
    opts=options,
)
