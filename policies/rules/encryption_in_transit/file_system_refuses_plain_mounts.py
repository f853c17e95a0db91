from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_in_transit._denials import without_tls_denied


@rule(
    title="Shared file systems refuse mounts without TLS",
    title_zh="共享文件系统拒绝未加密的挂载",
    severity=Severity.HIGH,
    types=("aws:efs/fileSystem:FileSystem",),
    scope=Scope.GRAPH,
    why="NFS is plain text; EFS encrypts it only for clients that ask, unless the policy refuses the others.",
    fix="Give the file system a policy that denies everything when aws:SecureTransport is false.",
    good='aws.efs.FileSystemPolicy("images", policy=...)  # Deny, "*", aws:SecureTransport false',
    bad='aws.efs.FileSystem("images", encrypted=True)  # without a policy',
)
def file_system_refuses_plain_mounts(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for a denial of mounting and writing without TLS in the file system's policy (EFS user guide, "Enforce
    in-transit encryption for all clients"). Absent fails."""
    holders = list(facts.satellites(resource, "aws:efs/fileSystemPolicy:FileSystemPolicy", path="fileSystemId"))
    actions = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")
    yield from without_tls_denied(resource, holders, actions, facts)
