from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of
from policies.rules.encryption_at_rest._keys import customer_key

DISKS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:ec2/instance:Instance": ("rootBlockDevice", "ebsBlockDevices[*]"),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("rootBlockDevice", "ebsBlockDevices[*]"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("blockDeviceMappings[*].ebs",),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": (
        "launchSpecifications[*].rootBlockDevices[*]",
        "launchSpecifications[*].ebsBlockDevices[*]",
    ),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("rootBlockDevice", "ebsBlockDevices[*]"),
    "aws:ecs/service:Service": ("volumeConfiguration.managedEbsVolume",),
    "aws:imagebuilder/containerRecipe:ContainerRecipe": ("instanceConfiguration.blockDeviceMappings[*].ebs",),
    "aws:imagebuilder/imageRecipe:ImageRecipe": ("blockDeviceMappings[*].ebs",),
}
"""Type -> its disks, each with `encrypted` and `kmsKeyId`."""

_NODES = "aws:eks/nodeGroup:NodeGroup"
_WITHOUT_DISKS_OF_THEIR_OWN = (
    "aws:ec2/spotFleetRequest:SpotFleetRequest",
    "aws:ecs/service:Service",
    "aws:imagebuilder/containerRecipe:ContainerRecipe",
)
_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"
_DEFAULT_KEY = "aws:ebs/defaultKmsKey:DefaultKmsKey"


@rule(
    title="Disks of machines are encrypted with a customer key",
    title_zh="计算节点磁盘使用客户自管密钥加密",
    severity=Severity.HIGH,
    types=(*DISKS, _NODES),
    scope=Scope.GRAPH,
    why="What a process swaps, caches and logs lies on its machine's disk, patients' data included.",
    fix="Give each block device encrypted=True and a kms_key_id, or make encryption and its key the account's default.",
    good='block_device_mappings=[{"device_name": "/dev/xvda", "ebs": {"encrypted": "true", "kms_key_id": key.arn}}]',
    bad='aws.ec2.LaunchTemplate("nodes", image_id=image)  # the image\'s own disk, unencrypted',
)
def disk_encrypted(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads each block device: encrypted, with a customer key. A machine that names none takes its image's disks: that
    fails, unless the program turns on EBS encryption by default, with a key of its own, in the same account and region
    (aws.ebs.EncryptionByDefault, DefaultKmsKey), which also stands in for a device that says nothing. `encrypted:
    false` fails in any case. A managed node group has the disks of its launch template; without one it has EKS's own
    disk, which only the default encrypts."""
    if resource.type == _NODES:
        if resource.get("launchTemplate") is None:
            yield _by_default(resource, "launchTemplate", None, facts)
        else:
            yield passed(resource, "launchTemplate", "the launch template's disks, judged there")
        return
    disks = [found for p in DISKS[resource.type] for found in each(resource.inputs, p) if found[1] is not None]
    if not disks and resource.type not in _WITHOUT_DISKS_OF_THEIR_OWN:
        yield _by_default(resource, DISKS[resource.type][0].partition("[")[0], None, facts)
    for path, disk in disks:
        yield from _disk(resource, path, disk, facts)


def _disk(resource: Resource, path: str, disk: Value, facts: Facts) -> Iterator[Outcome]:
    if is_hidden(disk):
        yield undecided(resource, path, disk, "encrypted: true, with a customer key")
        return
    encrypted = disk.get("encrypted") if isinstance(disk, Mapping) else disk
    if is_hidden(encrypted):
        yield undecided(resource, f"{path}.encrypted", encrypted, "true")
    elif encrypted is None or encrypted == "":
        yield _by_default(resource, f"{path}.encrypted", encrypted, facts)
    elif not one_of(encrypted, True):
        yield failed(resource, f"{path}.encrypted", encrypted, "true")
    elif isinstance(disk, Mapping) and disk.get("kmsKeyId") in (None, ""):
        yield _by_default(resource, f"{path}.kmsKeyId", None, facts)
    else:
        yield from customer_key(resource, resource, f"{path}.kmsKeyId", facts, region=resource.region)


def _by_default(resource: Resource, path: str, found: Value, facts: Facts) -> Outcome:
    """What holds where a machine says nothing: the account's default, if this program sets it."""
    where = (resource.region, resource.account)
    on = any(
        one_of(r.get("enabled"), None, True) for r in facts.graph.of_type(_DEFAULT) if (r.region, r.account) == where
    )
    keyed = any((r.region, r.account) == where for r in facts.graph.of_type(_DEFAULT_KEY))
    if on and keyed:
        return passed(resource, path, "encrypted by the account's default, with its key")
    return failed(resource, path, found, "encrypted: true with kmsKeyId, or the account's default encryption and key")
