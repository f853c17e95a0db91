import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import decided, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import each, one_of


@dataclass(frozen=True, slots=True)
class Setting:
    """An input, the test its value must pass, and that in words."""

    path: str
    good: Callable[[Value], bool]
    wanted: str


def _is(*values: Value) -> Callable[[Value], bool]:
    return lambda value: one_of(value, *values)


def _like(pattern: str) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


_SEARCH = (
    Setting("domainEndpointOptions.enforceHttps", _is(True), "true"),
    Setting(
        "domainEndpointOptions.tlsSecurityPolicy",
        _is("Policy-Min-TLS-1-2-PFS-2023-10", "Policy-Min-TLS-1-2-RFC9151-2024-08"),
        "Policy-Min-TLS-1-2-PFS-2023-10, which also speaks TLS 1.3",
    ),
    Setting("nodeToNodeEncryption.enabled", _is(True), "true"),
)

SETTINGS: Final[Mapping[str, tuple[Setting, ...]]] = {
    "aws:opensearch/domain:Domain": _SEARCH,
    "aws:elasticsearch/domain:Domain": _SEARCH,
    "aws:cloudsearch/domain:Domain": (Setting("endpointOptions.enforceHttps", _is(True), "true"),),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        Setting("transitEncryptionEnabled", _is(True), "true"),
        Setting("transitEncryptionMode", _is(None, "", "required"), "required (the mode of new groups)"),
    ),
    "aws:elasticache/cluster:Cluster": (Setting("transitEncryptionEnabled", _is(True), "true"),),
    "aws:memorydb/cluster:Cluster": (Setting("tlsEnabled", _is(True), "true"),),
    "aws:dax/cluster:Cluster": (Setting("clusterEndpointEncryptionType", _is("TLS"), "TLS"),),
    "aws:appsync/apiCache:ApiCache": (Setting("transitEncryptionEnabled", _is(True), "true"),),
    "aws:msk/cluster:Cluster": (
        Setting("encryptionInfo.encryptionInTransit.clientBroker", _is("TLS"), "TLS"),
        Setting("encryptionInfo.encryptionInTransit.inCluster", _is(True), "true"),
    ),
    "aws:rds/proxy:Proxy": (Setting("requireTls", _is(True), "true"),),
    "aws:dms/endpoint:Endpoint": (
        Setting("sslMode", _is("require", "verify-ca", "verify-full"), "require, verify-ca or verify-full"),
    ),
    "aws:datasync/efsLocation:EfsLocation": (Setting("inTransitEncryption", _is("TLS1_2"), "TLS1_2"),),
    "aws:datasync/locationObjectStorage:LocationObjectStorage": (Setting("serverProtocol", _is("HTTPS"), "HTTPS"),),
    "aws:transfer/server:Server": (
        Setting(
            "securityPolicyName",
            _like(r"TransferSecurityPolicy-([A-Za-z]+-)?20(2[4-9]|[3-9]\d)-\d{2}"),
            "a policy of 2024 or later, such as TransferSecurityPolicy-2025-03 (with ML-KEM)",
        ),
        Setting("protocols[*]", _is("SFTP", "FTPS", "AS2"), "SFTP, FTPS or AS2"),
    ),
    "aws:apigateway/domainName:DomainName": (
        Setting("securityPolicy", _like(r"SecurityPolicy_TLS13_1_3_\w+"), "SecurityPolicy_TLS13_1_3_2025_09"),
    ),
    "aws:apigatewayv2/domainName:DomainName": (
        Setting(
            "domainNameConfiguration.securityPolicy", _is("TLS_1_2"), "TLS_1_2, the highest this kind of API offers"
        ),
    ),
    "aws:apigateway/integration:Integration": (
        Setting("tlsConfig.insecureSkipVerification", _is(None, False), "false"),
    ),
    "aws:codebuild/project:Project": (
        Setting("source.insecureSsl", _is(None, False), "false"),
        Setting("secondarySources[*].insecureSsl", _is(None, False), "false"),
    ),
    "aws:ecs/taskDefinition:TaskDefinition": (
        Setting("volumes[*].efsVolumeConfiguration", lambda v: _encrypted_mount(v), "transitEncryption: ENABLED"),
    ),
    "aws:ses/configurationSet:ConfigurationSet": (
        Setting("deliveryOptions.tlsPolicy", _is("Require", "REQUIRE"), "Require"),
    ),
    "aws:sesv2/configurationSet:ConfigurationSet": (Setting("deliveryOptions.tlsPolicy", _is("REQUIRE"), "REQUIRE"),),
    "aws:vpclattice/listener:Listener": (
        Setting("protocol", _is("HTTPS", "TLS_PASSTHROUGH"), "HTTPS or TLS_PASSTHROUGH"),
    ),
    "aws:chime/voiceConnector:VoiceConnector": (Setting("requireEncryption", _is(True), "true"),),
    "aws:datasync/locationHdfs:LocationHdfs": (
        Setting("qopConfiguration.dataTransferProtection", _is("PRIVACY"), "PRIVACY"),
        Setting("qopConfiguration.rpcProtection", _is("PRIVACY"), "PRIVACY"),
    ),
    "aws:iot/domainConfiguration:DomainConfiguration": (
        Setting(
            "tlsConfig.securityPolicy", _like(r"IotSecurityPolicy_TLS13_1_3_\w+"), "IotSecurityPolicy_TLS13_1_3_2022_10"
        ),
    ),
    "aws:mskconnect/connector:Connector": (
        Setting("kafkaClusterEncryptionInTransit.encryptionType", _is("TLS"), "TLS"),
    ),
    "aws:quicksight/dataSource:DataSource": (Setting("sslProperties.disableSsl", _is(None, False), "false"),),
    "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": (
        Setting("networkConfig.enableInterContainerTrafficEncryption", _is(True), "true"),
    ),
    "aws:sagemaker/trainingJob:TrainingJob": (Setting("enableInterContainerTrafficEncryption", _is(True), "true"),),
    "aws:transfer/connector:Connector": (
        Setting(
            "as2Config[*].encryptionAlgorithm",
            lambda v: one_of(v, "AES128_CBC", "AES192_CBC", "AES256_CBC"),
            "AES256_CBC",
        ),
    ),
    "aws:appmesh/virtualGateway:VirtualGateway": (Setting("spec.listeners[*].tls.mode", _is("STRICT"), "STRICT"),),
}
"""Type -> what its own settings must say."""

