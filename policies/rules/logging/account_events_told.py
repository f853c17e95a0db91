from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._accounts import TYPES, Prepared, not_asked, of_types, prepared
from policies.rules.backup._plans import PLAN, VAULT
from policies.rules.identity._policies import ROLE, is_break_glass
from policies.rules.logging._events import Event, Place, call, tellers, watched_calls
from policies.rules.logging._features import DETECTOR
from policies.rules.logging._trails import TRAIL

_KEYS: Final = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
_CALLS: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("cloudtrail", (TRAIL,), ("DeleteTrail", "StopLogging")),
    ("kms", _KEYS, ("DisableKey", "ScheduleKeyDeletion")),
    (
        "backup",
        (VAULT,),
        (
            *("DeleteBackupPlan", "DeleteBackupSelection", "DeleteBackupVault", "DeleteBackupVaultAccessPolicy"),
            *("DeleteBackupVaultLockConfiguration", "DeleteRecoveryPoint", "DisassociateRecoveryPoint"),
            *("PutBackupVaultAccessPolicy", "PutBackupVaultLockConfiguration", "StopBackupJob"),
            *("UpdateRecoveryPointLifecycle", "UpdateRegionSettings"),
        ),
    ),
)
"""(service, what stands in the account, the calls that take it away or weaken it)."""

_HUB: Final = {"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported"}
_REPORTS: Final[tuple[tuple[str, str, tuple[Event, ...]], ...]] = (
    (
        DETECTOR,
        "findings of threats (GuardDuty)",
        ({"source": "aws.guardduty", "detail-type": "GuardDuty Finding"}, _HUB),
    ),
    (
        "aws:accessanalyzer/analyzer:Analyzer",
        "access from outside (Access Analyzer)",
        (
            {"source": "aws.access-analyzer", "detail-type": "Access Analyzer Finding", "detail": {"status": "ACTIVE"}},
            _HUB,
        ),
    ),
    *(
        (
            PLAN,
            f"restores that end {status}",
            ({"source": "aws.backup", "detail-type": "Restore Job State Change", "detail": {"status": status}},),
        )
        for status in ("ABORTED", "FAILED")
    ),
    (
        "aws:rolesanywhere/trustAnchor:TrustAnchor",
        "certificates that expire (IAM Roles Anywhere)",
        (
            {
                "source": "aws.rolesanywhere",
                "detail-type": "Roles Anywhere Certificate Expiration State Change",
            },
        ),
    ),
)
"""(what stands in the account, what it reports, the events by which it does: one that is told is enough)."""


@rule(
    title="What must not go unnoticed in an account is told to somebody",
    title_zh="账号中的重大事件均有人收到通知",
    severity=Severity.LOW,
    types=TYPES,
    scope=Scope.GRAPH,
    why="A trail that is stopped, a key that is to be deleted, a finding: hours count, and nobody reads logs by the hour.",
    fix="Make an EventBridge rule with a target for the event that the finding names, or name the call in a filter of the "
    "trail's log group whose metric raises an alarm.",
    good='aws.cloudwatch.EventRule("keys", event_pattern=json.dumps({"source": ["aws.kms"], ...}))',
    bad="a program that prepares an account and tells nobody when a key is to be deleted",
)
def account_events_told(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked of accounts that the program prepares as a whole (see account-audited), for what stands in them: a trail
    (DeleteTrail, StopLogging), keys (DisableKey, ScheduleKeyDeletion), vaults (each call that deletes or weakens
    backups), the role for emergencies (AssumeRole), a detector and an analyzer (findings; through Security Hub too),
    backup plans (restores that fail), trust anchors (certificates that expire). An event rule with a target in the same
    region must take the event; calls may be named instead by a filter of the log group of the account's trail whose
    metric has an alarm. Undecided where a rule's pattern cannot be seen. That alarm and rule reach somebody is asked by
    alarm-tells-somebody.

    Sources: CIS AWS Foundations Benchmark, section on monitoring (Security Hub controls CloudWatch.1 to CloudWatch.14,
    all low) (K); EventBridge reference of events (K)."""
    here = prepared(resource, facts)
    if here is None:
        yield from not_asked(resource)
        return
    missed: dict[str | None, list[str]] = {}
    for region, what in _untold(here, facts):
        missed.setdefault(region, []).append(what)
    for region, rows in missed.items():
        found = f"{here}, {region}: nobody is told of {', '.join(dict.fromkeys(rows))}"
        wanted = "an event rule with a target for each of them"
        unseen = tellers(facts, (region, here.account)).hidden
        if unseen is None:
            yield failed(resource, "", found, wanted)
        else:
            yield undecided(resource, "", f"{found}, unless {unseen.name} does, whose pattern cannot be seen", wanted)
    if not missed:
        yield passed(resource, "", f"{here}: told")


def _untold(here: Prepared, facts: Facts) -> Iterator[tuple[str | None, str]]:
    """(region, what) for each thing that happens and that nobody is told of."""
    watched = watched_calls(facts, here.account)
    for service, types, names in _CALLS:
        for name in names:
            if not any(name in pattern for pattern in watched):
                yield from _uncalled(here, service, name, types, facts)
    for role in of_types(facts, ROLE):
        named = any(name in pattern for name in facts.names(role) for pattern in watched)
        if _is_asked(role, here) and is_break_glass(role) and not named:
            event = call("sts", "AssumeRole", requestParameters={"roleArn": role})
            for region in here.regions:
                if not tellers(facts, (region, here.account)).tell(event, facts):
                    yield region, f"AssumeRole of {role.name}"
    for type_token, what, events in _REPORTS:
        for thing in of_types(facts, type_token):
            if _is_asked(thing, here) and not _told(thing, events, facts):
                yield thing.region, what


def _uncalled(
    here: Prepared, service: str, name: str, types: tuple[str, ...], facts: Facts
) -> Iterator[tuple[str | None, str]]:
    """(region, call) where nobody is told of a call: for keys, of those that no rule speaks of."""
    things: dict[str | None, list[Resource]] = {}
    for thing in of_types(facts, *types):
        detail = {"resources": {"ARN": thing}} if types == _KEYS else {}
        if _is_asked(thing, here) and not _told(thing, (call(service, name, **detail),), facts):
            things.setdefault(thing.region, []).append(thing)
    for region, missed in things.items():
        if types != _KEYS:
            yield region, name
        elif len(missed) == 1:
            yield region, f"{name} of {missed[0].name}"
        else:
            yield region, f"{name} of {len(missed)} keys"


def _is_asked(thing: Resource, here: Prepared) -> bool:
    return here.holds(thing) and not thing.external


def _told(thing: Resource, events: tuple[Event, ...], facts: Facts) -> bool:
    place: Place = (thing.region, thing.account)
    return any(tellers(facts, place).tell(event, facts) for event in events)
