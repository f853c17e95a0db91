import json

import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, PARTNER, REGION, arn, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "account-events-told"
EVENTS, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
KEY, TRAIL, VAULT = "aws:kms/key:Key", "aws:cloudtrail/trail:Trail", "aws:backup/vault:Vault"
GROUP, FILTER = "aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/logMetricFilter:LogMetricFilter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT]), "prepared_regions": (REGION, PARTNER)}
METRIC = {"namespace": "hospital/audit", "name": "touched"}


def provider():
    return resource("pulumi:providers:aws")


def told(pattern, name="told", **changes):
    """An event rule that goes somewhere."""
    text = pattern if isinstance(pattern, Unknown) else json.dumps(pattern)
    return [
        resource(EVENTS, name, eventPattern=text, **changes),
        resource(TARGET, f"{name}-target", rule=ref(EVENTS, name, "name"), arn=arn("sns", "alarms")),
    ]


def calls(service, *names, **detail):
    return {"source": [f"aws.{service}"], "detail": {"eventName": list(names), **detail}}


KEYS = ("DisableKey", "ScheduleKeyDeletion")
OF_KEYS = told(calls("kms", *KEYS), "keys")


def watched(pattern='{ $.eventName = "DisableKey" || $.eventName = "ScheduleKeyDeletion" }', **alarm):
    """A trail whose log raises an alarm."""
    return [
        resource(FILTER, logGroupName=ref(GROUP, "logGroup", "name"), pattern=pattern, metricTransformation=METRIC),
        resource(ALARM, **{"namespace": METRIC["namespace"], "metricName": METRIC["name"], **alarm}),
        resource(TRAIL),
        resource(GROUP),
        *told(calls("cloudtrail", "DeleteTrail", "StopLogging"), "trail"),
    ]


def test_who_takes_a_key_away_is_told():
    assert_passes(RULE, provider(), *OF_KEYS, **WHOLE)
    here = told(calls("kms", *KEYS, resources={"ARN": [ref(KEY, "key")]}))
    assert_passes(RULE, provider(), *here, **WHOLE)


def test_parts_of_an_account_are_not_asked():
    assert_passes(RULE, provider())


@pytest.mark.parametrize("left", KEYS)
def test_a_call_that_is_left_out_fails(left: str):
    missing = next(name for name in KEYS if name != left)
    assert_fails(RULE, provider(), *told(calls("kms", left)), found=f"nobody is told of {missing} of key", **WHOLE)


def test_a_rule_on_another_key_in_another_region_or_without_target_tells_nothing():
    other = told(calls("kms", *KEYS, resources={"ARN": [ref(KEY, "another")]}))
    assert_fails(RULE, provider(), *other, found="ScheduleKeyDeletion of key", **WHOLE)
    assert_fails(RULE, provider(), *told(calls("kms", *KEYS), region_=PARTNER), found="DisableKey", **WHOLE)
    assert_fails(RULE, provider(), OF_KEYS[0], found="DisableKey", **WHOLE)


def test_a_filter_of_the_trails_log_tells_of_calls_in_every_region():
    abroad = resource(KEY, "abroad", region_=PARTNER)
    assert_passes(RULE, provider(), abroad, *watched(), **WHOLE)
    assert_fails(RULE, provider(), *watched(metricName="another"), found="DisableKey", **WHOLE)
    assert_fails(RULE, provider(), *watched(pattern="{ $.readOnly IS FALSE }"), found="DisableKey", **WHOLE)


@pytest.mark.parametrize("call", ["DeleteTrail", "StopLogging"])
def test_a_trail_that_is_stopped_is_told(call: str):
    rest = told(calls("cloudtrail", *({"DeleteTrail", "StopLogging"} - {call})), "trail")
    assert_fails(RULE, provider(), resource(TRAIL), *OF_KEYS, *rest, found=f"told of {call}", **WHOLE)


def test_backups_that_are_weakened_are_told():
    vault = resource(VAULT)
    assert_passes(RULE, provider(), vault, *OF_KEYS, *told({"source": ["aws.backup"]}), **WHOLE)
    one = told(calls("backup", "DeleteRecoveryPoint"))
    assert_fails(RULE, provider(), vault, *OF_KEYS, *one, found="DeleteBackupVaultLockConfiguration", **WHOLE)


@pytest.mark.parametrize(
    ("type_token", "pattern", "found"),
    [
        ("aws:guardduty/detector:Detector", {"source": ["aws.guardduty"]}, "findings of threats"),
        ("aws:accessanalyzer/analyzer:Analyzer", {"source": ["aws.access-analyzer"]}, "access from outside"),
        ("aws:rolesanywhere/trustAnchor:TrustAnchor", {"source": ["aws.rolesanywhere"]}, "certificates that expire"),
        ("aws:backup/plan:Plan", {"source": ["aws.backup"]}, "restores that end ABORTED, restores that end FAILED"),
    ],
)
def test_what_stands_there_reports_to_somebody(type_token: str, pattern: dict, found: str):
    subject = resource(type_token)
    assert_passes(RULE, provider(), subject, *OF_KEYS, *told(pattern), **WHOLE)
    assert_fails(RULE, provider(), subject, *OF_KEYS, *told({"source": ["aws.s3"]}), found=found, **WHOLE)


def test_findings_may_come_through_security_hub():
    hub = told({"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Imported"]})
    assert_passes(RULE, provider(), resource("aws:guardduty/detector:Detector"), *OF_KEYS, *hub, **WHOLE)


def test_whoever_takes_on_the_role_for_emergencies_is_told_in_each_region():
    role = resource("aws:iam/role:Role", "break-glass")
    both = [
        row for region in (REGION, PARTNER) for row in told(calls("sts", "AssumeRole"), f"sts-{region}", region_=region)
    ]
    assert_passes(RULE, provider(), role, *OF_KEYS, *both, **WHOLE)
    assert_fails(RULE, provider(), role, *OF_KEYS, *both[:2], found=f"{PARTNER}: nobody is told of AssumeRole", **WHOLE)


def test_a_pattern_that_cannot_be_seen_is_undecided():
    assert_unknown(RULE, provider(), *told(Unknown()), **WHOLE)


def test_keys_that_nobody_watches_are_counted():
    assert_fails(
        RULE, provider(), resource(KEY, "second"), found="DisableKey of 2 keys, ScheduleKeyDeletion of 2 keys", **WHOLE
    )
