import re
from collections.abc import Iterator
from dataclasses import dataclass

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._parameters import parameters
from policies.rules._paths import each, is_hidden, one_of

_GROUPS = {
    "aws:rds/cluster:Cluster": ("dbClusterParameterGroupName", "aws:rds/clusterParameterGroup:ClusterParameterGroup"),
    "aws:rds/instance:Instance": ("parameterGroupName", "aws:rds/parameterGroup:ParameterGroup"),
    "aws:docdb/cluster:Cluster": (
        "dbClusterParameterGroupName",
        "aws:docdb/clusterParameterGroup:ClusterParameterGroup",
    ),
    "aws:redshift/cluster:Cluster": ("clusterParameterGroupName", "aws:redshift/parameterGroup:ParameterGroup"),
}
_WORKGROUP = "aws:redshiftserverless/workgroup:Workgroup"
_OPTIONS = "aws:rds/optionGroup:OptionGroup"


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    values: tuple[str, ...]

    @property
    def wanted(self) -> str:
        return f"{self.name} = {' or '.join(self.values)}"


_FORCE_SSL = _Parameter("rds.force_ssl", ("1",))
_SECURE_TRANSPORT = _Parameter("require_secure_transport", ("1", "on"))
_VERSIONS = {"ssl_min_protocol_version": ("tlsv1", "tlsv1.1"), "tls_version": ("tlsv1", "tlsv1.1")}
"""Parameters that say which versions of TLS a database speaks (PostgreSQL, MySQL) -> those that nobody should speak."""
_BY_ENGINE = (
    ("aurora-postgresql", _FORCE_SSL),
    ("postgres", _FORCE_SSL),
    ("sqlserver", _FORCE_SSL),
    ("custom-sqlserver", _FORCE_SSL),
    ("aurora", _SECURE_TRANSPORT),
    ("mysql", _SECURE_TRANSPORT),
    ("mariadb", _SECURE_TRANSPORT),
    ("docdb", _Parameter("tls", ("enabled", "tls1.2+", "tls1.3+", "fips-140-3"))),
    ("redshift", _Parameter("require_ssl", ("true",))),
)


_POSTGRES_ON_BY_DEFAULT = 15
"""From this version on RDS for PostgreSQL sets rds.force_ssl to 1 where nobody sets it; Aurora has versions of its own."""
_MAJOR = re.compile(r"(?:postgres)?(\d{1,4})(?:\.[\d.]*)?")


