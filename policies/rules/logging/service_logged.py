from collections.abc import Callable, Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.flows.places import inputs_at
from policies.graph import Resource, Value, as_list
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

Check = tuple[str, Callable[[Value], bool], str]


def _some(value: Value) -> bool:
    return value not in (None, "", [], {}, False)


def _is(*values: Value) -> Callable[[Value], bool]:
    return lambda value: one_of(value, *values)


def _publishes_audit(value: Value) -> bool:
    return any(
        isinstance(row, Mapping) and row.get("logType") == "AUDIT_LOGS" and one_of(row.get("enabled"), None, True)
        for row in as_list(value)
    )


def _names_a_driver(value: Value) -> bool:
    return isinstance(value, Mapping) and not one_of(value.get("logDriver"), None, "", "none")


_SEARCH: Final[tuple[Check, ...]] = (("logPublishingOptions", _publishes_audit, "AUDIT_LOGS to a log group"),)

_MACHINE: Final = "aws:sfn/stateMachine:StateMachine"

LOGS: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws:apigateway/stage:Stage": (("accessLogSettings.destinationArn", _some, "a log group or stream"),),
    "aws:apigatewayv2/stage:Stage": (("accessLogSettings.destinationArn", _some, "a log group"),),
    "aws:appsync/graphQLApi:GraphQLApi": (("logConfig.cloudwatchLogsRoleArn", _some, "a role that writes the log"),),
    "aws:bedrock/agentcoreBrowser:AgentcoreBrowser": (("recording.enabled", _is(True), "true"),),
    "aws:datasync/task:Task": (("cloudwatchLogGroupArn", _some, "a log group"),),
    "aws:dms/replicationTask:ReplicationTask": (("replicationTaskSettings>Logging.EnableLogging", _is(True), "true"),),
    "aws:ec2clientvpn/endpoint:Endpoint": (("connectionLogOptions.enabled", _is(True), "true"),),
    "aws:ecs/taskDefinition:TaskDefinition": (
        ("containerDefinitions>[*].logConfiguration", _names_a_driver, "a logDriver, for each container"),
    ),
    "aws:elasticsearch/domain:Domain": _SEARCH,
    "aws:emr/cluster:Cluster": (("logUri", _some, "a bucket"),),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": (
        (
            "auditLogConfiguration.fileAccessAuditLogLevel",
            _is("SUCCESS_AND_FAILURE"),
            "SUCCESS_AND_FAILURE",
        ),
    ),
    "aws:mq/broker:Broker": (("logs.general", _is(True), "true"),),
    "aws:msk/cluster:Cluster": (
        (
            "loggingInfo.brokerLogs",
            lambda v: (
                isinstance(v, Mapping)
                and any(isinstance(b, Mapping) and one_of(b.get("enabled"), True) for b in v.values())
            ),
            "cloudwatchLogs, firehose or s3, enabled",
        ),
    ),
    "aws:mwaa/environment:Environment": (("loggingConfiguration.taskLogs.enabled", _is(True), "true"),),
    "aws:opensearch/domain:Domain": _SEARCH,
    "aws:opensearchingest/pipeline:Pipeline": (("logPublishingOptions.isLoggingEnabled", _is(True), "true"),),
    _MACHINE: (
        ("loggingConfiguration.includeExecutionData", _is(None, False), "false: a log is no place for a record"),
    ),
    "aws:redshiftserverless/namespace:Namespace": (
        (
            "logExports",
            lambda v: {"connectionlog", "userlog"} <= {str(k) for k in as_list(v)},
            "connectionlog and userlog",
        ),
    ),
    "aws:storagegateway/smbFileShare:SmbFileShare": (("auditDestinationArn", _some, "a log group"),),
    "aws:transfer/server:Server": (("structuredLogDestinations", _some, "a log group (or a loggingRole)"),),
}
"""Type -> (input, test, what is wanted)."""

_BESIDE: Final[Mapping[str, tuple[str, str]]] = {
    "aws:redshift/cluster:Cluster": ("aws:redshift/logging:Logging", "clusterIdentifier"),
}
"""Type -> the resource beside it that carries its log, and the input which names it."""

_CDN: Final = "aws:cloudfront/distribution:Distribution"


@rule(
    title="Services through which records pass write down who asked for what",
    title_zh="传输或处理病历的服务均启用审计日志",
    severity=Severity.MEDIUM,
    types=(*LOGS, *_BESIDE, _CDN),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Who read which record must be answerable at every door, not only at the database.",
    fix="Give the service the log that the finding names.",
    good='aws.apigateway.Stage("live", access_log_settings={"destination_arn": group.arn, "format": ...}, ...)',
    bad='aws.apigateway.Stage("live", ...)',
)
def service_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the logs of interfaces (API Gateway, AppSync, CloudFront), search (audit logs), containers, brokers, file servers, transfers,
    migrations, pipelines, warehouses and people's VPN. A state machine that states class 3 and up may log, but not what it carries. Databases, buckets,
    clusters, balancers, firewalls and the trail have rules of their own. Not applicable: a trial; what states class 1 or 2."""
    stated = facts.data_class(resource)
    if facts.context.lifecycle == "trial" or (stated is not None and stated < 3):
        yield not_applicable(resource, "a trial" if stated is None or stated > 2 else f"class {stated}: below 3")
    elif resource.type == _MACHINE and stated is None:
        yield not_applicable(resource, "states no class, and mostly carries orders")
    elif resource.type in _BESIDE:
        yield _beside(resource, facts)
    elif resource.type == _CDN:
        yield _distribution(resource, facts)
    else:
        for pattern, good, wanted in LOGS[resource.type]:
            for path, value in inputs_at(resource, pattern):
                yield _judged(resource, path, value, good, wanted)


def _judged(resource: Resource, path: str, value: Value, good: Callable[[Value], bool], wanted: str) -> Outcome:
    if resource.type == "aws:transfer/server:Server" and _some(resource.get("loggingRole")):
        return passed(resource, "loggingRole", resource.get("loggingRole"))
    if is_hidden(value):
        return passed(resource, path, value) if good is _some else undecided(resource, path, value, wanted)
    if good(value):
        return passed(resource, path, "not set" if value is None else value)
    return failed(resource, path, value, wanted)


def _beside(resource: Resource, facts: Facts) -> Outcome:
    token, path = _BESIDE[resource.type]
    found = facts.satellites(resource, token, path=path)
    if found:
        return passed(resource, "", f"logged by {found[0].name}")
    if _some(resource.get("logging")):
        return passed(resource, "logging", "inside")
    return failed(resource, "", "no log", f"an {token.rpartition(':')[2]} for it")


def _distribution(resource: Resource, facts: Facts) -> Outcome:
    """The log of old inside it, or a delivery of the newer kind that names it."""
    if _some(resource.get("loggingConfig")) or resource.get("defaultCacheBehavior.realtimeLogConfigArn"):
        return passed(resource, "loggingConfig", "stated")
    source = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
    found = facts.satellites(resource, source, path="resourceArn")
    if found:
        return passed(resource, "", f"delivered by {found[0].name}")
    return failed(resource, "loggingConfig", None, "a bucket for its access log, or a log delivery")
