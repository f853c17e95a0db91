from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.encryption_at_rest._keys import customer_key


@rule(
    title="Recorded database statements are encrypted with a customer key",
    title_zh="数据库性能洞察数据使用客户自管密钥加密",
    severity=Severity.MEDIUM,
    types=(
        "aws:rds/cluster:Cluster",
        "aws:rds/clusterInstance:ClusterInstance",
        "aws:rds/instance:Instance",
        "aws:docdb/clusterInstance:ClusterInstance",
    ),
    scope=Scope.GRAPH,
    why="Performance Insights keeps the text of statements; with literals in them it keeps patients' names.",
    fix="Set performance_insights_kms_key_id to the database's key.",
    good='aws.rds.ClusterInstance("db", performance_insights_enabled=True, performance_insights_kms_key_id=key.arn)',
    bad='aws.rds.ClusterInstance("db", performance_insights_enabled=True)',
)
def performance_data_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Where Performance Insights is on, its key must be a customer's; RDS would take its own. Off: not applicable."""
    name = "enablePerformanceInsights" if "docdb" in resource.type else "performanceInsightsEnabled"
    value = resource.get(name)
    if is_hidden(value):
        yield undecided(resource, name, value, "false, or true with a customer key")
    elif not one_of(value, None, False):
        yield from customer_key(resource, resource, "performanceInsightsKmsKeyId", facts, region=resource.region)
    else:
        yield not_applicable(resource, "Performance Insights is off")
