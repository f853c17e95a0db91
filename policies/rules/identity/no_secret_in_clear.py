import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.facts import Facts, document_of
from policies.graph import SECRET, Resource, Unknown, Value, references_in
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, one_of
from policies.rules.workloads._pods import PODS

PASSWORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:acm/certificate:Certificate": ("privateKey",),
    "aws:amplify/app:App": (
        "accessToken",
        "oauthToken",
        "basicAuthCredentials",
    ),
    "aws:apigateway/apiKey:ApiKey": ("value",),
    "aws:apigateway/domainName:DomainName": ("certificatePrivateKey",),
    "aws:cloudwatch/eventConnection:EventConnection": (
        "authParameters.apiKey.value",
        "authParameters.basic.password",
        "authParameters.oauth.clientParameters.clientSecret",
    ),
    "aws:codebuild/sourceCredential:SourceCredential": ("token",),
    "aws:cognito/identityProvider:IdentityProvider": ("providerDetails.client_secret",),
    "aws:cognito/user:User": (
        "password",
        "temporaryPassword",
    ),
    "aws:connect/user:User": ("password",),
    "aws:datasync/locationFsxWindows:LocationFsxWindows": ("password",),
    "aws:datasync/locationObjectStorage:LocationObjectStorage": ("secretKey",),
    "aws:datasync/locationSmb:LocationSmb": ("password",),
    "aws:directoryservice/directory:Directory": ("password",),
    "aws:directoryservice/radiusSettings:RadiusSettings": ("sharedSecret",),
    "aws:directoryservice/trust:Trust": ("trustPassword",),
    "aws:dms/endpoint:Endpoint": ("password",),
    "aws:docdb/cluster:Cluster": ("masterPassword",),
    "aws:docdb/elasticCluster:ElasticCluster": ("adminUserPassword",),
    "aws:ec2/vpnConnection:VpnConnection": (
        "tunnel1PresharedKey",
        "tunnel2PresharedKey",
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken",),
    "aws:elasticache/user:User": (
        "passwords[*]",
        "authenticationMode.passwords[*]",
    ),
    "aws:elasticsearch/domain:Domain": ("advancedSecurityOptions.masterUserOptions.masterUserPassword",),
    "aws:fsx/ontapFileSystem:OntapFileSystem": ("fsxAdminPassword",),
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": (
        "svmAdminPassword",
        "activeDirectoryConfiguration.selfManagedActiveDirectoryConfiguration.password",
    ),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": ("selfManagedActiveDirectory.password",),
    "aws:glue/connection:Connection": ("connectionProperties.PASSWORD",),
    "aws:iam/serverCertificate:ServerCertificate": ("privateKey",),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "redshiftConfiguration.password",
        "httpEndpointConfiguration.accessKey",
        "splunkConfiguration.hecToken",
    ),
    "aws:kms/customKeyStore:CustomKeyStore": ("keyStorePassword",),
    "aws:kms/externalKey:ExternalKey": ("keyMaterialBase64",),
    "aws:kms/replicaExternalKey:ReplicaExternalKey": ("keyMaterialBase64",),
    "aws:lb/listener:Listener": ("defaultActions[*].authenticateOidc.clientSecret",),
    "aws:lb/listenerRule:ListenerRule": ("actions[*].authenticateOidc.clientSecret",),
    "aws:lightsail/database:Database": ("masterPassword",),
    "aws:memorydb/user:User": ("authenticationMode.passwords[*]",),
    "aws:mq/broker:Broker": ("users[*].password",),
    "aws:odb/autonomousDatabase:AutonomousDatabase": ("adminPassword",),
    "aws:opensearch/domain:Domain": ("advancedSecurityOptions.masterUserOptions.masterUserPassword",),
    "aws:quicksight/dataSource:DataSource": ("credentials.credentialPair.password",),
    "aws:rds/cluster:Cluster": ("masterPassword",),
    "aws:rds/instance:Instance": ("password",),
    "aws:redshift/cluster:Cluster": ("masterPassword",),
    "aws:redshift/hsmConfiguration:HsmConfiguration": ("hsmPartitionPassword",),
    "aws:redshiftserverless/namespace:Namespace": ("adminUserPassword",),
    "aws:secretsmanager/secretVersion:SecretVersion": (
        "secretString",
        "secretBinary",
    ),
    "aws:sns/platformApplication:PlatformApplication": ("platformCredential",),
    "aws:storagegateway/fileSystemAssociation:FileSystemAssociation": ("password",),
    "aws:storagegateway/gateway:Gateway": (
        "smbGuestPassword",
        "smbActiveDirectorySettings.password",
    ),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": ("password",),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": ("password",),
    "aws:transfer/certificate:Certificate": ("privateKey",),
    "aws:transfer/hostKey:HostKey": ("hostKeyBody",),
    "aws:transfer/server:Server": ("hostKey",),
    "aws:workmail/user:User": ("password",),
}
"""Type -> inputs that hold a password, a token or a private key."""

