from policies.graph import Unknown
from tests.kubernetes_objects import GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown

RULE = "pod-rights-by-need"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
TOKEN = "spec__template__spec__automountServiceAccountToken"
ACCOUNT = "spec__template__spec__serviceAccountName"


def test_no_token_or_an_account_of_its_own_passes():
    assert_passes(RULE, made(DEPLOYMENT))
    assert_passes(RULE, made(DEPLOYMENT, **{TOKEN: GONE, ACCOUNT: "viewer"}))


def test_the_default_accounts_token_fails():
    assert_fails(RULE, made(DEPLOYMENT, **{TOKEN: GONE}), found="nothing", wanted="automountServiceAccountToken: false")
    assert_fails(RULE, made(DEPLOYMENT, **{TOKEN: True}), found="true")
    assert_fails(RULE, made(DEPLOYMENT, **{TOKEN: GONE, ACCOUNT: "default"}), found="nothing")


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(DEPLOYMENT, **{TOKEN: Unknown()}))
    assert_unknown(RULE, made(DEPLOYMENT, spec=Unknown()))


def test_odd_shapes_fail():
    for odd in (7, "x", [], {}):
        assert_fails(RULE, made(DEPLOYMENT, **{TOKEN: odd}), found="")
