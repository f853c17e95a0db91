import json
from typing import Any

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "job-security-configuration"
EMR = "aws:emr/securityConfiguration:SecurityConfiguration"
GLUE = "aws:glue/securityConfiguration:SecurityConfiguration"
CATALOGUE = "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings"
MODES = {
    "cloudwatchEncryption": {"cloudwatchEncryptionMode": "SSE-KMS"},
    "jobBookmarksEncryption": {"jobBookmarksEncryptionMode": "CSE-KMS"},
    "s3Encryption": {"s3EncryptionMode": "SSE-KMS"},
}


def _emr(at_rest: bool = True, in_transit: bool = True, mode: str = "SSE-KMS", disks: str = "AwsKms") -> str:
    inner = {
        "S3EncryptionConfiguration": {"EncryptionMode": mode},
        "LocalDiskEncryptionConfiguration": {"EncryptionKeyProviderType": disks},
    }
    return json.dumps(
        {
            "EncryptionConfiguration": {
                "EnableAtRestEncryption": at_rest,
                "EnableInTransitEncryption": in_transit,
                "AtRestEncryptionConfiguration": inner,
            }
        }
    )


@pytest.mark.parametrize("token", ["aws:glue/job:Job", "aws:glue/crawler:Crawler", "aws:emr/cluster:Cluster"])
def test_a_job_names_its_configuration(token: str):
    assert_passes(RULE, resource(token, securityConfiguration="records"))
    assert_passes(RULE, resource(token, securityConfiguration=Unknown()))
    assert_fails(RULE, resource(token), found="nothing", wanted="security configuration")
    assert_passes(RULE, resource(token, tags={"hospital-cloud:data-class": "1"}))


def test_a_configuration_of_emr_encrypts_everything():
    assert_passes(RULE, resource(EMR, configuration=_emr()))
    bad: list[dict[str, Any]] = [{"at_rest": False}, {"in_transit": False}, {"mode": "SSE-S3"}, {"disks": "Custom"}]
    for change in bad:
        assert_fails(RULE, resource(EMR, configuration=_emr(**change)), found="")
    assert_fails(RULE, resource(EMR, configuration="{"), found="nothing")
    assert_unknown(RULE, resource(EMR, configuration=Unknown()))


@pytest.mark.parametrize("block", sorted(MODES))
def test_a_configuration_of_glue_encrypts_everything(block: str):
    assert_passes(RULE, resource(GLUE, encryptionConfiguration=MODES))
    off = {**MODES, block: dict.fromkeys(MODES[block], "DISABLED")}
    assert_fails(RULE, resource(GLUE, encryptionConfiguration=off), found="DISABLED", wanted="KMS")


def test_the_catalogue_and_its_passwords_are_encrypted():
    good = {
        "connectionPasswordEncryption": {"returnConnectionPasswordEncrypted": True},
        "encryptionAtRest": {"catalogEncryptionMode": "SSE-KMS"},
    }
    assert_passes(RULE, resource(CATALOGUE, dataCatalogEncryptionSettings=good))
    plain = {**good, "encryptionAtRest": {"catalogEncryptionMode": "DISABLED"}}
    assert_fails(RULE, resource(CATALOGUE, dataCatalogEncryptionSettings=plain), found="DISABLED")


def test_odd_shapes_fail():
    for odd in (7, [], {}, "x", None):
        assert_fails(RULE, resource(EMR, configuration=odd), found="")
        assert_fails(RULE, resource(GLUE, encryptionConfiguration=odd), found="")
