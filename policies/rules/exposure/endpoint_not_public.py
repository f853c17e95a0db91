from collections.abc import Callable, Iterator, Mapping
from typing import Final

from policies.facts import Facts, store_types
from policies.graph import Resource, Value
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of

Check = tuple[str, Callable[[Value], bool], str]


def _one_of(*values: Value) -> Callable[[Value], bool]:
    return lambda value: one_of(value, *values)


def _some(value: Value) -> bool:
    return value not in (None, "", [], {})


_OFF: Check = ("publiclyAccessible", _one_of(None, False), "false")
_IN_A_NETWORK: tuple[Check, ...] = (("vpcOptions.subnetIds", _some, "subnets of a private network"),)

ENDPOINTS: Final[Mapping[str, tuple[Check, ...]]] = {
    **{t: ((row.public, _one_of(None, False), "false"),) for t, row in store_types().items() if row.public},
    "aws:apprunner/service:Service": (
        ("networkConfiguration.ingressConfiguration.isPubliclyAccessible", _one_of(False), "false"),
    ),
    "aws:appstream/fleet:Fleet": (("enableDefaultInternetAccess", _one_of(None, False), "false"),),
    "aws:appstream/imageBuilder:ImageBuilder": (("enableDefaultInternetAccess", _one_of(None, False), "false"),),
    "aws:cloud9/environmentEC2:EnvironmentEC2": (("connectionType", _one_of("CONNECT_SSM"), "CONNECT_SSM"),),
    "aws:dms/instanceProfile:InstanceProfile": (_OFF,),
    "aws:dms/replicationInstance:ReplicationInstance": (("publiclyAccessible", _one_of(False), "false"),),
    "aws:drs/replicationConfigurationTemplate:ReplicationConfigurationTemplate": (
        ("createPublicIp", _one_of(False), "false"),
    ),
    "aws:eks/cluster:Cluster": (
        ("vpcConfig.endpointPublicAccess", _one_of(False), "false"),
        ("vpcConfig.endpointPrivateAccess", _one_of(True), "true"),
    ),
    "aws:elasticsearch/domain:Domain": _IN_A_NETWORK,
    "aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration": (
        ("blockPublicSecurityGroupRules", _one_of(True), "true"),
    ),
    "aws:lightsail/database:Database": (_OFF,),
    "aws:m2/environment:Environment": (_OFF,),
    "aws:msk/cluster:Cluster": (
        ("brokerNodeGroupInfo.connectivityInfo.publicAccess.type", _one_of(None, "DISABLED"), "DISABLED"),
    ),
    "aws:mwaa/environment:Environment": (
        ("webserverAccessMode", _one_of(None, "", "PRIVATE_ONLY"), "PRIVATE_ONLY, the default"),
    ),
    "aws:neptunegraph/graph:Graph": (("publicConnectivity", _one_of(None, False), "false"),),
    "aws:opensearch/domain:Domain": _IN_A_NETWORK,
    "aws:redshiftserverless/workgroup:Workgroup": (_OFF,),
    "aws:sagemaker/domain:Domain": (("appNetworkAccessType", _one_of("VpcOnly"), "VpcOnly"),),
    "aws:sagemaker/notebookInstance:NotebookInstance": (("directInternetAccess", _one_of("Disabled"), "Disabled"),),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": (_OFF,),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": (_OFF,),
    "aws:transfer/server:Server": (
        ("endpointType", _one_of("VPC", "VPC_ENDPOINT"), "VPC"),
        ("endpointDetails.addressAllocationIds", lambda value: not _some(value), "no public addresses"),
    ),
    "aws:workspaces/directory:Directory": (
        ("workspaceCreationProperties.enableInternetAccess", _one_of(None, False), "false"),
    ),
}
"""Type -> (input, test, what is wanted)."""


@rule(
    title="Databases, brokers, clusters and notebooks are not on the internet",
    title_zh="数据库、消息代理、集群与笔记本均不暴露于互联网",
    severity=Severity.CRITICAL,
    types=tuple(ENDPOINTS),
    why="A password is all that then stands between the records and everyone.",
    fix="Keep the endpoint in private subnets; people come through the hospital's network.",
    good='aws.eks.Cluster("platform", vpc_config={"endpoint_public_access": False, "endpoint_private_access": True})',
    bad='aws.eks.Cluster("platform", vpc_config={"subnet_ids": [...]})  # the API server is public unless told',
)
def endpoint_not_public(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the switches that give a managed service a public endpoint. Where the service is public unless told
    otherwise (EKS, OpenSearch without a network, SageMaker, Transfer Family, DMS, App Runner), absent fails. Where
    private is the default and only an explicit value opens it (publiclyAccessible of RDS, Redshift, MQ; MSK, MWAA),
    absent is the closed state and passes."""
    for pattern, good, wanted in ENDPOINTS[resource.type]:
        for path, value in each(resource.inputs, pattern):
            if is_hidden(value):
                if good is _some:
                    yield passed(resource, path, value)
                else:
                    yield undecided(resource, path, value, wanted)
            elif good(value):
                yield passed(resource, path, "not set, so private" if value is None else value)
            else:
                yield failed(resource, path, value, wanted)