@rule(
    title="Databases accept TLS connections only",
    title_zh="数据库只接受加密连接",
    severity=Severity.HIGH,
    types=(*_GROUPS, _WORKGROUP),
    scope=Scope.GRAPH,
    why="A database that also answers plain connections is one careless driver away from records on the wire.",
    fix="Give it a parameter group with the engine's parameter set: rds.force_ssl=1, require_secure_transport=ON.",
    good='aws.rds.ClusterParameterGroup("db", parameters=[{"name": "rds.force_ssl", "value": "1"}], ...)',
    bad='aws.rds.Cluster("db", engine="aurora-postgresql", ...)  # with the default parameter group',
)
def database_requires_tls(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the parameter that makes TLS a duty, in the parameter group that the database names: rds.force_ssl
    (PostgreSQL, SQL Server), require_secure_transport (MySQL, MariaDB), tls (DocumentDB), require_ssl (Redshift). The
    defaults change with the engine and its version, so it must be written in a group of the program: absent fails, but
    for RDS PostgreSQL of a stated version 15 and later, where 1 is the default (RDS user guide, "Using SSL with a
    PostgreSQL DB instance"). A group that lets in TLS 1.0 or 1.1 (ssl_min_protocol_version, tls_version) fails too. Oracle encrypts through its option group (SSL or NATIVE_NETWORK_ENCRYPTION). Neptune speaks TLS only."""
    if resource.type == _WORKGROUP:
        yield from _judged(
            resource, resource, "configParameters", "parameterKey", "parameterValue", _engine("redshift")
        )
        return
    path, group_type = _GROUPS[resource.type]
    engine = _engine_of(resource, facts)
    if is_hidden(engine):
        yield undecided(resource, "engine", engine, "an engine that is known")
        return
    if isinstance(engine, str) and "oracle" in engine:
        yield from _oracle(resource, facts)
        return
    if isinstance(engine, str) and engine.startswith("neptune"):
        yield not_applicable(resource, "Neptune speaks TLS only")
        return
    parameter = _engine(engine)
    group = facts.target(resource, path, group_type)
    value = resource.get(path)
    if parameter is None:
        yield undecided(resource, "engine", engine, "an engine whose parameter for TLS is known")
    elif group is not None:
        by_default = _is_on_by_default(engine, group.get("family"))
        yield from _judged(resource, group, "parameters", "name", "value", parameter, by_default)
        yield from _old_versions(resource, group)
    elif is_hidden(value) or (isinstance(value, str) and value and not value.startswith("default")):
        yield undecided(resource, path, value, f"a parameter group of this program with {parameter.wanted}")
    elif _is_on_by_default(engine, _stated(resource, "engineVersion", facts)):
        yield passed(resource, path, f"{parameter.wanted} by default")
    else:
        yield failed(resource, path, value, f"a parameter group with {parameter.wanted}")


def _is_on_by_default(engine: Value, version: Value) -> bool:
    """Of a version (`16.4`), or of the family of a group (`postgres16`)."""
    major = _MAJOR.fullmatch(version) if isinstance(version, str) else None
    return engine == "postgres" and major is not None and int(major[1]) >= _POSTGRES_ON_BY_DEFAULT


def _engine(engine: Value) -> _Parameter | None:
    found = [p for prefix, p in _BY_ENGINE if isinstance(engine, str) and engine.startswith(prefix)]
    return found[0] if found else None


def _engine_of(resource: Resource, facts: Facts) -> Value:
    """What the database states; a replica of an instance has its source's engine."""
    for kind in ("docdb", "redshift"):
        if resource.type.startswith(f"aws:{kind}/"):
            return kind
    return _stated(resource, "engine", facts)


def _stated(resource: Resource, name: str, facts: Facts) -> Value:
    value = resource.get(name)
    source = facts.target(resource, "replicateSourceDb", "aws:rds/instance:Instance")
    return source.get(name) if value in (None, "") and source is not None else value


def _judged(
    resource: Resource,
    group: Resource,
    rows: str,
    key: str,
    value: str,
    parameter: _Parameter | None,
    by_default: bool = False,
) -> Iterator[Outcome]:
    if parameter is None:
        return
    where = f"{rows}[{parameter.name}]" if group is resource else f"{group.name} {rows}[{parameter.name}]"
    for _, row in each(group.inputs, f"{rows}[*]"):
        name = row.get(key) if isinstance(row, dict) else row
        if is_hidden(name):
            yield undecided(resource, where, name, parameter.wanted)
            return
        if name == parameter.name and isinstance(row, dict):
            found = row.get(value)
            text = str(found).lower().removesuffix(".0") if isinstance(found, (int, float, str)) else ""
            if is_hidden(found):
                yield undecided(resource, where, found, parameter.wanted)
            elif text in parameter.values:
                yield passed(resource, where, text)
            else:
                yield failed(resource, where, found, parameter.wanted)
            return
    if by_default and not is_hidden(group.get(rows)):
        yield passed(resource, where, f"{parameter.wanted} by default")
    else:
        yield failed(resource, where, None, parameter.wanted)


def _old_versions(resource: Resource, group: Resource) -> Iterator[Outcome]:
    """Versions before TLS 1.2 that a group of parameters lets in; left out, the engine's default has none."""
    for name, value in parameters(group):
        spoken = {part.strip().lower() for part in str(value).split(",")}
        if spoken & set(_VERSIONS.get(name, ())):
            yield failed(resource, f"{group.name} parameters[{name}]", value, "TLSv1.2 or TLSv1.3")


def _oracle(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    wanted = "an option group with SSL or NATIVE_NETWORK_ENCRYPTION"
    group = facts.target(resource, "optionGroupName", _OPTIONS)
    if group is None:
        value = resource.get("optionGroupName")
        yield (undecided if is_hidden(value) else failed)(resource, "optionGroupName", value, wanted)
        return
    names = [name for _, name in each(group.inputs, "options[*].optionName")]
    if any(one_of(name, "SSL", "NATIVE_NETWORK_ENCRYPTION") for name in names):
        yield passed(resource, "optionGroupName", names)
    else:
        yield failed(resource, "optionGroupName", names, wanted)
