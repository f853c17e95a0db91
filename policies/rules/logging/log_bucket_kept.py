from collections.abc import Iterator

from jurisdictions import RecordKind
from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._audit_logs import audit_log_days, keeps_audit_log
from policies.rules._paths import each, is_hidden, one_of, whole_number

_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_CURRENT = "rules[*].expiration.days"
_FORMER = "rules[*].noncurrentVersionExpiration.noncurrentDays"


@rule(
    title="Buckets of logs keep them for as long as the law asks",
    title_zh="日志存储桶按法定期限保存日志",
    severity=Severity.HIGH,
    types=(_LIFECYCLE,),
    scope=Scope.GRAPH,
    why="A lifecycle rule throws the proof away by itself, months before somebody asks for it.",
    fix="Let expiration (and, for old versions, noncurrent_version_expiration) wait for the days that audit logs are kept.",
    good='rules=[{"status": "Enabled", "expiration": {"days": 365}, ...}]',
    bad='rules=[{"status": "Enabled", "expiration": {"days": 30}, ...}]',
)
def log_bucket_kept(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the lifecycle of buckets of logs: those whose record kind is audit-log, and those to which a trail of the
    program delivers. Objects may expire after the days that the jurisdiction keeps audit logs (mainland China: six
    months, Cybersecurity Law, article on network logs), and not before. Where the record kind is stated, versions that
    were overwritten or deleted stay as long, so that a deletion takes nothing away before its time. Not applicable:
    other buckets, rules that are off, stacks on trial."""
    bucket = facts.target(resource, "bucket", *_BUCKETS)
    if bucket is None or not keeps_audit_log(bucket, facts):
        yield not_applicable(resource, "not a bucket of logs")
        return
    if facts.context.lifecycle == "trial":
        yield not_applicable(resource, "a trial stack can be torn down")
        return
    stated = facts.record_kind(bucket) == RecordKind.AUDIT_LOG.value
    for pattern in (_CURRENT, _FORMER) if stated else (_CURRENT,):
        for path, value in each(resource.inputs, pattern):
            if value is not None and not one_of(resource.get(f"{path.partition('.')[0]}.status"), "Disabled"):
                yield _kept(resource, path, value, audit_log_days(facts))


def _kept(resource: Resource, path: str, value: object, least: int) -> Outcome:
    wanted = f"{least} days or more"
    if is_hidden(value):
        return undecided(resource, path, value, wanted)
    if (whole_number(value) or 0) >= least:
        return passed(resource, path, value)
    return failed(resource, path, value, wanted)
