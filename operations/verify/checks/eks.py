"""EKS: the cluster's secrets are encrypted with its key, and its API is not on the internet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import as_stated, must, right_key
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.results import Outcome

_CLUSTER: Final = "aws:eks/cluster:Cluster"
_GONE: Final = ("ResourceNotFoundException",)


@check(
    _CLUSTER,
    title="The cluster's secrets are encrypted with the key that the state names",
    fix="Associate the key (AssociateEncryptionConfig); it cannot be changed afterwards.",
)
def cluster_secrets_encrypted(cluster: Subject) -> Iterator[Outcome]:
    """Compares what is encrypted, and the key."""
    rows = [row for row in _described(cluster).get("encryptionConfig") or [] if isinstance(row, Mapping)]
    found = next((row for row in rows if "secrets" in (row.get("resources") or [])), {})
    wanted = cluster.wanted("encryptionConfig.provider.keyArn")
    key = (found.get("provider") or {}).get("keyArn")
    yield right_key(cluster, "DescribeCluster encryptionConfig", key, wanted)


@check(
    _CLUSTER,
    title="The cluster's API is reached, and its logs are written, as the state says",
    fix="Deploy again (UpdateClusterConfig); find out who opened the cluster.",
)
def cluster_closed_and_logged(cluster: Subject) -> Iterator[Outcome]:
    """Compares the API's endpoints and the kinds of logs that are switched on."""
    found = _described(cluster)
    access = found.get("resourcesVpcConfig") or {}
    for path, name in {
        "endpointPublicAccess": "endpointPublicAccess",
        "endpointPrivateAccess": "endpointPrivateAccess",
    }.items():
        yield from as_stated(cluster, f"DescribeCluster {name}", access.get(name), f"vpcConfig.{path}")
    logging = (found.get("logging") or {}).get("clusterLogging") or []
    kinds = {kind for row in logging if row.get("enabled") for kind in row.get("types") or []}
    for kind in cluster.wanted("enabledClusterLogTypes") or []:
        said = ", ".join(sorted(kinds)) or "no logs"
        yield must(cluster, f"DescribeCluster logging {kind}", kind in kinds, said, f"logs of kind {kind}")
    protected = found.get("deletionProtection", False)
    yield from as_stated(cluster, "DescribeCluster deletionProtection", protected, "deletionProtection")


def _described(cluster: Subject) -> Mapping[str, Any]:
    found = cluster.ask("eks", "describe_cluster", gone=_GONE, name=cluster.name("name", "id")).get("cluster")
    return found if isinstance(found, Mapping) else {}
