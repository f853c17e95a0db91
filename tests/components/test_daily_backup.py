"""DailyBackup: every tagged store, every day, locked, copied, proven; and who can undo that."""

import json
import re
from functools import cache
from typing import Any

import pulumi
import pytest

from components.backup_vault import BackupVault
from components.daily_backup import TYPES, DailyBackup
from components.session_table import SessionTable
from policies.graph import Graph, Resource, Unknown, is_known
from tests.components.accounts import ACCOUNT, LOG_ACCOUNT, REGIONS, document, graph_of, named, placement
from tests.components.iam_evaluation import decision

PLAN, SELECTION = "aws:backup/plan:Plan", "aws:backup/selection:Selection"
VAULT, LOCK = "aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
ISOLATED = f"arn:aws-cn:backup:cn-north-1:{LOG_ACCOUNT}:backup-vault:kept-apart"
ROOT = f"arn:aws-cn:iam::{ACCOUNT}:root"


@cache
def backup(
    jurisdiction: str = "cn-mainland",
    lifecycle: str = "live",
    partner: bool = True,
    networks: bool = True,
    isolated: str = "",
    strict: bool = False,
) -> Graph:
    regions = REGIONS[jurisdiction]

    def make(opts: pulumi.ResourceOptions) -> None:
        args: dict[str, Any] = {"placement": placement(jurisdiction, lifecycle), "region": regions[0]}
        if partner:
            args["partner_region"] = regions[1]
        if networks:
            args["restore_networks"] = {r: {"vpc_id": f"vpc-{r}", "subnet_ids": ["a", "b"]} for r in regions}
        if isolated:
            args["isolated_vaults"] = {regions[0]: isolated}
        DailyBackup("backup", args, opts=opts)  # type: ignore[arg-type]

    return graph_of(make, jurisdiction, strict)


def rule_of(plan: Resource) -> dict[str, Any]:
    (rule,) = plan.get("rules")
    return dict(rule)


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_each_region_copies_to_the_other_regions_locked_vault(jurisdiction: str) -> None:
    graph = backup(jurisdiction)
    vaults = {r.region: r for r in graph.of_type(VAULT)}
    assert sorted(vaults) == sorted(REGIONS[jurisdiction])
    plans = list(graph.of_type(PLAN))
    assert {p.region for p in plans} == set(vaults)
    for plan in plans:
        (other,) = set(vaults) - {plan.region}
        (copy,) = rule_of(plan)["copyActions"]
        assert copy["destinationVaultArn"].endswith(f":{other}:{ACCOUNT}:backup-vault:{vaults[other].get('name')}")
    for vault in vaults.values():
        (lock,) = graph.referring(vault, LOCK)
        key = graph.target(vault, "kmsKeyArn")
        assert lock.get("minRetentionDays") == 35 and key is not None and key.region == vault.region


def test_the_plan_runs_every_day_and_copies_live_as_long() -> None:
    for plan in backup().of_type(PLAN):
        rule = rule_of(plan)
        assert re.fullmatch(r"cron\(0 \d+ \* \* \? \*\)", rule["schedule"])
        assert rule["lifecycle"]["deleteAfter"] == 35
        assert all(copy["lifecycle"]["deleteAfter"] == 35 for copy in rule["copyActions"])


def test_a_store_is_taken_because_it_says_so_and_not_because_it_is_named() -> None:
    """A store made later is covered: here one of another component, of which the plan knows nothing."""

    def make(opts: pulumi.ResourceOptions) -> None:
        place = {"placement": placement(), "region": "cn-north-1"}
        DailyBackup("backup", place, opts=opts)  # type: ignore[arg-type]
        SessionTable("sessions", place, opts=opts)  # type: ignore[arg-type]

    graph = graph_of(make, "cn-mainland")
    (selection,) = graph.of_type(SELECTION)
    (tag,) = selection.get("selectionTags")
    assert selection.get("resources") is None
    (table,) = graph.of_type("aws:dynamodb/table:Table")
    assert table.tags[tag["key"]] == tag["value"] and tag["type"] == "STRINGEQUALS"
    assert "DynamoDB" in TYPES


def test_no_type_is_skipped_in_silence() -> None:
    for settings in backup().of_type("aws:backup/regionSettings:RegionSettings"):
        assert settings.get("resourceTypeOptInPreference") == dict.fromkeys(TYPES, True)
        assert settings.get("resourceTypeManagementPreference")["DynamoDB"] is True
    for selection in backup().of_type(SELECTION):
        assert any("regionSettings" in urn for urn in selection.depends_on)


