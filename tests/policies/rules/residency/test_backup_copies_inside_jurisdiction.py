from policies.graph import Unknown
from tests.resources import PARTNER, arn, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "backup-copies-inside-jurisdiction"
PLAN = "aws:backup/plan:Plan"
VAULT = "aws:backup/vault:Vault"


def plan(destination: object):
    rule = {"ruleName": "daily", "targetVaultName": "records", "copyActions": [{"destinationVaultArn": destination}]}
    return resource(PLAN, rules=[rule])


def test_a_vault_in_the_partner_region_passes():
    assert_passes(RULE, plan(arn("backup", "backup-vault:off-site", PARTNER)))
    assert_passes(RULE, plan(ref(VAULT, "off-site")), resource(VAULT, "off-site", region_=PARTNER))


def test_a_vault_abroad_fails():
    abroad = "arn:aws:backup:us-east-1:111122223333:backup-vault:off-site"
    assert_fails(RULE, plan(abroad), found=abroad, wanted="cn-northwest-1")
    assert_fails(
        RULE, plan(ref(VAULT, "off-site")), resource(VAULT, "off-site", region_="us-east-1"), found="in us-east-1"
    )


def test_a_vault_of_somebody_else_fails():
    vault = arn("backup", "backup-vault:off-site", PARTNER, "999999999999")
    assert_fails(RULE, plan(vault), found="999999999999", wanted="an account of this program: 111122223333")


def test_a_vault_of_which_nothing_is_known_is_unknown():
    assert_unknown(RULE, plan(Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, plan({"a": "mapping"}), found="mapping")
    assert_fails(RULE, resource(PLAN, rules="daily"), found="daily")


def test_copies_of_snapshots_are_judged_too():
    copy = "aws:rds/snapshotCopy:SnapshotCopy"
    assert_fails(RULE, resource(copy, destinationRegion="us-east-1"), found="us-east-1")
    policy = {"schedules": [{"crossRegionCopyRules": [{"target": "us-west-2"}]}]}
    assert_fails(RULE, resource("aws:dlm/lifecyclePolicy:LifecyclePolicy", policyDetails=policy), found="us-west-2")
