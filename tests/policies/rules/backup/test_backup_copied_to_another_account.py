from dataclasses import replace

import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, PARTNER, arn, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "backup-copied-to-another-account"
PLAN, APART = "aws:backup/plan:Plan", "777788889999"
ELSEWHERE = replace(resource("aws:s3/bucket:Bucket", "kept"), account=APART)
"""The program deploys to two accounts."""


def plan(*vaults, name="plan", schedule="cron(0 18 * * ? *)", account=ACCOUNT):
    copies = [{"destinationVaultArn": vault} for vault in vaults]
    rows = [{"ruleName": "daily", "schedule": schedule, "copyActions": copies}]
    return replace(resource(PLAN, name, rules=rows), account=account)


def vault(region, account):
    return arn("backup", "backup-vault:kept", region, account)


NEAR, AWAY = vault(PARTNER, ACCOUNT), vault(PARTNER, APART)


def test_a_copy_in_another_account_passes():
    assert_passes(RULE, plan(NEAR, AWAY), ELSEWHERE)
    named = replace(resource("aws:backup/vault:Vault", "apart"), account=APART)
    assert_passes(RULE, plan(ref(named.type, "apart")), named, ELSEWHERE)


def test_one_plan_of_the_account_is_enough():
    assert_passes(RULE, plan(NEAR), plan(AWAY, name="partner"), ELSEWHERE)
    assert_fails(RULE, plan(NEAR), plan(AWAY, name="theirs", account=APART), ELSEWHERE, found="no plan of account")


@pytest.mark.parametrize(
    "bad", [plan(NEAR), plan(), plan(AWAY, schedule="cron(0 18 1 * ? *)")], ids=["near", "none", "monthly"]
)
def test_copies_that_stay_in_the_account_fail(bad):
    assert_fails(RULE, bad, ELSEWHERE, found=f"no plan of account {ACCOUNT} copies out of it", wanted="another account")


def test_an_air_gapped_vault_stands_apart():
    gapped = resource("aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault")
    assert_passes(RULE, plan(ref(gapped.type, gapped.name)), gapped, ELSEWHERE)


def test_what_cannot_be_told_is_undecided():
    assert_unknown(RULE, plan(Unknown()), ELSEWHERE)


def test_programs_of_one_account_and_trials_are_not_asked():
    assert_passes(RULE, plan(NEAR))
    assert_passes(RULE, plan(NEAR), ELSEWHERE, lifecycle="trial")
