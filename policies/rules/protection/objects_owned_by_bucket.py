from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import decided, rule
from policies.results import Outcome, Severity
from policies.rules._paths import each

_WANTED = "BucketOwnerEnforced (or BucketOwnerPreferred where a service of AWS still writes lists)"


@rule(
    title="What is in a bucket belongs to the bucket's owner",
    title_zh="存储桶内对象归存储桶所有者所有",
    severity=Severity.MEDIUM,
    types=("aws:s3/bucketOwnershipControls:BucketOwnershipControls",),
    why="Under ObjectWriter an object belongs to whoever wrote it: he may open it to others, and the hospital may neither "
    "read nor delete it.",
    fix="Set object_ownership to BucketOwnerEnforced.",
    good='aws.s3.BucketOwnershipControls(..., rule={"object_ownership": "BucketOwnerEnforced"})',
    bad='aws.s3.BucketOwnershipControls(..., rule={"object_ownership": "ObjectWriter"})',
)
def objects_owned_by_bucket(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `rule.objectOwnership`, which may not be ObjectWriter. No such resource at all is S3's default,
    BucketOwnerEnforced (S3 user guide, "Controlling ownership of objects")."""
    for path, value in each(resource.inputs, "rule.objectOwnership"):
        yield decided(resource, path, value, lambda v: v in ("BucketOwnerEnforced", "BucketOwnerPreferred"), _WANTED)
