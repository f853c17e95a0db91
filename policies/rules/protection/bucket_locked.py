from collections.abc import Iterator
from math import ceil
from typing import Final

from jurisdictions import RecordKind
from policies.facts import Facts
from policies.graph import Resource, Unknown
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._audit_logs import audit_log_days, takes_a_trail
from policies.rules._paths import one_of
from policies.rules.protection._stores import BUCKETS

_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_PATH = "rule.defaultRetention"
_DAYS_OF_A_YEAR: Final = 365.25
"""As the jurisdictions count them: 15 years are 5,479 days."""
_SWITCH = "objectLockEnabled"


@rule(
    title="Records in buckets are locked for as long as the law keeps them",
    title_zh="存储桶中的病历按法定期限锁定",
    severity=Severity.HIGH,
    types=BUCKETS,
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A record that can be deleted within its retention time can be lost by mistake or made to disappear.",
    fix="Add a BucketObjectLockConfiguration whose default retention is at least the jurisdiction's for the record kind, "
    "in COMPLIANCE mode while live.",
    good='rule={"default_retention": {"mode": "COMPLIANCE", "days": 10958}}',
    bad='rule={"default_retention": {"mode": "GOVERNANCE", "days": 30}}',
)
def bucket_locked(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Compares the default retention with the jurisdiction's row for the bucket's record kind (mainland China:
    outpatient 15 years, inpatient 30 years, implementing rules art. 53). The lock counts from upload and is the floor;
    the law counts from the last visit or discharge. A lock that is stated in years
    is compared with the law's years. A bucket of class 3 and up whose record
    kind is not stated is judged by the longest retention that the jurisdiction knows. The bucket to which a trail of the
    program delivers is asked whatever its class: below 3 for as long as audit logs are kept."""
    data_class = facts.effective_class(resource)
    takes_trail = takes_a_trail(resource, facts)
    if facts.context.lifecycle == "trial" or (data_class < 3 and not takes_trail):
        yield not_applicable(
            resource, "a trial stack can be torn down" if data_class >= 3 else f"class {data_class}: below 3"
        )
        return
    wanted_days = _wanted_days(resource, facts) if data_class >= 3 else audit_log_days(facts)
    mode = "COMPLIANCE" if facts.context.is_live else "GOVERNANCE or COMPLIANCE"
    wanted = f"{mode} for {wanted_days} days or more"
    found = facts.satellites(resource, _LOCK)
    lock, where = (found[0], _PATH) if found else (resource, f"objectLockConfiguration.{_PATH}")
    if not found and not resource.get("objectLockConfiguration"):
        yield failed(resource, "", "no BucketObjectLockConfiguration for it", wanted)
        return
    if found and not isinstance(lock.get(_SWITCH), Unknown) and not one_of(lock.get(_SWITCH), None, "Enabled"):
        yield failed(lock, _SWITCH, lock.get(_SWITCH), "Enabled")
        return
    retention = {key: lock.get(f"{where}.{key}") for key in ("mode", "days", "years")}
    if any(isinstance(v, Unknown) for v in retention.values()):
        yield undecided(lock, where, next(v for v in retention.values() if isinstance(v, Unknown)), wanted)
        return
    days = _number(retention["days"]) + ceil(_DAYS_OF_A_YEAR * _number(retention["years"]))
    good_mode = retention["mode"] == "COMPLIANCE" or (retention["mode"] == "GOVERNANCE" and not facts.context.is_live)
    shown = f"{retention['mode'] or 'no mode'} for {days:g} days"
    if good_mode and days >= wanted_days:
        yield passed(lock, where, shown)
    else:
        yield failed(lock, where, shown, wanted)


def _wanted_days(resource: Resource, facts: Facts) -> int:
    rows = facts.context.jurisdiction.retention
    kind = facts.record_kind(resource)
    try:
        return rows[RecordKind(kind)].minimum_days
    except (KeyError, ValueError, TypeError):
        return max(row.minimum_days for row in rows.values())


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0
