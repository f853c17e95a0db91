"""EC2's disks: encryption by default and its key, volumes, and what launch templates make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.verify.answers import as_stated, only, right_key, same
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.registry import failed
from policies.results import Outcome

_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"


@check(
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    title="New disks are encrypted by default",
    fix="Switch it on again (EnableEbsEncryptionByDefault); look for disks that were made meanwhile.",
)
def disks_encrypted_by_default(subject: Subject) -> Iterator[Outcome]:
    """Compares the switch of the account in this region."""
    wanted = subject.wanted("enabled") not in (False, "false")
    answer = subject.ask("ec2", "get_ebs_encryption_by_default")
    found = answer.get("EbsEncryptionByDefault", False)
    yield same(subject, "GetEbsEncryptionByDefault", found, wanted)


@check(
    "aws:ebs/defaultKmsKey:DefaultKmsKey",
    title="New disks are encrypted with the key that the state names",
    fix="Set the default key again (ModifyEbsDefaultKmsKeyId).",
)
def disks_default_key(subject: Subject) -> Iterator[Outcome]:
    """Compares the default key of the account in this region."""
    found = subject.ask("ec2", "get_ebs_default_kms_key_id").get("KmsKeyId")
    yield right_key(subject, "GetEbsDefaultKmsKeyId", found, subject.wanted("keyArn"))


@check(
    "aws:ebs/volume:Volume",
    title="The volume is encrypted with the key that the state names",
    fix="A volume's key cannot be changed: copy a snapshot under the right key and replace the volume.",
)
def volume_encrypted(volume: Subject) -> Iterator[Outcome]:
    """Compares encryption and key."""
    answer = volume.ask("ec2", "describe_volumes", gone=("InvalidVolume.NotFound",), VolumeIds=[volume.name("id")])
    found = only(answer.get("Volumes"))
    yield from as_stated(volume, "DescribeVolumes Encrypted", found.get("Encrypted", False), "encrypted")
    yield right_key(volume, "DescribeVolumes KmsKeyId", found.get("KmsKeyId"), volume.wanted("kmsKeyId"))


@check(
    _TEMPLATE,
    title="The launch template's disks are encrypted with the key that the state names",
    fix="Deploy again, so that the template's default version is the program's; replace nodes started meanwhile.",
)
def launch_template_disks_encrypted(template: Subject) -> Iterator[Outcome]:
    """Compares each disk of the version that is in force."""
    data = _in_force(template)
    found = {m.get("DeviceName"): m.get("Ebs") or {} for m in data.get("BlockDeviceMappings", [])}
    for mapping in template.blocks("blockDeviceMappings"):
        device, wanted = mapping.get("deviceName"), mapping.get("ebs")
        if not isinstance(wanted, Mapping):
            continue
        asked = f"DescribeLaunchTemplateVersions {device}"
        if device not in found:
            yield failed(template.resource, asked, "no such disk", "the disk, encrypted")
            continue
        if wanted.get("encrypted") is not None:
            yield same(template, f"{asked} Encrypted", found[device].get("Encrypted", False), wanted["encrypted"])
        if wanted.get("kmsKeyId"):
            yield right_key(template, f"{asked} KmsKeyId", found[device].get("KmsKeyId"), wanted["kmsKeyId"])


@check(
    _TEMPLATE,
    title="Machines of the launch template answer metadata requests only with a token",
    fix="Deploy again, so that the template's default version is the program's.",
)
def launch_template_metadata_tokens(template: Subject) -> Iterator[Outcome]:
    """Compares the metadata options of the version that is in force."""
    found = _in_force(template).get("MetadataOptions") or {}
    asked = "DescribeLaunchTemplateVersions MetadataOptions"
    yield from as_stated(template, f"{asked} HttpTokens", found.get("HttpTokens"), "metadataOptions.httpTokens")


def _in_force(template: Subject) -> Mapping[str, Any]:
    answer = template.ask(
        "ec2",
        "describe_launch_template_versions",
        gone=("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.VersionNotFound"),
        LaunchTemplateId=template.name("id"),
        Versions=["$Default"],
    )
    data = only(answer.get("LaunchTemplateVersions")).get("LaunchTemplateData")
    return data if isinstance(data, Mapping) else {}
