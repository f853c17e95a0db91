"""One known-good object of each kind of Kubernetes that rules speak of. A bad case changes exactly one field."""

from copy import deepcopy
from typing import Any

from policies.graph import Resource
from tests.resources import ref, resource

KEY = ref("aws:kms/key:Key", "key")
DIGEST = "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/viewer@sha256:" + "0" * 64
CONTAINER: dict[str, Any] = {
    "name": "viewer",
    "image": DIGEST,
    "resources": {"requests": {"memory": "256Mi"}, "limits": {"memory": "512Mi"}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
}
POD: dict[str, Any] = {"automountServiceAccountToken": False, "containers": [CONTAINER]}
_META = {"name": "viewer", "namespace": "viewers"}
_SELECTOR = {"matchLabels": {"app": "viewer"}}
_TEMPLATE = {"metadata": {"labels": {"app": "viewer"}}, "spec": POD}
_RULES = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "watch"]}]
_ROLE_REF = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "viewer"}
_RBAC = "kubernetes:rbac.authorization.k8s.io/v1"

OBJECTS: dict[str, dict[str, Any]] = {
    "kubernetes:apps/v1:DaemonSet": {"metadata": _META, "spec": {"selector": _SELECTOR, "template": _TEMPLATE}},
    "kubernetes:apps/v1:Deployment": {
        "metadata": _META,
        "spec": {"replicas": 2, "selector": _SELECTOR, "template": _TEMPLATE},
    },
    "kubernetes:apps/v1:ReplicaSet": {"metadata": _META, "spec": {"selector": _SELECTOR, "template": _TEMPLATE}},
    "kubernetes:apps/v1:StatefulSet": {
        "metadata": _META,
        "spec": {
            "replicas": 3,
            "serviceName": "viewer",
            "selector": _SELECTOR,
            "template": _TEMPLATE,
            "volumeClaimTemplates": [{"spec": {"storageClassName": "records"}}],
        },
    },
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": {
        "metadata": _META,
        "spec": {"minReplicas": 2, "maxReplicas": 4, "scaleTargetRef": {"kind": "Deployment", "name": "viewer"}},
    },
    "kubernetes:batch/v1:CronJob": {
        "metadata": _META,
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": _TEMPLATE}}},
    },
    "kubernetes:batch/v1:Job": {"metadata": _META, "spec": {"template": _TEMPLATE}},
    "kubernetes:core/v1:Namespace": {
        "metadata": {"name": "viewers", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}
    },
    "kubernetes:core/v1:PersistentVolume": {
        "metadata": {"name": "records"},
        "spec": {
            "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"},
            "persistentVolumeReclaimPolicy": "Retain",
        },
    },
    "kubernetes:core/v1:PersistentVolumeClaim": {
        "metadata": _META,
        "spec": {"storageClassName": "records", "accessModes": ["ReadWriteOnce"]},
    },
    "kubernetes:core/v1:Pod": {"metadata": _META, "spec": POD},
    "kubernetes:core/v1:PodTemplate": {"metadata": _META, "template": _TEMPLATE},
    "kubernetes:core/v1:ReplicationController": {"metadata": _META, "spec": {"template": _TEMPLATE}},
    "kubernetes:core/v1:Service": {"metadata": _META, "spec": {"type": "ClusterIP", "ports": [{"port": 443}]}},
    "kubernetes:networking.k8s.io/v1:Ingress": {
        "metadata": _META,
        "spec": {
            "rules": [{"host": "viewer.hospital.example"}],
            "tls": [{"hosts": ["viewer.hospital.example"], "secretName": "viewer-tls"}],
        },
    },
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": {
        "metadata": _META,
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    },
    f"{_RBAC}:ClusterRole": {"metadata": {"name": "viewer"}, "rules": _RULES},
    f"{_RBAC}:ClusterRoleBinding": {
        "metadata": {"name": "viewer"},
        "roleRef": {**_ROLE_REF, "kind": "ClusterRole"},
        "subjects": [{"kind": "Group", "name": "radiology"}],
    },
    f"{_RBAC}:Role": {"metadata": _META, "rules": _RULES},
    f"{_RBAC}:RoleBinding": {
        "metadata": _META,
        "roleRef": _ROLE_REF,
        "subjects": [{"kind": "ServiceAccount", "name": "viewer"}],
    },
    "kubernetes:storage.k8s.io/v1:StorageClass": {
        "metadata": {"name": "records"},
        "provisioner": "ebs.csi.aws.com",
        "reclaimPolicy": "Retain",
        "parameters": {"encrypted": "true", "kmsKeyId": KEY, "type": "gp3"},
    },
}
"""Type -> the inputs of an object that no rule objects to."""

GONE = object()
"""Takes a field away."""


def made(type_token: str, name: str | None = None, **changes: Any) -> Resource:
    """The good object of a type; `path__to__field=value` changes one field, `GONE` takes it away."""
    inputs = deepcopy(OBJECTS[type_token])
    for path, value in changes.items():
        *steps, last = [int(s) if s.isdigit() else s for s in path.split("__")]
        place: Any = inputs
        for step in steps:
            if isinstance(place, dict) and step not in place:
                place[step] = {}
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return resource(type_token, name or type_token.rpartition(":")[2].lower(), region_=None, **inputs)
