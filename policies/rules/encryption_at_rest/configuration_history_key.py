from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_at_rest._keys import customer_key

_PATH = "s3KmsKeyArn"


@rule(
    title="The history of configuration is delivered under a customer key",
    title_zh="配置历史使用客户自管密钥投递",
    severity=Severity.MEDIUM,
    types=("aws:cfg/deliveryChannel:DeliveryChannel",),
    scope=Scope.GRAPH,
    why="The history names every resource with its settings: a map for whoever wants in.",
    fix="Set s3_kms_key_arn to the customer key of the bucket, or leave it out where the bucket encrypts with one.",
    good='aws.cfg.DeliveryChannel("c", s3_bucket_name=bucket.bucket, s3_kms_key_arn=key.arn)',
    bad='aws.cfg.DeliveryChannel("c", s3_bucket_name=bucket.bucket, s3_kms_key_arn="alias/aws/s3")',
)
def configuration_history_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the key that a delivery channel of AWS Config names: a key of the hospital, in any region, since the bucket
    may stand in another (AWS Config API, DeliveryChannel). Left out, the objects take the bucket's own key, which is
    judged at the bucket (store-customer-key)."""
    if resource.get(_PATH) in (None, ""):
        yield not_applicable(resource, "names no key: the objects take the bucket's own, which is judged there")
    else:
        yield from customer_key(resource, resource, _PATH, facts)