_PLAIN_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:apprunner/service:Service": (
        "sourceConfiguration.imageRepository.imageConfiguration.runtimeEnvironmentVariables",
    ),
    "aws:glue/job:Job": ("defaultArguments",),
    "aws:lambda/function:Function": ("environment.variables",),
    "aws:sagemaker/model:Model": ("primaryContainer.environment", "containers[*].environment"),
    "kubernetes:core/v1:ConfigMap": ("data",),
}
"""Type -> maps of names to values that whoever may look at the resource can read."""

_BUILD = "aws:codebuild/project:Project"
_PARAMETER = "aws:ssm/parameter:Parameter"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_BATCH = "aws:batch/jobDefinition:JobDefinition"
_SECRET = "kubernetes:core/v1:Secret"  # noqa: S105  a type
_NAMES: Final = re.compile(
    r"(^|_|-|\.)(pass(word|wd|phrase)?|pwd|secret|secret_?key|token|api_?key|apikey|private_?key|credentials?|access_?key)$"
    r"|password|secretkey|accesskey|apitoken",
    re.IGNORECASE,
)
_NO_SECRET: Final = re.compile(r"arn:|https?://|/[\w/.-]+$|true$|false$|\d{1,5}$|\{\{resolve:", re.IGNORECASE)
_FILLED_LATER: Final = frozenset({"aws:secretsmanager/secretVersion:SecretVersion", _PARAMETER})
_WANTED: Final = (
    "a value that the program does not know: managed by the service, or from Secrets Manager or a secret setting"
)


