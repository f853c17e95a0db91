from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, is_known
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity, shown
from policies.rules._paths import is_hidden

_FLOW_LOG = "aws:ec2/flowLog:FlowLog"
_SERVICES = {"cloud-watch-logs": "logs", "s3": "s3", "kinesis-data-firehose": "firehose"}
_DESTINATION = "a log group, a bucket or a delivery stream, as log_destination_type says"
_WANTED = "a flow log of all its traffic (aws.ec2.FlowLog, traffic_type ALL)"


@rule(
    title="Every network keeps a log of its connections",
    title_zh="每个网络均记录流量日志",
    severity=Severity.MEDIUM,
    types=("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"),
    scope=Scope.GRAPH,
    why="Without it nobody can say afterwards which machine spoke to which.",
    fix="Give the network a flow log with traffic_type ALL.",
    good='aws.ec2.FlowLog("f", vpc_id=vpc.id, traffic_type="ALL", ...)',
    bad='aws.ec2.Vpc("v", ...)  # alone',
)
def network_flow_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for a flow log whose `vpcId` is this network. It must log ALL traffic, or one ACCEPT and another REJECT. Flow
    logs of single subnets or interfaces do not count, nor does one whose destination is missing or of another service than its
    type says (a log group, a bucket, a delivery stream). Undecided where a flow log's network or traffic cannot be seen."""
    logs = facts.satellites(resource, _FLOW_LOG, path="vpcId")
    for log in logs:
        if nowhere := _nowhere(log):
            yield failed(resource, "", f"{log.name} is delivered to {nowhere}", _DESTINATION)
            return
    kinds = [log.get("trafficType") for log in logs]
    if "ALL" in kinds or ("ACCEPT" in kinds and "REJECT" in kinds):
        yield passed(resource, "", f"logged by {logs[0].name}")
    elif any(is_hidden(kind) for kind in kinds):
        yield undecided(resource, "", next(k for k in kinds if is_hidden(k)), _WANTED)
    elif kinds:
        yield failed(resource, "", f"{logs[0].name} logs {kinds[0]} only", _WANTED)
    elif facts.derived(_somewhere):
        yield undecided(resource, "", "a flow log of a network that is not known before deploy", _WANTED)
    else:
        yield failed(resource, "", "no flow log", _WANTED)


def _nowhere(log: Resource) -> str:
    """Where a flow log goes that goes nowhere; empty where it may arrive."""
    kind, to = log.get("logDestinationType") or "cloud-watch-logs", log.get("logDestination")
    if to in (None, ""):
        return "" if log.get("logGroupName") else "nothing"
    service = _SERVICES.get(kind) if isinstance(kind, str) else None
    if service is None or not (isinstance(to, str) and is_known(to)):
        return ""
    return "" if to.startswith("arn:") and to.split(":")[2:3] == [service] else shown(to)


def _somewhere(facts: Facts) -> bool:
    """Whether any flow log stands for a network that this graph does not show."""
    return any(
        is_hidden(log.get("vpcId")) and not facts.graph.target(log, "vpcId") for log in facts.graph.of_type(_FLOW_LOG)
    )
