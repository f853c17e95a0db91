import pytest

from tests.resources import ACCOUNT, PARTNER, REGION, assert_fails, assert_passes, resource

RULE = "account-disks-encrypted"
SWITCH, KEY = "aws:ebs/encryptionByDefault:EncryptionByDefault", "aws:ebs/defaultKmsKey:DefaultKmsKey"
WHOLE = {"prepared_accounts": frozenset([ACCOUNT]), "prepared_regions": (REGION, PARTNER)}


def provider():
    return resource("pulumi:providers:aws")


def both(without=None):
    rows = [(t, r) for t in (SWITCH, KEY) for r in (REGION, PARTNER) if (t, r) != (without, PARTNER)]
    return [resource(t, f"{t}-{r}", region_=r) for t, r in rows]


def test_both_regions_pass():
    assert_passes(RULE, provider(), *both(), **WHOLE)


def test_parts_of_an_account_are_not_asked():
    assert_passes(RULE, provider())


@pytest.mark.parametrize("missing", [SWITCH, KEY])
def test_a_region_without_fails(missing):
    found = f"{PARTNER}: no {missing.rpartition(':')[2]}"
    assert_fails(RULE, provider(), *both(without=missing), found=found, wanted="aws.ebs", **WHOLE)


def test_the_regions_of_a_foreign_program_are_those_it_uses():
    queue = resource("aws:sqs/queue:Queue", region_=PARTNER)
    assert_fails(RULE, provider(), *both(without=KEY), queue, found=PARTNER, whole_accounts=True)
    here = [r for r in both() if r.region == REGION]
    assert_passes(RULE, provider(), *here, whole_accounts=True)