@rule(
    title="No password or token stands in the program",
    title_zh="程序中不得出现明文口令或令牌",
    severity=Severity.HIGH,
    types=(*PASSWORDS, *_PLAIN_NAMES, *PODS, _BUILD, _PARAMETER, _TASK, _BATCH, _SECRET),
    why="Who reads the program, its state or the settings of a function then has the key to the records.",
    fix="Let the service manage the password, read it from Secrets Manager where it is used, or mark it secret.",
    good='aws.rds.Instance("records", manage_master_user_password=True, ...)',
    bad='aws.rds.Instance("records", password="Winter2026!", ...)',
)
def no_secret_in_clear(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads inputs that hold passwords, and settings of functions, containers, builds and pods whose name says password,
    secret, token or key: each must be a secret of the program, a value from elsewhere, or nothing. What is found is not
    shown. A setting that names where a secret is (an ARN, a path, a URL) is none. Settings of which not even the names
    are known are undecided. A word that the program spells out and marks secret (some inputs the SDK marks by itself)
    still stands in its files: where the program is run, it fails; a preview, a state or a plan cannot tell it from a
    secret setting. A word that the program makes up as it runs stands nowhere. The first value of a secret or parameter that is filled in later (`ignore_changes`) is a stand-in."""
    found: list[tuple[str, Value]] = []
    for pattern in PASSWORDS.get(resource.type, ()):
        found += [(path, value) for path, value in each(resource.inputs, pattern) if value is not None]
    if resource.type == _PARAMETER and one_of(resource.get("type"), "SecureString"):
        found.append(("value", resource.get("value")))
    for path, name, value in _settings(resource):
        if isinstance(name, str) and _NAMES.search(name) and not (isinstance(value, str) and _NO_SECRET.match(value)):
            found.append((path, value))
    if resource.type == _SECRET:
        for path, value in (("stringData", resource.get("stringData")), ("data", resource.get("data"))):
            found += [(f"{path}.{key}", item) for key, item in value.items()] if isinstance(value, Mapping) else []
    clear = [path for path, value in found if _is_clear(value) or _is_spelled_out(resource, path)]
    for path in clear:
        yield failed(resource, path, "a value in plain text", _WANTED)
    hidden = list(_hidden(resource))
    for path, value in hidden:
        yield undecided(resource, path, value, _WANTED)
    if not clear and not hidden:
        yield passed(resource, "", "nothing in plain text")


def _hidden(resource: Resource) -> Iterator[tuple[str, Value]]:
    """(path, value) of settings of which not even the names are known: a plan shows them only whole."""
    patterns = [*_PLAIN_NAMES.get(resource.type, ())]
    patterns += ["containerDefinitions"] if resource.type == _TASK else []
    patterns += ["containerProperties"] if resource.type == _BATCH else []
    for pattern in patterns:
        yield from ((path, value) for path, value in each(resource.inputs, pattern) if isinstance(value, Unknown))


def _is_clear(value: Value) -> bool:
    if value is SECRET or isinstance(value, Unknown) or value is None or value == "":
        return False
    return not (isinstance(value, str) and references_in(value))


def _is_spelled_out(resource: Resource, path: str) -> bool:
    """Whether the program spells out a secret. In text that is a JSON object, only what is called a secret is one."""
    if resource.type in _FILLED_LATER and path in resource.ignore_changes:
        return False
    return any(
        clear == path or (clear.startswith(f"{path}.") and _NAMES.search(clear.rpartition(".")[2]))
        for clear in resource.secrets_in_clear
    )


def _settings(resource: Resource) -> Iterator[tuple[str, Any, Value]]:
    """(path, name, value) of each setting that a process is started with."""
    for pattern in _PLAIN_NAMES.get(resource.type, ()):
        for path, value in each(resource.inputs, pattern):
            yield from ((f"{path}.{k}", k, v) for k, v in value.items()) if isinstance(value, Mapping) else ()
    if resource.type == _BUILD:
        for path, row in each(resource.inputs, "environment.environmentVariables[*]"):
            if isinstance(row, Mapping) and one_of(row.get("type"), None, "", "PLAINTEXT"):
                yield f"{path}.value", row.get("name"), row.get("value")
    if resource.type in PODS:
        for kind in ("initContainers", "containers"):
            yield from _named(resource.inputs, f"{PODS[resource.type]}.{kind}[*].env[*]", "")
    if resource.type == _TASK:
        yield from _of_text(resource, "containerDefinitions", "[*].environment[*]")
    if resource.type == _BATCH:
        yield from _of_text(resource, "containerProperties", "environment[*]")


def _of_text(resource: Resource, name: str, pattern: str) -> Iterator[tuple[str, Any, Value]]:
    text = resource.get(name)
    data = text if isinstance(text, list) else document_of(text)
    if data is not None:
        yield from _named(data, pattern, name)


def _named(data: Value, pattern: str, at: str) -> Iterator[tuple[str, Any, Value]]:
    for path, row in each(data, pattern, at):
        if isinstance(row, Mapping):
            yield f"{path}.value", row.get("name"), row.get("value")
