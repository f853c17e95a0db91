from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Resource, Value
from policies.registry import Scope, failed, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.encryption_at_rest._keys import WANTED, customer_key


@rule(
    title="Every store is encrypted with a customer key",
    title_zh="所有存储均使用客户自管密钥加密",
    severity=Severity.HIGH,
    types=tuple(t for t, row in store_types().items() if row.key),
    scope=Scope.GRAPH,
    why="With the provider's own key the hospital can neither close a store for good nor see who opened it.",
    fix="Give the store the ARN of a customer key with rotation, in the store's own region.",
    good='aws.sqs.Queue("results", kms_master_key_id=key.arn)',
    bad='aws.sqs.Queue("results", sqs_managed_sse_enabled=True)',
)
def store_customer_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the input that names the key (for S3 the bucket's encryption configuration), and where the type has a
    switch for encryption that too. A service's own alias (`alias/aws/...`), a disabled key, a key of another region or
    of somebody else's account is not the customer's. In mainland China the key is SM4-128, elsewhere AES-256 (KMS
    CreateKey, KeySpec).

    Exceptions: buckets of class 2 and below that only receive service logs may use S3's own key, because S3 and ELB
    cannot deliver logs to a bucket with a customer key (S3 user guide, "Enabling Amazon S3 server access logging"). A
    parameter of type String or StringList is not secret by its type and cannot be encrypted. A replica of an RDS
    instance in the source's region takes over the source's encryption (RDS user guide, "Encrypting Amazon RDS
    resources")."""
    row = store_types()[resource.type]
    if row.part_of:
        return
    if (exception := _exception(resource, facts)) is not None:
        yield not_applicable(resource, exception)
        return
    if row.encrypted:
        value = resource.get(row.encrypted)
        if is_hidden(value):
            yield undecided(resource, row.encrypted, value, "true")
        elif not one_of(value, True):
            yield failed(resource, row.encrypted, value, "true")
            return
    if not row.satellite:
        yield from customer_key(resource, resource, row.key or "", facts, region=resource.region)
        return
    found = facts.satellites(resource, row.satellite)
    if not found:
        yield failed(resource, "", f"no {row.satellite.rpartition(':')[2]} for it", WANTED)
        return
    holder, path = found[0], _first_key(found[0], row.key or "")
    if not _receives_service_logs(resource, facts) or holder.get(path) is not None:
        yield from customer_key(resource, holder, path, facts, region=resource.region)
    else:
        yield not_applicable(resource, "receives access logs, which cannot be delivered under a customer key")


def _first_key(holder: Resource, path: str) -> str:
    """S3 writes its rules as a list; some programs write one object."""
    return path if isinstance(holder.get("rules"), list) else path.replace("rules[0]", "rules")


def _exception(resource: Resource, facts: Facts) -> str | None:
    if resource.type == "aws:ssm/parameter:Parameter" and one_of(resource.get("type"), "String", "StringList"):
        return "a parameter of this type is not secret and cannot be encrypted"
    if resource.type == "aws:rds/instance:Instance" and _is_absent(resource.get("kmsKeyId")):
        source = facts.target(resource, "replicateSourceDb", "aws:rds/instance:Instance")
        if source is not None and source.region == resource.region:
            return f"takes over the encryption of {source.name}, where it is judged"
    return None


def _is_absent(value: Value) -> bool:
    return value is None or value == ""


def _receives_service_logs(resource: Resource, facts: Facts) -> bool:
    if not resource.type.startswith("aws:s3/") or facts.effective_class(resource) > 2:
        return False
    return bool(facts.record_kind(resource) == "audit-log")
