from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, is_whole

_LOGGING = ("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
_WANTED = "access logs delivered to another bucket (aws.s3.BucketLogging)"


@rule(
    title="Access to buckets of records is logged",
    title_zh="病历存储桶记录访问日志",
    severity=Severity.MEDIUM,
    types=("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Who read which document must be answerable, for the patient and for the authority.",
    fix="Add an aws.s3.BucketLogging that names the bucket and a bucket for logs.",
    good='aws.s3.BucketLogging("l", bucket=bucket.id, target_bucket=logs.id, target_prefix="s3/")',
    bad='aws.s3.Bucket("b")  # alone',
)
def bucket_access_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for a BucketLogging of this bucket, or the block inside the bucket, with a target. Not applicable: classes 1
    and 2; they include the buckets that take in access logs, which cannot log into themselves without end."""
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    found = [(other, other.get("targetBucket")) for other in facts.satellites(resource, *_LOGGING)]
    for block in ("logging", "loggings"):
        pattern = f"{block}[*].targetBucket"
        inside = each(resource.inputs, pattern)
        found += [(resource, value if is_whole(path, pattern) else [value]) for path, value in inside]
    own = (*facts.names(resource), resource.urn)
    if not found:
        yield failed(resource, "", "no access log", _WANTED)
    for other, target in found:
        reached = facts.target(other, "targetBucket") if other is not resource else facts.resolve(target)
        if (reached and reached.urn == resource.urn) or (isinstance(target, str) and target in own):
            yield failed(other, "targetBucket", "the bucket itself", _WANTED)
        elif reached or (isinstance(target, str) and target):
            yield passed(resource, "", f"logged by {other.name}")
        elif is_hidden(target):
            yield undecided(other, "targetBucket", target, _WANTED)
        else:
            yield failed(other, "targetBucket", target, _WANTED)
