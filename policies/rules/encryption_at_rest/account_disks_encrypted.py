from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules._accounts import TYPES, in_each_region, not_asked, prepared

_SWITCH = "aws:ebs/encryptionByDefault:EncryptionByDefault"
_KEY = "aws:ebs/defaultKmsKey:DefaultKmsKey"


@rule(
    title="Every account encrypts new disks by default in each region",
    title_zh="每个账号在所用各区域默认加密新磁盘",
    severity=Severity.HIGH,
    types=TYPES,
    scope=Scope.GRAPH,
    why="The default is a region's own: in the region that was forgotten a disk made by hand lies open.",
    fix="Make aws.ebs.EncryptionByDefault and aws.ebs.DefaultKmsKey in each region that the account uses.",
    good='aws.ebs.DefaultKmsKey("key", region=region, key_arn=key.arn)',
    bad="a program that prepares an account for two regions and sets the default in one",
)
def account_disks_encrypted(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of accounts that the program prepares as a whole (see account-audited), in each region that they use: the
    default encryption of new disks, and the key it takes (without one AWS takes its own). What both say is judged by
    disk-encryption-default (EBS user guide, "Enable Amazon EBS encryption by default")."""
    here = prepared(resource, facts)
    if here is None:
        yield from not_asked(resource)
        return
    yield from in_each_region(resource, here, facts, _SWITCH, wanted="aws.ebs.EncryptionByDefault")
    yield from in_each_region(resource, here, facts, _KEY, wanted="aws.ebs.DefaultKmsKey with the hospital's key")
