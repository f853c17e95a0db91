from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._accounts import TYPES, in_each_region, not_asked, of_types, prepared
from policies.rules._paths import each, is_hidden, one_of
from policies.rules.logging._recorders import CHANNEL, RECORDER, STATUS
from policies.rules.logging._trails import BUCKETS

_EACH = (
    (RECORDER, "a recorder (aws.cfg.Recorder)"),
    (STATUS, "the recorder started (aws.cfg.RecorderStatus)"),
    (CHANNEL, "a delivery channel (aws.cfg.DeliveryChannel)"),
)
_GLOBAL = "recordingGroup.includeGlobalResourceTypes"


@rule(
    title="Every account's configuration is recorded in each region",
    title_zh="每个账号在所用各区域均记录配置变更",
    severity=Severity.HIGH,
    types=TYPES,
    scope=Scope.GRAPH,
    why="How a resource stood on the day of an incident only its recorded configuration says.",
    fix="Make recorder, delivery channel and recorder status in each region; in one of them record the global types.",
    good='aws.cfg.RecorderStatus("on", name=recorder.name, is_enabled=True, opts=after_the_channel)',
    bad="a program that prepares an account and records nothing",
)
def account_recorded(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of accounts that the program prepares as a whole (see account-audited), in each region that they use: a
    recorder of AWS Config, its delivery channel, its status. One recorder of the account must take in the global types
    (users, roles, policies). Each channel must deliver to a bucket of this program, where the history's key and lock are
    judged; one that the program does not make is undecided. What a recorder takes in is asked by recorder-complete."""
    here = prepared(resource, facts)
    if here is None:
        yield from not_asked(resource)
        return
    for type_token, wanted in _EACH:
        yield from in_each_region(resource, here, facts, type_token, wanted=wanted)
    recorders = [r for r in of_types(facts, RECORDER) if here.holds(r)]
    values = [value for r in recorders for _, value in each(r.inputs, _GLOBAL)]
    if any(one_of(value, True) for value in values):
        yield passed(resource, "", f"{here}: global types are recorded")
    elif any(is_hidden(value) for value in values):
        yield undecided(resource, "", f"{here}: global types", "recorded in one region")
    else:
        yield failed(resource, "", f"{here}: global types are recorded nowhere", f"{_GLOBAL}: true in one region")
    for channel in of_types(facts, CHANNEL):
        if here.holds(channel):
            bucket = facts.target(channel, "s3BucketName", *BUCKETS)
            if bucket is None:
                wanted = "a bucket of this program, whose lock and key are judged"
                yield undecided(channel, "s3BucketName", channel.get("s3BucketName"), wanted)
            else:
                yield passed(channel, "s3BucketName", bucket.name)
