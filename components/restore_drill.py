"""RestoreDrill: the monthly proof that recovery points restore, where AWS Backup's own restore testing is not surely
offered.

Promises: every month, of each type of store the next one in turn, the latest recovery point is restored whole and taken
away again; a recovery point that does not restore, or a vault without fresh ones, fails the drill; how each drill ended
goes to the alarm topic and stays in an encrypted log for as long as the jurisdiction asks. The function can restore and
can take away what bears the drill's name; it cannot read what is in a store.

Makes: a customer key, the function (services/restore_drill) and the state machine with their roles and logs, a schedule
with its role, a rule to the alarm topic.
"""

import json
from pathlib import Path
from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.customer_key import CustomerKey
from components.placement import (
    Placement,
    alarm_topic_arn,
    boundary_of,
    log_retention_days,
    partition_of,
    physical_name,
    role_name,
    store_tags,
)
from components.restore_drill_policies import function_statements, machine_statements
from jurisdictions import BackupMode, RecordKind

_SERVICE = Path(__file__).parent.parent / "services" / "restore_drill"


class RestoreDrillArgs(TypedDict):
    """Arguments of RestoreDrill."""

    placement: Placement
    region: str
    data_class: int
    """The highest class of what is restored."""
    vault_name: str
    restore_role_arn: str
    """The role that AWS Backup restores with, known at preview."""
    types: list[str]
    """What is restored, as AWS Backup calls it: `Aurora`, `DynamoDB`, `RDS`, `S3`."""
    schedule: str
    """Cron expression, UTC."""
    subnet_group: NotRequired[pulumi.Input[str]]
    """Where restored databases stand; needed for `Aurora` and `RDS`."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """Their security group, which lets nobody in."""


class RestoreDrill(pulumi.ComponentResource):
    """See the module."""

    state_machine_arn: pulumi.Output[str]
    """Started by hand, it drills at once."""

    def __init__(self, name: str, args: RestoreDrillArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:RestoreDrill", name, dict(args), opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        placement, region = args["placement"], args["region"]
        self._physical = drill_name(placement, region)

        self._key = CustomerKey(
            f"{name}-key",
            {
                "placement": placement,
                "region": region,
                "role": "drill",
                "data_class": args["data_class"],
                "via_services": ["dynamodb", "lambda", "s3"],
                "service_principals": ["logs"],
            },
            opts=self._child,
        )
        function = self._function()
        machine = self._state_machine(function)
        self._schedule(machine)
        self._report()
        self.state_machine_arn = machine.arn
        self.register_outputs({"stateMachineArn": self.state_machine_arn})

    def _arn(self, service: str, resource: str) -> str:
        args = self._args
        region = "" if service in ("iam", "s3") else args["region"]
        account = "" if service == "s3" else args["placement"]["account_id"]
        return partition_of(args["placement"]).arn(service, region, account, resource)

    def _function(self) -> aws.lambda_.Function:
        name, args = self._name, self._args
        path = f"/aws/lambda/{self._physical}"
        log = self._log("function", path)
        role = self._role(
            "function",
            "lambda",
            function_statements(self._arn, self._physical, args["vault_name"], args["restore_role_arn"], path),
        )
        settings = {
            "VAULT": args["vault_name"],
            "TYPES": ",".join(sorted(args["types"])),
            "NAME_PREFIX": self._physical,
            "RESTORE_ROLE_ARN": args["restore_role_arn"],
            "KEY_ARN": self._key.arn,
        }
        if "subnet_group" in args:
            settings |= {"SUBNET_GROUP": args["subnet_group"], "SECURITY_GROUP_ID": args["security_group_id"]}
        return aws.lambda_.Function(
            f"{name}-function",
            region=args["region"],
            name=self._physical,
            description="Steps of the restore drill",
            runtime="python3.13",
            handler="handler.handle",
            code=pulumi.AssetArchive({"handler.py": pulumi.FileAsset(str(_SERVICE / "handler.py"))}),
            role=role.arn,
            timeout=300,
            memory_size=256,
            environment={"variables": settings},
            kms_key_arn=self._key.arn,
            logging_config={"log_format": "JSON", "log_group": path},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[log, role]),
        )

    def _state_machine(self, function: aws.lambda_.Function) -> aws.sfn.StateMachine:
        name, args = self._name, self._args
        path = f"/aws/vendedlogs/states/{self._physical}"
        log = self._log("machine", path)
        function_arn = self._arn("lambda", f"function:{self._physical}")
        role = self._role("machine", "states", machine_statements(function_arn))
        text = (_SERVICE / "state_machine.json").read_text(encoding="utf-8")
        partition = partition_of(args["placement"]).id
        return aws.sfn.StateMachine(
            f"{name}-machine",
            region=args["region"],
            name=self._physical,
            role_arn=role.arn,
            definition=text.replace("${FunctionArn}", function_arn).replace("${Partition}", partition),
            logging_configuration={
                "level": "ALL",
                "include_execution_data": True,
                "log_destination": self._arn("logs", f"log-group:{path}:*"),
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[log, role, function]),
        )

    def _schedule(self, machine: aws.sfn.StateMachine) -> None:
        name, region = self._name, self._args["region"]
        machine_arn = self._arn("states", f"stateMachine:{self._physical}")
        role = self._role(
            "schedule", "events", [{"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine_arn}]
        )
        rule = aws.cloudwatch.EventRule(
            f"{name}-schedule",
            region=region,
            description="Starts the restore drill",
            schedule_expression=self._args["schedule"],
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            f"{name}-schedule-target",
            region=region,
            rule=rule.name,
            arn=machine.arn,
            role_arn=role.arn,
            input="{}",
            opts=self._child,
        )

    def _report(self) -> None:
        """How a drill ended, good or bad, to the alarm topic."""
        region = self._args["region"]
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-report",
            region=region,
            description="How a restore drill ended",
            event_pattern=json.dumps(
                {
                    "source": ["aws.states"],
                    "detail-type": ["Step Functions Execution Status Change"],
                    "detail": {
                        "stateMachineArn": [self._arn("states", f"stateMachine:{self._physical}")],
                        "status": ["ABORTED", "FAILED", "SUCCEEDED", "TIMED_OUT"],
                    },
                }
            ),
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            f"{self._name}-report-target",
            region=region,
            rule=rule.name,
            arn=alarm_topic_arn(self._args["placement"], region),
            opts=self._child,
        )

    def _log(self, role: str, path: str) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-{role}-log",
            region=self._args["region"],
            name=path,
            kms_key_id=self._key.arn,
            retention_in_days=log_retention_days(self._args["placement"]),
            tags=store_tags(2, RecordKind.AUDIT_LOG, BackupMode.NONE),
            opts=self._child,
        )

    def _role(self, role: str, service: str, statements: list[dict[str, object]]) -> aws.iam.Role:
        """A role that one service assumes for this account, with one policy in it."""
        placement = self._args["placement"]
        trust: dict[str, object] = {
            "Effect": "Allow",
            "Principal": {"Service": partition_of(placement).principal(service)},
            "Action": "sts:AssumeRole",
        }
        if service != "lambda":
            # Lambda names no account when it assumes a function's role.
            trust["Condition"] = {"StringEquals": {"aws:SourceAccount": placement["account_id"]}}
        made = aws.iam.Role(
            f"{self._name}-{role}-role",
            name=role_name(self._args["placement"], f"{self._name}-{role}"),
            description=f"Restore drill: {role}",
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            permissions_boundary=boundary_of(self._args["placement"]),
            opts=self._child,
        )
        aws.iam.RolePolicy(
            f"{self._name}-{role}-policy",
            role=made.id,
            policy=json.dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=self._child,
        )
        return made


def drill_name(placement: Placement, region: str) -> str:
    """The name of function and state machine, and how all that a drill restores begins."""
    return physical_name(placement, region, "drill")