@pytest.mark.parametrize(("lifecycle", "cooling_off"), [("trial", None), ("live", 7), ("retiring", 7)])
def test_the_lock_hardens_after_its_cooling_off_and_retiring_does_not_touch_it(
    lifecycle: str, cooling_off: int | None
) -> None:
    """Once a compliance lock is past its cooling-off AWS refuses to change it: retiring must not try."""
    graph = backup(lifecycle=lifecycle)
    for lock in graph.of_type(LOCK):
        assert lock.get("changeableForDays") == cooling_off
        assert lock.protect is (lifecycle == "live")
    for vault in graph.of_type(VAULT):
        assert vault.protect is (lifecycle == "live") and vault.get("forceDestroy") is (lifecycle == "trial")


def test_while_live_nobody_ends_a_recovery_point_by_hand() -> None:
    policies = list(backup().of_type("aws:backup/vaultPolicy:VaultPolicy"))
    assert len(policies) == 2
    for resource in policies:
        for who in (f"arn:aws-cn:iam::{ACCOUNT}:role/tjemc-break-glass", f"arn:aws-cn:iam::{ACCOUNT}:user/admin"):
            for action in ("backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"):
                assert decision([document(resource)], action, "*", {"aws:PrincipalArn": who}) == "deny"
        itself = f"arn:aws-cn:iam::{ACCOUNT}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
        assert decision([document(resource)], "backup:DeleteRecoveryPoint", "*", {"aws:PrincipalArn": itself}) != "deny"
    assert not list(backup(lifecycle="retiring").of_type("aws:backup/vaultPolicy:VaultPolicy"))


def test_an_isolated_account_gets_copies_and_may_open_them() -> None:
    graph = backup(isolated=ISOLATED)
    plan = named(graph, "primary-plan")
    assert ISOLATED in [copy["destinationVaultArn"] for copy in rule_of(plan)["copyActions"]]
    vault = next(r for r in graph.of_type(VAULT) if r.region == "cn-north-1")
    key = graph.target(vault, "kmsKeyArn")
    assert key is not None
    (copies,) = [s for s in document(key)["Statement"] if s["Sid"] == "CopiesToOtherAccounts"]
    assert copies["Principal"] == {"AWS": [f"arn:aws-cn:iam::{LOG_ACCOUNT}:root"]}
    other = next(r for r in graph.of_type(PLAN) if r.region == "cn-northwest-1")
    assert ISOLATED not in str(other.get("rules")), (
        "a copy action names a vault of the plan's own region or the partner's"
    )


def test_the_isolated_accounts_vault_lets_the_workload_account_copy_into_it() -> None:
    def make(opts: pulumi.ResourceOptions) -> None:
        BackupVault(
            "kept-apart",
            {
                "placement": placement(account_id=LOG_ACCOUNT),
                "region": "cn-north-1",
                "retention_days": 35,
                "from_accounts": [ACCOUNT],
            },
            opts=opts,
        )

    (policy,) = graph_of(make, "cn-mainland").of_type("aws:backup/vaultPolicy:VaultPolicy")
    allowed = [s for s in document(policy)["Statement"] if s["Effect"] == "Allow"]
    assert [s["Principal"] for s in allowed] == [{"AWS": [ROOT]}]
    assert [s["Action"] for s in allowed] == ["backup:CopyIntoBackupVault"]


def test_failures_silence_and_tampering_reach_the_alarm_topic() -> None:
    graph = backup()
    rules = {r.name: json.loads(r.get("eventPattern")) for r in graph.of_type("aws:cloudwatch/eventRule:EventRule") if r.get("eventPattern")}  # fmt: skip
    text = {name: json.dumps(pattern) for name, pattern in rules.items() if isinstance(pattern, dict)}
    for side in ("primary", "partner"):
        for word, name in (
            ("Copy Job State Change", "failed-jobs"),
            ("EXPIRED", "failed-jobs"),
            ("Restore Job State Change", "failed-restores"),
            ("DeleteRecoveryPoint", "store-tampering"),
            ("DeleteBackupVaultLockConfiguration", "store-tampering"),
        ):
            assert word in text[f"backup-{side}-{name}"]
    targets = list(graph.of_type("aws:cloudwatch/eventTarget:EventTarget"))
    for rule in graph.of_type("aws:cloudwatch/eventRule:EventRule"):
        assert [t for t in targets if graph.target(t, "rule") is rule], rule.name
    for alarm in (named(graph, "primary-missing-alarm"), named(graph, "partner-missing-alarm")):
        assert alarm.get("treatMissingData") == "breaching" and ":sns:" in alarm.get("alarmActions")[0]


