from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import expect, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of


@rule(
    title="Encryption of new disks stays the account's default",
    title_zh="新磁盘默认加密保持开启",
    severity=Severity.HIGH,
    types=("aws:ebs/encryptionByDefault:EncryptionByDefault",),
    why="The default is the net below every machine that somebody makes by hand.",
    fix="Set enabled=True.",
    good='aws.ebs.EncryptionByDefault("disks", enabled=True)',
    bad='aws.ebs.EncryptionByDefault("disks", enabled=False)',
)
def disk_encryption_default(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enabled`, which must be written down."""
    yield from expect(resource, "enabled", lambda value: one_of(value, True), "true")
