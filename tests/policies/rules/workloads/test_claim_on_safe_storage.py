from typing import Any

import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import GONE, made
from tests.resources import assert_fails, assert_passes, assert_unknown, ref

RULE = "claim-on-safe-storage"
CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
VOLUME = "kubernetes:core/v1:PersistentVolume"
SET = "kubernetes:apps/v1:StatefulSet"
LOW = {"hospital-cloud/data-class": "1"}


@pytest.mark.parametrize("token", [CLASS, VOLUME])
def test_encrypted_and_kept_passes(token: str):
    assert_passes(RULE, made(token))


@pytest.mark.parametrize("token", [CLAIM, SET])
def test_a_claim_on_a_class_of_the_program_passes(token: str):
    assert_passes(RULE, made(token), made(CLASS))


def test_a_class_by_reference_counts():
    by_reference = made(CLAIM, spec__storageClassName=ref(CLASS, "storageclass", "metadata"))
    assert_passes(RULE, by_reference, made(CLASS))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"parameters__encrypted": GONE}, "nothing"),
        ({"parameters__encrypted": "false"}, "false"),
        ({"parameters__kmsKeyId": GONE}, "nothing"),
        ({"parameters__kmsKeyId": "alias/aws/ebs"}, "alias/aws/ebs"),
        ({"reclaimPolicy": GONE}, "nothing"),
        ({"reclaimPolicy": "Delete"}, "Delete"),
    ],
)
def test_a_class_that_lacks_one_thing_fails(change: dict[str, Any], found: str):
    assert_fails(RULE, made(CLASS, **change), found=found)


def test_a_claim_without_class_fails_and_one_of_elsewhere_is_undecided():
    assert_fails(RULE, made(CLAIM, spec__storageClassName=GONE), found="nothing", wanted="storage class")
    assert_unknown(RULE, made(CLAIM))
    assert_passes(RULE, made(CLAIM, spec__storageClassName=GONE, spec__volumeName="records"))
    assert_fails(RULE, made(SET, spec__volumeClaimTemplates=[{"spec": {}}]), found="nothing")


def test_a_class_of_another_maker_is_undecided_one_of_file_systems_passes():
    assert_unknown(RULE, made(CLASS, provisioner="rook-ceph.rbd.csi.ceph.com"))
    assert_passes(RULE, made(CLASS, provisioner="efs.csi.aws.com", parameters={}))


def test_a_path_of_the_machine_fails():
    assert_fails(RULE, made(VOLUME, spec__csi=GONE, spec__hostPath={"path": "/data"}), found="/data")
    assert_fails(RULE, made(VOLUME, spec__persistentVolumeReclaimPolicy="Delete"), found="Delete")


def test_a_low_class_and_a_trial_are_not_asked():
    assert_passes(RULE, made(CLAIM, spec__storageClassName=GONE, metadata__labels=LOW))
    assert_passes(RULE, made(CLAIM, spec__storageClassName=GONE), lifecycle="trial")


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, made(CLASS, parameters__encrypted=Unknown()))
    assert_unknown(RULE, made(CLASS, provisioner=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, [], "x"):
        assert_fails(RULE, made(CLASS, parameters=odd), found="")
        assert_fails(RULE, made(VOLUME, spec=odd), found="")
