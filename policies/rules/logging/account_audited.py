from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._accounts import TYPES, not_asked, of_types, prepared
from policies.rules._paths import is_hidden
from policies.rules.logging._trails import BUCKETS, TRAIL

_GROUP = ("cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn")
_BUCKET = "a bucket of this program, whose lock and key are judged"


@rule(
    title="Every account is audited by a trail",
    title_zh="每个账号均有审计跟踪",
    severity=Severity.HIGH,
    types=TYPES,
    scope=Scope.GRAPH,
    why="Without a trail nobody can say who did what in the account; the law asks for six months of it.",
    fix="Make an aws.cloudtrail.Trail in the account, with a bucket of the hospital and a log group; protect it while live.",
    good='aws.cloudtrail.Trail("t", s3_bucket_name=bucket.bucket, cloud_watch_logs_group_arn=..., opts=protect)',
    bad="a program that prepares an account and makes no trail",
)
def account_audited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of accounts that the program prepares as a whole: those the stack file calls `baseline: managed`, or all of
    the program where the auditor says `--whole-accounts`. Looks for a trail in the account. It must deliver to a bucket
    of this program, so that lock and key of the log are judged too (a bucket that the program does not make is
    undecided), and to a log group, by which events can be searched and raise alarms (GB/T 22239-2019, 8.1.5.4:
    what is recorded is brought together and analysed). While live it is protected against deletion; Terraform is
    not asked for that. What the trail records is asked by trail-complete and record-access-audited."""
    here = prepared(resource, facts)
    if here is None:
        yield from not_asked(resource)
        return
    trails = [t for t in of_types(facts, TRAIL) if here.holds(t)]
    if not trails:
        yield failed(resource, "", f"{here}: no trail", "an aws.cloudtrail.Trail in the account")
    for trail in trails:
        yield passed(trail, "", f"{here}: {trail.name}")
        yield from _delivered(trail, facts)
        if facts.context.is_live and trail.protect:
            yield passed(trail, "protect", True)
        elif facts.context.is_live and trail.protect is False and not facts.graph.door.startswith("terraform"):
            yield failed(trail, "protect", False, "true while live")


def _delivered(trail: Resource, facts: Facts) -> Iterator[Outcome]:
    if facts.target(trail, "s3BucketName", *BUCKETS) is None:
        yield undecided(trail, "s3BucketName", trail.get("s3BucketName"), _BUCKET)
    for path in _GROUP:
        value = trail.get(path)
        if value is None or value == "":
            yield failed(trail, path, value, "a log group and the role that writes to it")
        elif not is_hidden(value):
            yield passed(trail, path, value)
