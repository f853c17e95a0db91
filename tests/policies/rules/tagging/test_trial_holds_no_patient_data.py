import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "trial-holds-no-patient-data"
BUCKET = "aws:s3/bucket:Bucket"
TRIAL = {"lifecycle": "trial", "holds_patient_data": False}


def store(**tags: object):
    return resource(BUCKET, tags={f"hospital-cloud:{k.replace('_', '-')}": v for k, v in tags.items()})


def test_a_trial_with_synthetic_data_passes():
    assert_passes(RULE, store(data_class="4", record_kind="synthetic"), **TRIAL)
    assert_passes(RULE, store(data_class="2"), **TRIAL)
    assert_passes(RULE, store(data_class="3", record_kind="audit-log"), **TRIAL)


def test_a_trial_that_states_patients_data_fails():
    subject = store(data_class="2", record_kind="synthetic")
    assert_fails(RULE, subject, found="a trial that states", lifecycle="trial", holds_patient_data=True)


@pytest.mark.parametrize("kind", ["outpatient", "inpatient", "imaging", None, "else"])
def test_a_store_of_patients_records_in_a_trial_fails(kind):
    tags = {"data_class": "4", **({"record_kind": kind} if kind else {})}
    assert_fails(RULE, store(**tags), found=kind or "nothing", wanted="synthetic", **TRIAL)


def test_a_store_that_states_nothing_counts_as_a_record():
    assert_fails(RULE, resource(BUCKET, tags=None), found="nothing", **TRIAL)


def test_a_live_stack_is_not_judged():
    assert_passes(RULE, resource(BUCKET))


def test_unknown_is_unknown():
    assert_unknown(RULE, store(data_class="4", record_kind=Unknown()), **TRIAL)


def test_odd_shapes_fail():
    assert_fails(RULE, store(data_class="4", record_kind=["synthetic"]), found="synthetic", **TRIAL)
