from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "record-kind-tag-present"
BUCKET = "aws:s3/bucket:Bucket"
CLASS, KIND = "hospital-cloud:data-class", "hospital-cloud:record-kind"


def test_a_store_with_its_kind_passes():
    assert_passes(RULE, resource(BUCKET))


def test_a_store_of_class_3_and_up_without_kind_fails():
    assert_fails(RULE, resource(BUCKET, tags={CLASS: "3"}), found="nothing", wanted="inpatient")
    assert_fails(RULE, resource(BUCKET, tags={CLASS: "4", KIND: "everything"}), found="everything", wanted="imaging")


def test_a_store_that_states_no_class_counts_as_a_record():
    assert_fails(RULE, resource(BUCKET, tags=None), found="nothing")


def test_below_class_3_it_is_not_asked():
    assert_passes(RULE, resource(BUCKET, tags={CLASS: "2"}))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(BUCKET, tags=Unknown()))
    assert_unknown(RULE, resource(BUCKET, tags={CLASS: "4", KIND: Unknown()}))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(BUCKET, tags={CLASS: "4", KIND: ["inpatient"]}), found="inpatient")
