from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_at_rest._keys import customer_key

_PATHS: Final = {
    "aws:rds/cluster:Cluster": "masterUserSecretKmsKeyId",
    "aws:rds/instance:Instance": "masterUserSecretKmsKeyId",
    "aws:redshift/cluster:Cluster": "masterPasswordSecretKmsKeyId",
    "aws:redshiftserverless/namespace:Namespace": "adminPasswordSecretKmsKeyId",
}
"""Type -> the input that names the key of the password which the service manages."""


@rule(
    title="A managed database password is under the hospital's key where one is named",
    title_zh="托管的数据库口令使用医院自己的密钥",
    severity=Severity.MEDIUM,
    types=tuple(_PATHS),
    scope=Scope.GRAPH,
    why="Whoever opens the password opens the database, whatever key the data are under.",
    fix="Name the database's own customer key for the managed password.",
    good='aws.rds.Instance("db", manage_master_user_password=True, master_user_secret_kms_key_id=key.arn)',
    bad='aws.rds.Instance("db", manage_master_user_password=True, master_user_secret_kms_key_id="alias/aws/rds")',
)
def managed_password_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the key of the password that RDS or Redshift keeps in Secrets Manager (RDS user guide, "Password management
    with Secrets Manager"). A key that is written must be a customer's, enabled, in the database's own region. Left out,
    the secret is under the service's own key: the service makes it and shares it with nobody, so that is not failed."""
    path = _PATHS[resource.type]
    if resource.get(path) in (None, ""):
        yield not_applicable(resource, "names no key for a managed password")
    else:
        yield from customer_key(resource, resource, path, facts, region=resource.region)
