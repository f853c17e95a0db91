from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.encryption_at_rest._keys import customer_key


@rule(
    title="Settings of functions are encrypted with a customer key",
    title_zh="函数环境变量使用客户自管密钥加密",
    severity=Severity.LOW,
    types=("aws:lambda/function:Function",),
    scope=Scope.GRAPH,
    why="Environment variables say where records are, sometimes how to open them, to whoever may list functions.",
    fix="Set kms_key_arn on the function, and keep secrets in Secrets Manager.",
    good='aws.lambda_.Function("notify", environment={...}, kms_key_arn=key.arn)',
    bad='aws.lambda_.Function("notify", environment={...})',
)
def function_settings_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Where a function has environment variables, `kmsKeyArn` must name a customer key; Lambda would take its own."""
    variables = resource.get("environment.variables")
    if is_hidden(variables):
        yield undecided(resource, "environment.variables", variables, "none, or a customer key for them")
    elif variables is None or (isinstance(variables, Mapping) and not variables):
        yield not_applicable(resource, "no environment variables")
    else:
        yield from customer_key(resource, resource, "kmsKeyArn", facts, region=resource.region)
