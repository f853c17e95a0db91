from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, decided, failed, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._parameters import GROUPS, parameters
from policies.rules._paths import is_hidden, one_of

_ENGINES: Final = ("aurora", "postgres", "mysql", "mariadb")
_SCRAM: Final = "rds.accepted_password_auth_method"
_CLUSTER: Final = "aws:rds/cluster:Cluster"


@rule(
    title="A database is entered by identity, and through its own network",
    title_zh="数据库按身份登录且只经由自身网络访问",
    severity=Severity.LOW,
    types=tuple(GROUPS),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A password is copied, shared and kept; a token of IAM lasts minutes and names its role. The Data API answers "
    "outside the database's network.",
    fix="Set iam_database_authentication_enabled=True, leave enable_http_endpoint out, and let passwords in by SCRAM only.",
    good='aws.rds.Cluster("c", iam_database_authentication_enabled=True, ...)',
    bad='aws.rds.Cluster("c", enable_http_endpoint=True, ...)',
)
def database_entered_by_identity(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads databases of RDS and Aurora whose engine knows logins by IAM (PostgreSQL, MySQL, MariaDB): they must be on.
    The Data API of an Aurora cluster must be off: it is called at the address of AWS, past the database's security
    groups. A PostgreSQL parameter group of the program must let in passwords that are kept as SCRAM only
    (`rds.accepted_password_auth_method`; left out, MD5 is accepted too). Not applicable: classes 1 and 2.

    Sources: Security Hub controls RDS.10 and RDS.12 (K); Amazon RDS user guide, "Using SCRAM for PostgreSQL password
    encryption" (K)."""
    data_class = facts.effective_class(resource)
    engine = resource.get("engine")
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    if isinstance(engine, str) and not engine.startswith(_ENGINES):
        yield not_applicable(resource, f"{engine} knows no logins by IAM")
        return
    path = "iamDatabaseAuthenticationEnabled"
    yield decided(resource, path, resource.get(path), lambda v: one_of(v, True), "true")
    if resource.type == _CLUSTER:
        path = "enableHttpEndpoint"
        yield decided(resource, path, resource.get(path), lambda v: one_of(v, None, False), "false, or left out")
    group = facts.target(resource, *GROUPS[resource.type])
    if group is None or "postgres" not in str(engine):
        return
    stated = dict(parameters(group))
    value, where = stated.get(_SCRAM), f"{group.name} parameters[{_SCRAM}]"
    if is_hidden(value) or is_hidden(group.get("parameters")):
        yield undecided(resource, where, value, "scram")
    elif value != "scram":
        yield failed(resource, where, value, "scram")
