from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._parameters import GROUPS, parameters
from policies.rules._paths import is_hidden

_LOGINS: Final = ("log_connections", "log_disconnections")
_OFF: Final = ("", "0", "0.0", "off", "false", "none")
_STATEMENTS: Final = "log_statement"
_AUDIT: Final = ("pgaudit.log", "shared_preload_libraries")


@rule(
    title="PostgreSQL logs who logs in and who changes what",
    title_zh="PostgreSQL 记录登录与变更操作",
    severity=Severity.LOW,
    types=tuple(GROUPS),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="The log that leaves the database holds what it was told to write, and by default that is errors.",
    fix="In the parameter group set log_connections and log_disconnections to 1, load pgaudit and set pgaudit.log.",
    good='parameters=[{"name": "log_connections", "value": "1"}, {"name": "pgaudit.log", "value": "ddl,role,write"}, ...]',
    bad="a database with the default parameter group",
)
def database_work_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the parameter group of PostgreSQL databases in RDS and Aurora: log_connections and log_disconnections must
    be on, and statements logged, either by pgaudit (`pgaudit.log` other than none, the library loaded) or by
    `log_statement`. What is left out has the default, which logs neither. Undecided where the group is not in the
    program. Other engines are not asked: what they log stands in options and in the list of logs
    (database-logs-exported). Not applicable: classes 1 and 2.

    Sources: Amazon RDS user guide, "RDS for PostgreSQL database log files" and "Using pgAudit to log database activity"
    (K)."""
    if "postgres" not in str(resource.get("engine")):
        return
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    path, group_type = GROUPS[resource.type]
    group, named = facts.target(resource, path, group_type), resource.get(path)
    if group is None:
        wanted = "a parameter group of the program that logs logins and statements"
        elsewhere = is_hidden(named) or (isinstance(named, str) and named and not named.startswith("default"))
        yield (undecided if elsewhere else failed)(resource, path, named, wanted)
    elif is_hidden(group.get("parameters")):
        yield undecided(
            resource, f"{group.name} parameters", group.get("parameters"), "the log of logins, and of statements"
        )
    else:
        yield from _judged(resource, group)


def _judged(resource: Resource, group: Resource) -> Iterator[Outcome]:
    stated = {name: "(hidden)" if is_hidden(value) else str(value).lower() for name, value in parameters(group)}
    off = [name for name in _LOGINS if stated.get(name, "") in _OFF]
    audited = stated.get(_AUDIT[0], "") not in _OFF and "pgaudit" in stated.get(_AUDIT[1], "")
    if off:
        yield failed(resource, f"{group.name} parameters", f"{', '.join(off)}: off, or left out", "1")
    if not audited and stated.get(_STATEMENTS, "") in _OFF:
        found = {name: stated.get(name) for name in (*_AUDIT, _STATEMENTS)}
        yield failed(resource, f"{group.name} parameters[{_AUDIT[0]}]", found, "what pgaudit logs, and pgaudit loaded")
    elif not off:
        yield passed(resource, f"{group.name} parameters", "logins and statements are logged")
