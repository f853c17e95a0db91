from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "image-cannot-change"
REPOSITORY = "aws:ecr/repository:Repository"
GOOD = {"imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": {"scanOnPush": True}}


def test_fixed_and_scanned_passes():
    assert_passes(RULE, resource(REPOSITORY, **GOOD))
    assert_passes(RULE, resource(REPOSITORY, **{**GOOD, "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}))


def test_a_name_that_can_change_fails():
    assert_fails(
        RULE, resource(REPOSITORY, **{**GOOD, "imageTagMutability": "MUTABLE"}), found="MUTABLE", wanted="IMMUTABLE"
    )
    assert_fails(RULE, resource(REPOSITORY, **{**GOOD, "imageTagMutability": None}), found="nothing")


def test_no_scan_fails_unless_the_registry_scans():
    bare = resource(REPOSITORY, imageTagMutability="IMMUTABLE", imageScanningConfiguration=None)
    assert_fails(RULE, bare, found="nothing", wanted="true")
    whole = resource("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", scanType="ENHANCED")
    assert_passes(RULE, bare, whole)


def test_a_trial_is_not_asked():
    assert_passes(RULE, resource(REPOSITORY), lifecycle="trial")


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, resource(REPOSITORY, **{**GOOD, "imageTagMutability": Unknown()}))


def test_odd_shapes_fail():
    for odd in (7, [], {}, True):
        assert_fails(RULE, resource(REPOSITORY, **{**GOOD, "imageTagMutability": odd}), found="")
        assert_fails(RULE, resource(REPOSITORY, **{**GOOD, "imageScanningConfiguration": odd}), found="")
