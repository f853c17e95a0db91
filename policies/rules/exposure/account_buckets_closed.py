from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules._accounts import TYPES, not_asked, once, prepared

_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"


@rule(
    title="Every account refuses public buckets as a whole",
    title_zh="每个账号整体禁止公开存储桶",
    severity=Severity.HIGH,
    types=TYPES,
    scope=Scope.GRAPH,
    why="Each bucket's own block guards the buckets of the program; the account's guards those somebody makes by hand.",
    fix="Make an aws.s3.AccountPublicAccessBlock in the account, with all four switches on.",
    good='aws.s3.AccountPublicAccessBlock("closed", block_public_acls=True, block_public_policy=True, ...)',
    bad="a program that prepares an account and closes its own buckets only",
)
def account_buckets_closed(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of accounts that the program prepares as a whole (see account-audited): the account's own block on public
    buckets (S3 user guide, "Blocking public access to your Amazon S3 storage"). Its four switches are read by
    bucket-public-access-blocked."""
    here = prepared(resource, facts)
    if here is None:
        yield from not_asked(resource)
    else:
        yield from once(resource, here, facts, _BLOCK, wanted="aws.s3.AccountPublicAccessBlock")