_API_ENGINES = (
    "s3",
    "dynamodb",
    "kinesis",
    "opensearch",
    "elasticsearch",
    "neptune",
    "timestream",
    "redshift-serverless",
)


@rule(
    title="Services with a switch for TLS have it on",
    title_zh="提供传输加密开关的服务均已开启",
    severity=Severity.HIGH,
    types=tuple(SETTINGS),
    why="Caches, search, brokers, proxies and transfers carry the same records as the database they stand beside.",
    fix="Write the setting that the finding names.",
    good='aws.elasticache.ReplicationGroup("sessions", transit_encryption_enabled=True, ...)',
    bad='aws.elasticache.ReplicationGroup("sessions", ...)',
)
def service_requires_tls(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the settings that turn on TLS: OpenSearch (HTTPS enforced, forward secrecy, node to node), ElastiCache,
    MemoryDB, DAX, MSK (clients and brokers), RDS Proxy, DMS, DataSync, Transfer Family (no FTP, key exchange of 2024 or
    later; AS2 messages), API Gateway's own domains, SES, EFS volumes of ECS tasks, VPC Lattice, MSK Connect, HDFS
    transfers, voice connectors, IoT domains, training jobs over several machines, QuickSight. A setting that is left out fails even
    where the service's default is good today, for it should be seen and stay. Exceptions: `transitEncryptionMode`,
    which new groups have as `required`; checks of certificates, which are on unless turned off; DMS endpoints of
    services that are reached by their API, which is TLS; a node of an ElastiCache group, judged with the group."""
    if resource.type == "aws:dms/endpoint:Endpoint" and one_of(resource.get("engineName"), *_API_ENGINES):
        yield not_applicable(resource, "reached by the service's API, over TLS")
        return
    if resource.type == "aws:elasticache/cluster:Cluster" and resource.get("replicationGroupId"):
        yield not_applicable(resource, "a node of a group, judged there")
        return
    for setting in SETTINGS[resource.type]:
        for path, value in each(resource.inputs, setting.path):
            yield decided(resource, path, value, setting.good, setting.wanted)


def _encrypted_mount(value: Value) -> bool:
    return value is None or (isinstance(value, Mapping) and value.get("transitEncryption") == "ENABLED")
