from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_in_transit._denials import without_tls_denied

_POLICY = "aws:s3/bucketPolicy:BucketPolicy"


@rule(
    title="Buckets refuse requests without TLS",
    title_zh="存储桶拒绝未加密的请求",
    severity=Severity.HIGH,
    types=("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"),
    scope=Scope.GRAPH,
    why="S3 answers plain HTTP unless the bucket's policy says no.",
    fix="Add a Deny for every principal and action on the bucket and its objects, when aws:SecureTransport is false.",
    good='{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"], '
    '"Condition": {"Bool": {"aws:SecureTransport": "false"}}}',
    bad='aws.s3.Bucket("records")  # without such a policy',
)
def bucket_refuses_plain_http(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for a statement in the bucket's policy (its own input, or a BucketPolicy for it) that denies every action,
    to everyone, on the bucket and on its objects, with aws:SecureTransport false as its only condition: a further one
    would let through whoever does not meet it. An Allow with aws:SecureTransport true is not the same: another Allow
    stands beside it. Every bucket, whatever its class."""
    holders = [resource, *facts.satellites(resource, _POLICY)]
    yield from without_tls_denied(resource, holders, ("s3:*",), facts, parts=True)
