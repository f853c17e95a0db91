from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of

_CHECK = "aws:route53/healthCheck:HealthCheck"
_RECORD = "aws:route53/record:Record"
_REACHES = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")
_TARGETS_KNOW = "true, or a health check that the record names"


@rule(
    title="A record that fails over can tell when to",
    title_zh="故障转移记录能够判断何时切换",
    severity=Severity.MEDIUM,
    types=(_CHECK, _RECORD),
    scope=Scope.GRAPH,
    why="A health check that is switched off counts as healthy: names go on leading to a data centre that is gone.",
    fix="Leave disabled and invert_healthcheck out, and give records that fail over a health check or "
    "evaluate_target_health.",
    good='aws.route53.Record("entry", failover_routing_policies=[{"type": "PRIMARY"}], health_check_id=check.id, ...)',
    bad='aws.route53.HealthCheck("reach", disabled=True, ...)',
)
def failover_can_happen(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads health checks that a record names, and records that fail over. A check may not be disabled, for Route 53 then
    takes it as healthy; one that reaches for an address may not be inverted. A primary record needs a health check, or an
    alias that evaluates its target's health. Not applicable: records of one answer, secondary records, checks that no
    record names.

    Source: Route 53 developer guide, "How Route 53 chooses records when health checking is configured" (K)."""
    if resource.type == _CHECK:
        yield from _check(resource, facts)
        return
    kinds = [value for _, value in each(resource.inputs, "failoverRoutingPolicies[*].type")]
    if not kinds:
        yield not_applicable(resource, "does not fail over")
        return
    aliases = list(each(resource.inputs, "aliases[*].evaluateTargetHealth"))
    for path, value in aliases:
        if is_hidden(value):
            yield undecided(resource, path, value, _TARGETS_KNOW)
        elif one_of(value, True):
            yield passed(resource, path, value)
        elif resource.get("healthCheckId") is None and "PRIMARY" in kinds:
            yield failed(resource, path, value, _TARGETS_KNOW)
    check = resource.get("healthCheckId")
    if check is not None:
        yield passed(resource, "healthCheckId", check)
    elif not aliases and "PRIMARY" in kinds:
        yield failed(resource, "healthCheckId", None, "a health check")


def _check(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    if not facts.satellites(resource, _RECORD, path="healthCheckId"):
        yield not_applicable(resource, "no record of the program names it")
        return
    off, inverted = resource.get("disabled"), resource.get("invertHealthcheck")
    if one_of(off, True):
        yield failed(resource, "disabled", off, "false: else it counts as healthy")
    if one_of(inverted, True) and resource.get("type") in _REACHES:
        yield failed(resource, "invertHealthcheck", inverted, "false: else what is gone counts as healthy")
    if not one_of(off, True) and not one_of(inverted, True):
        yield passed(resource, "disabled", off)
