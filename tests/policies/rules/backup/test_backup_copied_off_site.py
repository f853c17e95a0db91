import pytest

from policies.graph import Unknown
from tests.resources import ACCOUNT, PARTNER, REGION, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "backup-copied-off-site"
PLAN, VAULT = "aws:backup/plan:Plan", "aws:backup/vault:Vault"


def plan(*copies, schedule="cron(0 18 * * ? *)"):
    rule = {"ruleName": "daily", "schedule": schedule, "targetVaultName": "v", "copyActions": list(copies)}
    return resource(PLAN, rules=[rule])


def arn(region: str) -> str:
    return f"arn:aws-cn:backup:{region}:{ACCOUNT}:backup-vault:partner"


def test_a_copy_to_another_region_passes_by_name_and_by_reference():
    assert_passes(RULE, plan({"destinationVaultArn": arn(PARTNER)}))
    partner = resource(VAULT, "partner", region_=PARTNER)
    assert_passes(RULE, plan({"destinationVaultArn": ref(VAULT, "partner")}), partner)


def test_no_copy_fails():
    assert_fails(RULE, plan(), found="nothing", wanted=PARTNER)


def test_a_copy_within_the_region_fails():
    assert_fails(RULE, plan({"destinationVaultArn": arn(REGION)}), found=REGION)


def test_a_vault_that_cannot_be_told_is_unknown():
    assert_unknown(RULE, plan({"destinationVaultArn": Unknown()}))


@pytest.mark.parametrize("odd", [3, "x", [{}], {"copyActions": 3}])
def test_odd_shapes_never_pass(odd):
    from tests.resources import outcomes

    assert all(o.verdict.value != "pass" for o in outcomes(RULE, resource(PLAN, rules=odd)))


def test_synthetic_data_needs_no_second_region():
    assert_passes(RULE, plan(), holds_patient_data=False)