def test_where_restore_testing_is_offered_aws_backup_proves_restores_itself() -> None:
    graph = backup("eu")
    assert not list(graph.of_type("aws:sfn/stateMachine:StateMachine"))
    plans = list(graph.of_type("aws:backup/restoreTestingPlan:RestoreTestingPlan"))
    assert {p.region for p in plans} == set(REGIONS["eu"])
    for plan in plans:
        assert re.fullmatch(r"[A-Za-z0-9_]{1,50}", plan.get("name"))
        kinds = {s.get("protectedResourceType"): s for s in graph.referring(plan, "aws:backup/restoreTestingSelection:RestoreTestingSelection")}  # fmt: skip
        assert sorted(kinds) == ["Aurora", "DynamoDB", "RDS", "S3"]
        assert kinds["Aurora"].get("restoreMetadataOverrides.dbSubnetGroupName")
    assert proof(graph)["eu-central-1"] == "restore-testing: Aurora, DynamoDB, RDS, S3"


def test_where_it_is_not_surely_offered_a_drill_does() -> None:
    graph = backup("cn-mainland")
    assert not list(graph.of_type("aws:backup/restoreTestingPlan:RestoreTestingPlan"))
    machines = list(graph.of_type("aws:sfn/stateMachine:StateMachine"))
    assert {m.region for m in machines} == set(REGIONS["cn-mainland"])
    for machine in machines:
        definition = json.loads(machine.get("definition"))
        called = definition["States"]["Choose"]["Parameters"]["FunctionName"]
        assert called == f"arn:aws-cn:lambda:{machine.region}:{ACCOUNT}:function:{machine.get('name')}"
        assert "${" not in machine.get("definition")
    for schedule in (r for r in graph.of_type("aws:cloudwatch/eventRule:EventRule") if r.get("scheduleExpression")):
        assert schedule.get("scheduleExpression").startswith("cron(")
    assert proof(graph)["cn-northwest-1"] == "drill: Aurora, DynamoDB, RDS, S3"
    assert proof(backup(networks=False))["cn-north-1"] == "drill: DynamoDB, S3"


def test_the_drill_cannot_read_or_remove_a_real_store() -> None:
    graph = backup()
    may = [document(named(graph, "primary-drill-function-policy"))]
    table = f"arn:aws-cn:dynamodb:cn-north-1:{ACCOUNT}:table/tjemc-{ACCOUNT}-cn-north-1-sessions"
    drilled = f"arn:aws-cn:dynamodb:cn-north-1:{ACCOUNT}:table/tjemc-{ACCOUNT}-cn-north-1-drill-0a1b2c"
    for action in ("dynamodb:DeleteTable", "dynamodb:GetItem", "dynamodb:Scan"):
        assert decision(may, action, table, {}) == "nothing", action
    assert decision(may, "dynamodb:DeleteTable", drilled, {}) == "allow"
    assert decision(may, "s3:GetObject", "arn:aws-cn:s3:::tjemc-images/x", {}) == "nothing"
    restore = f"arn:aws-cn:iam::{ACCOUNT}:role/tjemc-restore"
    passed = {"iam:PassedToService": "backup.amazonaws.com"}
    assert decision(may, "iam:PassRole", restore, passed) == "allow"
    assert decision(may, "iam:PassRole", f"arn:aws-cn:iam::{ACCOUNT}:role/tjemc-deploy", passed) == "nothing"


def test_what_is_restored_lets_nobody_in() -> None:
    assert not list(backup().of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
    for function in backup().of_type("aws:lambda/function:Function"):
        group = function.get("environment.variables.SECURITY_GROUP_ID")
        assert group and function.get("environment.variables.SUBNET_GROUP")


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_policies_and_names_are_known_at_preview(jurisdiction: str) -> None:
    graph = backup(jurisdiction, strict=True)
    for resource in graph.resources:
        for path in ("policy", "assumeRolePolicy", "definition"):
            value = resource.get(path)
            assert not isinstance(value, Unknown) and (value is None or is_known(value)), (resource.name, path)
    for vault in graph.of_type(VAULT):
        assert re.fullmatch(r"[A-Za-z0-9_-]{2,50}", vault.get("name"))
    for plan in graph.of_type(PLAN):
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,50}", plan.get("name"))


def test_one_region_keeps_its_recovery_points_at_home() -> None:
    graph = backup(partner=False)
    (plan,) = graph.of_type(PLAN)
    assert rule_of(plan)["copyActions"] == [] and len(list(graph.of_type(VAULT))) == 1


def test_a_partner_in_its_own_region_is_a_sentence() -> None:
    def make(opts: pulumi.ResourceOptions) -> None:
        args = {"placement": placement(), "region": "cn-north-1", "partner_region": "cn-north-1"}
        DailyBackup("backup", args, opts=opts)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="its own region"):
        graph_of(make, "cn-mainland")


def proof(graph: Graph) -> Any:
    (component,) = graph.of_type("hospital-cloud:index:DailyBackup")
    return component.output("proof")
