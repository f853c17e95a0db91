from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden
from policies.rules.encryption_at_rest._keys import customer_key


@rule(
    title="Kubernetes secrets are encrypted with a customer key",
    title_zh="Kubernetes 机密使用客户自管密钥加密",
    severity=Severity.HIGH,
    types=("aws:eks/cluster:Cluster",),
    scope=Scope.GRAPH,
    why="A cluster's secrets are the passwords of everything that runs on it, databases of records included.",
    fix="Set encryption_config with resources=['secrets'] and a customer key.",
    good='encryption_config={"resources": ["secrets"], "provider": {"key_arn": key.arn}}',
    bad='aws.eks.Cluster("platform", ...)  # without encryption_config',
)
def kubernetes_secrets_encrypted(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `encryptionConfig`: it must concern secrets and name a customer key of the cluster's region. EKS by itself
    encrypts the store of its control plane with a key of the provider, which is not the customer's."""
    wanted = 'resources: ["secrets"] and a customer key'
    for path, value in each(resource.inputs, "encryptionConfig.resources"):
        if is_hidden(value):
            yield undecided(resource, path, value, wanted)
        elif not isinstance(value, list) or "secrets" not in value:
            yield failed(resource, path, value, wanted)
    for path, _ in each(resource.inputs, "encryptionConfig.provider.keyArn"):
        yield from customer_key(resource, resource, path, facts, region=resource.region)
