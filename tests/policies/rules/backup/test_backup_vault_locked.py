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
    assert_passes(RULE, replace(resource(VAULT), inputs={"name": "records"}), lock(backupVaultName="records"))


def test_a_vault_without_lock_fails():
    assert_fails(RULE, resource(VAULT), found="no VaultLockConfiguration")


def test_a_lock_that_never_becomes_final_fails_while_live():
    assert_fails(RULE, resource(VAULT), lock(changeableForDays=None), found="nothing", wanted="live")
    assert_passes(RULE, resource(VAULT), lock(changeableForDays=None), lifecycle="trial")


def test_a_lock_without_minimum_fails():
    assert_fails(RULE, resource(VAULT), lock(minRetentionDays=None), found="nothing", wanted="at least 1")


def test_an_unknown_minimum_is_unknown():
    assert_unknown(RULE, resource(VAULT), lock(minRetentionDays=Unknown()))
