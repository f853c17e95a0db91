from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_at_rest._keys import ALIAS, customer_key


@rule(
    title="An alias leads to a key of the hospital",
    title_zh="密钥别名指向医院自己的密钥",
    severity=Severity.HIGH,
    types=(ALIAS,),
    scope=Scope.GRAPH,
    why="Whoever encrypts by the alias encrypts with what it leads to: another's key closes the hospital's data to itself.",
    fix="Point the alias at a customer key of the program, in the alias's own region.",
    good='aws.kms.Alias("records", name="alias/records", target_key_id=key.key_id)',
    bad='aws.kms.Alias("records", target_key_id="arn:aws:kms:us-east-1:999999999999:key/...")',
)
def key_alias_target(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `targetKeyId`: a customer key, enabled, in the alias's region, of an account of this program (KMS API,
    CreateAlias: the key is in the same account and region)."""
    yield from customer_key(resource, resource, "targetKeyId", facts, region=resource.region)
