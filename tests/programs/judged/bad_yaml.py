"""A privileged pod in a YAML text."""

# jurisdiction: cn-mainland
# exit: 1
# says: pod-without-privileges @ bad

import pulumi
import pulumi_kubernetes as k8s

p = k8s.Provider("p")
k8s.yaml.ConfigGroup(
    "g",
    yaml=[
        """
apiVersion: v1
kind: Pod
metadata: {name: bad}
spec: {containers: [{name: a, image: "x:1", securityContext: {privileged: true}}]}
"""
    ],
    opts=pulumi.ResourceOptions(provider=p),
)
