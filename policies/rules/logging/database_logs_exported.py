from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, as_list
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._parameters import parameters
from policies.rules._paths import is_hidden

_INPUTS = {
    "aws:rds/cluster:Cluster": "enabledCloudwatchLogsExports",
    "aws:rds/instance:Instance": "enabledCloudwatchLogsExports",
    "aws:docdb/cluster:Cluster": "enabledCloudwatchLogsExports",
    "aws:neptune/cluster:Cluster": "enableCloudwatchLogsExports",
}
_GROUPS = (
    ("dbClusterParameterGroupName", "aws:rds/clusterParameterGroup:ClusterParameterGroup"),
    ("parameterGroupName", "aws:rds/parameterGroup:ParameterGroup"),
)
_LOGINS = ("log_connections", "log_disconnections")
_OFF = ("0", "0.0", "off", "false")
_WANTED = "at least one log of the database engine (postgresql; audit; error)"


@rule(
    title="Databases send their logs out of the database",
    title_zh="数据库日志导出至独立日志服务",
    severity=Severity.MEDIUM,
    types=tuple(_INPUTS),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A log that lies in the database goes with it, and its administrator can change it.",
    fix="List the engine's logs in enabled_cloudwatch_logs_exports.",
    good='aws.rds.Cluster("c", enabled_cloudwatch_logs_exports=["postgresql"], ...)',
    bad='aws.rds.Cluster("c", ...)',
)
def database_logs_exported(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the list of logs that go to CloudWatch; one at least must be there. Which statements the log holds is the
    parameter group's matter, which may not switch off the log of
    logins (PostgreSQL: log_connections, log_disconnections). Not applicable: classes 1 and 2."""
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    yield from _logins(resource, facts)
    path = _INPUTS[resource.type]
    value = resource.get(path)
    stated = as_list(value)
    named = [item for item in stated if isinstance(item, str) and item]
    if named and len(named) == len([item for item in stated if not is_hidden(item)]):
        yield passed(resource, path, ", ".join(named))
    elif stated and all(is_hidden(item) for item in stated):
        yield undecided(resource, path, stated[0], _WANTED)
    else:
        yield failed(resource, path, value, _WANTED)


def _logins(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """What a database's parameter group switches off, though it was to be logged."""
    for path, group_type in _GROUPS:
        group = facts.target(resource, path, group_type)
        if group is None:
            continue
        for name, value in parameters(group):
            if name in _LOGINS and str(value).lower() in _OFF:
                yield failed(resource, f"{group.name} parameters[{name}]", value, "1, or left out")
