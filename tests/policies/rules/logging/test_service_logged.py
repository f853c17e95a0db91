import json
from typing import Any

import pytest

from policies.graph import Unknown
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, ref, resource

RULE = "service-logged"
GROUP = ref("aws:cloudwatch/logGroup:LogGroup", "logGroup")
SEARCH = "aws:opensearch/domain:Domain"
GOOD: dict[str, dict[str, Any]] = {
    "aws:apigateway/stage:Stage": {"accessLogSettings": {"destinationArn": GROUP}},
    "aws:apigatewayv2/stage:Stage": {"accessLogSettings": {"destinationArn": GROUP}},
    "aws:appsync/graphQLApi:GraphQLApi": {
        "logConfig": {"cloudwatchLogsRoleArn": "arn:aws-cn:iam::111122223333:role/log"}
    },
    "aws:datasync/task:Task": {"cloudwatchLogGroupArn": GROUP},
    "aws:dms/replicationTask:ReplicationTask": {
        "replicationTaskSettings": json.dumps({"Logging": {"EnableLogging": True}})
    },
    "aws:redshiftserverless/namespace:Namespace": {"logExports": ["connectionlog", "userlog"]},
    "aws:ec2clientvpn/endpoint:Endpoint": {"connectionLogOptions": {"enabled": True}},
    "aws:emr/cluster:Cluster": {"logUri": "s3://logs/emr/"},
    "aws:fsx/windowsFileSystem:WindowsFileSystem": {
        "auditLogConfiguration": {"fileAccessAuditLogLevel": "SUCCESS_AND_FAILURE"}
    },
    "aws:mq/broker:Broker": {"logs": {"general": True}},
    "aws:msk/cluster:Cluster": {"loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True}}}},
    SEARCH: {"logPublishingOptions": [{"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": GROUP}]},
    "aws:storagegateway/smbFileShare:SmbFileShare": {"auditDestinationArn": GROUP},
    "aws:transfer/server:Server": {"structuredLogDestinations": [GROUP]},
    "aws:cloudfront/distribution:Distribution": {"loggingConfig": {"bucket": "logs.s3.amazonaws.com"}},
}


@pytest.mark.parametrize("token", GOOD)
def test_with_its_log_it_passes_and_without_it_fails(token: str):
    assert_passes(RULE, resource(token, **GOOD[token]))
    assert_fails(RULE, resource(token, **dict.fromkeys(GOOD[token])), found="nothing")


TASK = "aws:ecs/taskDefinition:TaskDefinition"


def test_each_container_of_a_task_has_a_log():
    def task(*logs: Any):
        return resource(TASK, containerDefinitions=json.dumps([{"name": "a", "logConfiguration": log} for log in logs]))

    kept = {"logDriver": "awslogs", "options": {"awslogs-group": "orders"}}
    assert_passes(RULE, task(kept, kept))
    assert_fails(RULE, task(kept, None), found="nothing", wanted="logDriver")
    assert_fails(RULE, task({"logDriver": "none"}), found="none", wanted="logDriver")
    assert_unknown(RULE, resource(TASK, containerDefinitions=Unknown()))


def test_a_log_of_another_kind_is_not_enough():
    slow = [{"logType": "SEARCH_SLOW_LOGS", "cloudwatchLogGroupArn": GROUP}]
    assert_fails(RULE, resource(SEARCH, logPublishingOptions=slow), found="SEARCH_SLOW_LOGS", wanted="AUDIT_LOGS")
    off = {"brokerLogs": {"cloudwatchLogs": {"enabled": False}}}
    assert_fails(RULE, resource("aws:msk/cluster:Cluster", loggingInfo=off), found="enabled: false")


def test_logs_that_stand_beside_it():
    cluster = "aws:redshift/cluster:Cluster"
    log = resource("aws:redshift/logging:Logging", clusterIdentifier=ref(cluster, "cluster", "id"))
    assert_passes(RULE, resource(cluster), log)
    assert_fails(RULE, resource(cluster), found="no log", wanted="Logging")


def test_a_state_machine_does_not_log_what_it_carries():
    machine = "aws:sfn/stateMachine:StateMachine"
    whole = {"includeExecutionData": True}
    assert_passes(RULE, resource(machine, loggingConfiguration={"level": "ALL"}, tags=TAGS))
    assert_fails(RULE, resource(machine, loggingConfiguration=whole, tags=TAGS), found="true")
    assert_passes(RULE, resource(machine, loggingConfiguration=whole))


def test_a_trial_and_a_low_class_are_not_asked():
    stage = "aws:apigateway/stage:Stage"
    assert_passes(RULE, resource(stage), lifecycle="trial")
    assert_passes(RULE, resource(stage, tags={**TAGS, "hospital-cloud:data-class": "2"}))


def test_what_is_not_known():
    assert_unknown(RULE, resource("aws:mq/broker:Broker", logs={"general": Unknown()}))
    assert_passes(RULE, resource("aws:datasync/task:Task", cloudwatchLogGroupArn=Unknown()))


def test_odd_shapes_fail():
    for odd in ("x", 7, [], {"a": 1}):
        assert_fails(RULE, resource("aws:mq/broker:Broker", logs=odd), found="")
        assert_fails(RULE, resource(SEARCH, logPublishingOptions=odd), found="")
