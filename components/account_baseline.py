"""AccountBaseline: what one account must have before a hospital's data comes into it.

Promises, when managed: every action is recorded where the account cannot reach it (AuditTrail); each region is watched
(ThreatDetection); disks are encrypted, buckets closed, passwords strong (AccountDefaults); whoever takes on the role
for emergencies raises an alarm (BreakGlassAlarm). The permission boundary (AccountGuardrail) and the roles that deploy
and audit (AccountRoles) must be there already: what bounds the deploying hands is made before the stack, by
`hospital-cloud bootstrap`, and not by it.

An account that has these already, from its organization or another stack, is `existing`: AWS knows one detector, one
recorder and one public-access block an account or region, and two owners would undo each other's work. Then nothing is
made, and `to_show` names what the hospital must show instead. It is not proven by this project.

Makes, when managed: the components above, and the bucket of the trail where no log account is named.
"""

from enum import Enum
from typing import NotRequired, Optional, TypedDict

import pulumi

from components.account_defaults import AccountDefaults, ServiceRole
from components.account_guardrail import boundary_arn
from components.audit_trail import AuditTrail
from components.audit_trail_bucket import AuditTrailBucket, config_history_bucket_name
from components.break_glass_alarm import BreakGlassAlarm
from components.dependencies import before
from components.placement import Placement, jurisdiction_of, log_retention_days
from components.threat_detection import ThreatDetection, fallbacks
from jurisdictions import RecordKind


class BaselineMode(str, Enum):
    """Who looks after the account."""

    MANAGED = "managed"
    """This stack makes trail and detectors, after `bootstrap` has made guard rails and roles."""
    EXISTING = "existing"
    """The account has them."""


class AccountBaselineArgs(TypedDict):
    """Arguments of AccountBaseline."""

    placement: Placement
    """The account itself; the provider in the options must be its own."""
    mode: BaselineMode
    region: str
    """Home region: of the trail, and of the bucket it writes to."""
    regions: list[str]
    """All regions in which the account is used, the home region among them; each has an `AlarmTopic`."""
    sensitive_buckets: list[str]
    """Names of the account's buckets of class 4 and 5: each access is recorded."""
    sensitive_tables: list[str]
    """Names of the account's DynamoDB tables of class 4 and 5, likewise."""
    log_account_id: NotRequired[str]
    """Account of an `AuditTrailBucket` in the home region, which names this account as a writer: make this component
    depend on it. Left out, the bucket is made here, within reach of the account's administrators."""
    log_key_arn: NotRequired[pulumi.Input[str]]
    """Key of that bucket; needed with `log_account_id`."""
    existing_service_roles: NotRequired[list[ServiceRole]]
    """Service-linked roles that the account has already."""


class AccountBaseline(pulumi.ComponentResource):
    """See the module."""

    boundary_arn: pulumi.Output[Optional[str]]
    """Permission boundary for every role made in the account; None when existing."""
    trail_arn: pulumi.Output[Optional[str]]
    fallbacks: pulumi.Output[list[str]]
    """What the regions do not offer, and what replaces it."""
    to_show: pulumi.Output[list[str]]
    """What the hospital must show because this stack does not make it."""

    def __init__(self, name: str, args: AccountBaselineArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:AccountBaseline", name, dict(args), opts)
        nothing: pulumi.Output[Optional[str]] = pulumi.Output.from_input(None)
        self.boundary_arn = self.trail_arn = nothing
        managed = BaselineMode(args["mode"]) is BaselineMode.MANAGED
        missing = [row for region in sorted(args["regions"]) for row in fallbacks(args["placement"], region)]
        self.fallbacks = pulumi.Output.from_input(missing if managed else [])
        self.to_show = pulumi.Output.from_input([] if managed else evidence(args))
        if managed:
            self._make(name, args, before(opts))
        self.register_outputs(
            {
                "boundaryArn": self.boundary_arn,
                "trailArn": self.trail_arn,
                "fallbacks": self.fallbacks,
                "toShow": self.to_show,
            }
        )

    def _make(self, name: str, args: AccountBaselineArgs, waits: "list[pulumi.Resource]") -> None:
        placement, region, child = args["placement"], args["region"], pulumi.ResourceOptions(parent=self)
        defaults = AccountDefaults(
            f"{name}-defaults",
            {
                "placement": placement,
                "regions": args["regions"],
                "existing_service_roles": args.get("existing_service_roles", []),
            },
            opts=child,
        )
        log_account_id, key_arn, waits = self._log_store(name, args, waits)
        stored = pulumi.ResourceOptions(parent=self, depends_on=waits)
        trail = AuditTrail(
            f"{name}-trail",
            {
                "placement": placement,
                "region": region,
                "regions": args["regions"],
                "log_account_id": log_account_id,
                "key_arn": key_arn,
                "sensitive_buckets": args["sensitive_buckets"],
                "sensitive_tables": args["sensitive_tables"],
                "boundary_arn": boundary_arn(placement),
            },
            opts=stored,
        )
        for watched in sorted(args["regions"]):
            history = config_history_bucket_name({**placement, "account_id": log_account_id}, region)
            ThreatDetection(
                f"{name}-{watched}",
                {
                    "placement": placement,
                    "region": watched,
                    "records_global_types": watched == region,
                    "config_bucket_name": history,
                    "key_arn": key_arn,
                    "config_role_arn": defaults.config_role_arn,
                },
                opts=stored,
            )
        BreakGlassAlarm(f"{name}-break-glass", {"placement": placement, "regions": args["regions"]}, opts=child)

        self.boundary_arn, self.trail_arn = pulumi.Output.from_input(boundary_arn(placement)), trail.arn

    def _log_store(
        self, name: str, args: AccountBaselineArgs, waits: "list[pulumi.Resource]"
    ) -> "tuple[str, pulumi.Input[str], list[pulumi.Resource]]":
        """The log account's bucket, or one of the account's own."""
        log_account_id, own = args.get("log_account_id"), args["placement"]["account_id"]
        if log_account_id is not None:
            return log_account_id, args["log_key_arn"], waits
        bucket = AuditTrailBucket(
            f"{name}-log",
            {"placement": args["placement"], "region": args["region"], "writer_account_ids": [own]},
            opts=pulumi.ResourceOptions(parent=self),
        )
        return own, bucket.key_arn, [bucket, *waits]


def evidence(args: AccountBaselineArgs) -> list[str]:
    """What an account that is looked after elsewhere must show."""
    placement = args["placement"]
    days = jurisdiction_of(placement).retention[RecordKind.AUDIT_LOG].minimum_days
    account = f"account {placement['account_id']}"
    each = f"{account}, {', '.join(sorted(args['regions']))}"
    return [
        f"{account}: a CloudTrail trail of all regions with log file validation and a customer key, to a bucket whose "
        f"objects are locked for at least {days} days; its log group kept {log_retention_days(placement)} days",
        f"{account}: data events of the buckets and tables of class 4 and 5 in that trail",
        f"{each}: AWS Config records all resource types",
        f"{each}: GuardDuty, Security Hub with the foundational best practices, Access Analyzer, and who is told of "
        "their findings",
        f"{each}: disks are encrypted by default with a customer key",
        f"{account}: the S3 public-access block of the whole account; passwords of 14 characters, changed in 90 days",
        f"{account}: what refuses actions outside {placement['jurisdiction']}: a service control policy, or a boundary "
        f"such as {boundary_arn(placement)} on every role",
        f"{account}: deploy and audit roles without stored keys and without patients' data; a break-glass role with a "
        "second factor and an alarm",
    ]
