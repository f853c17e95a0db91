"""EFS: file systems are encrypted with their key and replicate where they should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from operations.verify.answers import as_stated, must, only, right_key
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.results import Outcome

_GONE: Final = ("FileSystemNotFound", "ReplicationNotFound")


@check(
    "aws:efs/fileSystem:FileSystem",
    title="The file system is encrypted with the key that the state names",
    fix="A file system's key cannot be changed: make a new one under the right key and copy the files.",
)
def file_system_encrypted(system: Subject) -> Iterator[Outcome]:
    """Compares encryption and key."""
    answer = system.ask("efs", "describe_file_systems", gone=_GONE, FileSystemId=system.name("id"))
    found = only(answer.get("FileSystems"))
    yield from as_stated(system, "DescribeFileSystems Encrypted", found.get("Encrypted", False), "encrypted")
    yield right_key(system, "DescribeFileSystems KmsKeyId", found.get("KmsKeyId"), system.wanted("kmsKeyId"))


@check(
    "aws:efs/replicationConfiguration:ReplicationConfiguration",
    title="The file system replicates to the region that the state names",
    fix="Create the replication again; until then the other region holds no new files.",
)
def file_system_replicated(subject: Subject) -> Iterator[Outcome]:
    """Looks for the destination of the state among those in force."""
    source = subject.name("sourceFileSystemId", "id")
    answer = subject.ask("efs", "describe_replication_configurations", gone=_GONE, FileSystemId=source)
    found = only(answer.get("Replications")).get("Destinations", [])
    for wanted in subject.blocks("destination"):
        region = wanted.get("region")
        statuses = {d.get("Region"): d.get("Status") for d in found if isinstance(d, Mapping)}
        asked = f"DescribeReplicationConfigurations {region}"
        yield must(subject, asked, statuses.get(region) == "ENABLED", statuses.get(region), "a destination, ENABLED")
