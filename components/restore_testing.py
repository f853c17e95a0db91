"""RestoreTesting: the monthly proof, by AWS Backup itself, that recovery points restore.

Promises: every month the latest recovery point of each store that the daily plan takes is restored whole, and what was
restored is taken away again; a restore that fails raises an alarm (component `DailyBackup`). Where a region does not
surely offer it (capability `backup.restore-testing`), `RestoreDrill` does the same. Makes: a restore testing plan and
one selection a type of store.
"""

from typing import NotRequired, Optional, TypedDict

import pulumi
import pulumi_aws as aws

from components.placement import Placement

DATABASES = ("Aurora", "RDS")
"""Types that are restored into a network."""


class RestoreTestingArgs(TypedDict):
    """Arguments of RestoreTesting."""

    placement: Placement
    region: str
    vault_arn: pulumi.Input[str]
    restore_role_arn: pulumi.Input[str]
    types: list[str]
    """What is restored, as AWS Backup calls it: `Aurora`, `DynamoDB`, `RDS`, `S3`."""
    schedule: str
    """Cron expression, UTC."""
    subnet_group: NotRequired[pulumi.Input[str]]
    """Where restored databases stand; needed for `Aurora` and `RDS`."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """Their security group, which lets nobody in."""


class RestoreTesting(pulumi.ComponentResource):
    """See the module."""

    plan_arn: pulumi.Output[str]

    def __init__(self, name: str, args: RestoreTestingArgs, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("hospital-cloud:index:RestoreTesting", name, dict(args), opts)
        placement, region, child = args["placement"], args["region"], pulumi.ResourceOptions(parent=self)

        plan = aws.backup.RestoreTestingPlan(
            f"{name}-plan",
            region=region,
            name=plan_name(placement, region),
            schedule_expression=args["schedule"],
            start_window_hours=8,
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": [args["vault_arn"]],
                "recovery_point_types": ["SNAPSHOT"],
                "selection_window_days": 2,
            },
            opts=child,
        )
        for kind in sorted(args["types"]):
            place = {}
            if kind in DATABASES:
                groups = pulumi.Output.json_dumps([args["security_group_id"]])
                place = {"dbSubnetGroupName": args["subnet_group"], "vpcSecurityGroupIds": groups}
            aws.backup.RestoreTestingSelection(
                f"{name}-{kind.lower()}",
                region=region,
                name=kind,
                restore_testing_plan_name=plan.name,
                protected_resource_type=kind,
                iam_role_arn=args["restore_role_arn"],
                # Of the type, what has a recovery point in the vault: what the daily plan takes.
                protected_resource_arns=["*"],
                validation_window_hours=4,
                **({"restore_metadata_overrides": place} if place else {}),
                opts=child,
            )
        self.plan_arn = plan.arn
        self.register_outputs({"planArn": self.plan_arn})


def plan_name(placement: Placement, region: str) -> str:
    """Letters, digits and underscores, at most 50: what AWS Backup allows here."""
    return f"{placement['hospital']}_{region}_restore".replace("-", "_")
