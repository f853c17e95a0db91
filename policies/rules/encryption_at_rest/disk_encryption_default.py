from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, expect, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of
from policies.rules.encryption_at_rest._keys import customer_key

_DEFAULT_KEY = "aws:ebs/defaultKmsKey:DefaultKmsKey"


@rule(
    title="Encryption of new disks stays the account's default, with a customer key",
    title_zh="新磁盘默认使用客户密钥加密",
    severity=Severity.HIGH,
    types=("aws:ebs/encryptionByDefault:EncryptionByDefault", _DEFAULT_KEY),
    scope=Scope.GRAPH,
    why="The default is the net below every machine that somebody makes by hand.",
    fix="Set enabled=True.",
    good='aws.ebs.EncryptionByDefault("disks", enabled=True)',
    bad='aws.ebs.EncryptionByDefault("disks", enabled=False)',
)
def disk_encryption_default(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enabled`, which must be written down, and the key of aws.ebs.DefaultKmsKey, which must be a customer's."""
    if resource.type == _DEFAULT_KEY:
        yield from customer_key(resource, resource, "keyArn", facts, region=resource.region)
        return
    yield from expect(resource, "enabled", lambda value: one_of(value, True), "true")
