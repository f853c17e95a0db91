import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "service-requires-tls"
SEARCH = "aws:opensearch/domain:Domain"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
BROKER = "aws:msk/cluster:Cluster"


@pytest.mark.parametrize("type_token", [SEARCH, CACHE, BROKER])
def test_good_ones_pass(type_token):
    assert_passes(RULE, resource(type_token))


@pytest.mark.parametrize(
    ("change", "found", "wanted"),
    [
        ({"nodeToNodeEncryption": {"enabled": False}}, "false", "true"),
        ({"nodeToNodeEncryption": None}, "nothing", "true"),
        ({"domainEndpointOptions": None}, "nothing", "true"),
        (
            {"domainEndpointOptions": {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"}},
            "Policy-Min-TLS-1-0-2019-07",
            "PFS",
        ),
    ],
)
def test_a_search_domain_needs_all_three(change, found, wanted):
    assert_fails(RULE, resource(SEARCH, **change), found=found, wanted=wanted)


def test_caches_and_brokers_need_theirs():
    assert_fails(RULE, resource(CACHE, transitEncryptionEnabled=None), found="nothing", wanted="true")
    assert_fails(RULE, resource(CACHE, transitEncryptionMode="preferred"), found="preferred", wanted="required")
    transit = {"encryptionInTransit": {"clientBroker": "TLS_PLAINTEXT", "inCluster": True}}
    assert_fails(RULE, resource(BROKER, encryptionInfo=transit), found="TLS_PLAINTEXT", wanted="TLS")
    assert_fails(RULE, resource(BROKER, encryptionInfo=None), found="nothing", wanted="TLS")


def test_file_transfer_speaks_no_ftp_and_a_recent_policy():
    server = {"protocols": ["SFTP"], "securityPolicyName": "TransferSecurityPolicy-2025-03"}
    transfer = "aws:transfer/server:Server"
    assert_passes(RULE, resource(transfer, **server))
    assert_fails(RULE, resource(transfer, **{**server, "protocols": ["SFTP", "FTP"]}), found="FTP", wanted="SFTP")
    old = "TransferSecurityPolicy-2020-06"
    assert_fails(RULE, resource(transfer, **{**server, "securityPolicyName": old}), found=old)


def test_volumes_of_tasks_are_mounted_with_tls():
    task = "aws:ecs/taskDefinition:TaskDefinition"
    mount = {"fileSystemId": "fs-1", "transitEncryption": "ENABLED"}
    assert_passes(RULE, resource(task, volumes=[{"efsVolumeConfiguration": mount}, {"hostPath": "/tmp"}]))
    plain = [{"efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]
    assert_fails(RULE, resource(task, volumes=plain), found="fs-1", wanted="ENABLED")


def test_what_is_reached_by_its_api_or_judged_with_its_group_is_left_alone():
    assert_passes(RULE, resource("aws:dms/endpoint:Endpoint", engineName="s3"))
    assert_fails(RULE, resource("aws:dms/endpoint:Endpoint", engineName="postgres"), found="nothing")
    assert_passes(RULE, resource("aws:elasticache/cluster:Cluster", replicationGroupId="sessions"))
    assert_fails(RULE, resource("aws:elasticache/cluster:Cluster"), found="nothing")


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(CACHE, transitEncryptionEnabled=Unknown()))
    assert_unknown(RULE, resource(SEARCH, domainEndpointOptions=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(CACHE, transitEncryptionEnabled=["true"]), found="true")
    assert_fails(RULE, resource(SEARCH, domainEndpointOptions="https"), found="https")
