from dataclasses import replace

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "backup-vault-locked"
VAULT, LOCK = "aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


def lock(**changes):
    given = {"backupVaultName": ref(VAULT, "vault", "name"), "minRetentionDays": 35, "changeableForDays": 3}
    return resource(LOCK, **{**given, **changes})


def test_a_locked_vault_passes():
    assert_passes(RULE, resource(VAULT), lock())


def test_a_vault_locked_by_its_known_name_passes():
    assert_passes(
        RULE,
        replace(resource(VAULT), inputs={"name": "records"}),
        lock(backupVaultName="records"),
    )


def test_a_vault_without_lock_fails():
    assert_fails(RULE, resource(VAULT), found="no VaultLockConfiguration")


def test_a_lock_that_never_becomes_final_fails_while_live():
    assert_fails(RULE, resource(VAULT), lock(changeableForDays=None), found="nothing", wanted="live")
    assert_passes(RULE, resource(VAULT), lock(changeableForDays=None), lifecycle="trial")


def test_a_lock_without_minimum_fails():
    assert_fails(RULE, resource(VAULT), lock(minRetentionDays=None), found="nothing", wanted="at least 1")


def test_an_unknown_minimum_is_unknown():
    assert_unknown(RULE, resource(VAULT), lock(minRetentionDays=Unknown()))


def test_a_plan_may_not_ask_for_more_than_the_lock_allows():
    vault = resource("aws:backup/vault:Vault", "records")
    rules = [
        {
            "ruleName": "daily",
            "targetVaultName": ref("aws:backup/vault:Vault", "records", "name"),
            "lifecycle": {"deleteAfter": 3650},
        }
    ]
    plan = resource("aws:backup/plan:Plan", rules=rules)

    def lock(longest: int, cooling: int = 3):
        bounds = {"minRetentionDays": 35, "maxRetentionDays": longest, "changeableForDays": cooling}
        return resource(
            "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
            backupVaultName=ref("aws:backup/vault:Vault", "records", "name"),
            **bounds,
        )

    assert_passes("backup-vault-locked", vault, lock(3653), plan)
    assert_fails("backup-vault-locked", vault, lock(1826), plan, found="1826", wanted="at least 3650")
    assert_fails("backup-vault-locked", vault, lock(3653, 0), plan, found="0", wanted="at least 3")
