from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

ACLS: Final[Mapping[str, str]] = {
    "aws:s3/bucket:Bucket": "grants[*].uri",
    "aws:s3/bucketV2:BucketV2": "grants[*].uri",
    "aws:s3/bucketAcl:BucketAcl": "accessControlPolicy.grants[*].grantee.uri",
    "aws:s3/bucketAclV2:BucketAclV2": "accessControlPolicy.grants[*].grantee.uri",
    "aws:s3/bucketObject:BucketObject": "acl",
    "aws:s3/bucketObjectv2:BucketObjectv2": "acl",
    "aws:s3/objectCopy:ObjectCopy": "grants[*].uri",
}
"""Type -> the grants it can carry beside its canned list, `acl`."""

_OPEN = ("public-read", "public-read-write", "authenticated-read", "website")
_EVERYONE = ("global/AllUsers", "global/AuthenticatedUsers")
_WANTED = "private, or no access control list at all"


@rule(
    title="No access control list opens a bucket or object to everyone",
    title_zh="任何访问控制列表都不向公众开放存储桶或对象",
    severity=Severity.CRITICAL,
    types=tuple(ACLS),
    why="authenticated-read means everyone with any AWS account: that is everyone.",
    fix="Leave lists out; give access by policy to named principals.",
    good='aws.s3.BucketOwnershipControls(..., rule={"object_ownership": "BucketOwnerEnforced"})',
    bad='aws.s3.BucketAcl("records", acl="public-read", ...)',
)
def no_public_acl(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads canned lists and grants of buckets and objects. No list at all is S3's default and private."""
    bad = False
    for path, value in each(resource.inputs, "acl"):
        bad |= is_hidden(value) or value in _OPEN or not isinstance(value, (str, type(None)))
        if is_hidden(value):
            yield undecided(resource, path, value, _WANTED)
        elif value in _OPEN or not isinstance(value, (str, type(None))):
            yield failed(resource, path, value, _WANTED)
    for path, value in each(resource.inputs, ACLS[resource.type]):
        bad |= is_hidden(value) or str(value).endswith(_EVERYONE)
        if is_hidden(value):
            yield undecided(resource, path, value, _WANTED)
        elif str(value).endswith(_EVERYONE):
            yield failed(resource, path, value, _WANTED)
    if not bad:
        yield passed(resource, "acl", resource.get("acl") or "no list")
