from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Unknown
from policies.registry import Scope, decided, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, one_of
from policies.rules.protection._stores import BUCKETS

_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"


@rule(
    title="Every bucket keeps all versions",
    title_zh="所有存储桶启用版本控制",
    severity=Severity.MEDIUM,
    types=BUCKETS,
    scope=Scope.GRAPH,
    why="Without versions an overwritten or deleted object is gone; replication and locks need versions too.",
    fix="Add a BucketVersioning with status Enabled.",
    good='aws.s3.BucketVersioning("v", bucket=bucket.id, versioning_configuration={"status": "Enabled"})',
    bad='aws.s3.Bucket("b")  # and no BucketVersioning',
)
def bucket_versioned(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for the bucket's versioning configuration, beside it or inside it. Changes to a medical record must be traceable
    (电子病历应用管理规范); versions are how a bucket keeps what was there before."""
    found = facts.satellites(resource, _VERSIONING)
    inside = [(path, value) for path, value in each(resource.inputs, "versioning.enabled") if value is not None]
    if not found and inside:
        path, value = inside[0]
        yield decided(resource, path, value, lambda v: one_of(v, True), "true")
        return
    if not found:
        yield failed(resource, "", "no BucketVersioning for it", "a BucketVersioning with status Enabled")
        return
    status = found[0].get("versioningConfiguration.status")
    path = "versioningConfiguration.status"
    if isinstance(status, Unknown):
        yield undecided(found[0], path, status, "Enabled")
    elif status == "Enabled":
        yield passed(found[0], path, status)
    else:
        yield failed(found[0], path, status, "Enabled")
