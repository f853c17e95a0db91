from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_ACCOUNT = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
_POINT = "aws:s3/accessPoint:AccessPoint"
_SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


@rule(
    title="Public access to each bucket is blocked in all four ways",
    title_zh="每个存储桶均完整启用公共访问阻断",
    severity=Severity.CRITICAL,
    types=("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", _POINT, _ACCOUNT),
    scope=Scope.GRAPH,
    why="The block is what holds when somebody's next policy or list would open the bucket to the world.",
    fix="Add a BucketPublicAccessBlock with all four switches true.",
    good="aws.s3.BucketPublicAccessBlock(..., block_public_acls=True, block_public_policy=True, ...)",
    bad='aws.s3.Bucket("records")  # without a block of its own',
)
def bucket_public_access_blocked(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Each bucket needs a block of its own with the four switches true: one of the account alone can be lifted far from
    the bucket. The account's block, where the program makes one, must be whole too, and so must an access point's
    (left out, S3 gives it all four)."""
    if resource.type == _ACCOUNT:
        yield from _four(resource, resource, "")
    elif resource.type == _POINT:
        if resource.get("publicAccessBlockConfiguration") is not None:
            yield from _four(resource, resource, "publicAccessBlockConfiguration.")
    else:
        blocks = facts.satellites(resource, _BLOCK)
        if not blocks:
            yield failed(resource, "", "no BucketPublicAccessBlock for it", "one with all four switches true")
        for block in blocks:
            yield from _four(resource, block, "")


def _four(resource: Resource, block: Resource, head: str) -> Iterator[Outcome]:
    name = "" if block is resource else f"{block.name} "
    good = True
    for switch in _SWITCHES:
        value = block.get(f"{head}{switch}")
        if is_hidden(value):
            good = False
            yield undecided(resource, f"{name}{head}{switch}", value, "true")
        elif not one_of(value, True):
            good = False
            yield failed(resource, f"{name}{head}{switch}", value, "true")
    if good:
        yield passed(resource, f"{name}{head}".strip(), "all four switches true")
