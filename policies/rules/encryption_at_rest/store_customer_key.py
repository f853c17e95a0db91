from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Resource, Unknown, Value
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity

_WANTED = "a customer key of this program (aws.kms.Key or ReplicaKey), by reference or ARN"


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
    """Reads the input that names the key (for S3 the bucket's encryption configuration). A service's own alias
    (`alias/aws/...`) is not a customer key. Buckets of class 2 and below that only receive service logs may use S3's own key:
    S3 and ELB cannot deliver logs to a bucket with a customer key (S3 user guide, "Enabling Amazon S3 server access
    logging"). In mainland China the key is SM4-128, elsewhere AES-256 (KMS CreateKey, KeySpec)."""
    row = store_types()[resource.type]
    if row.part_of:
        return
    holder, path = resource, row.key or ""
    if row.encrypted:
        value = resource.get(row.encrypted)
        if isinstance(value, Unknown):
            yield undecided(resource, row.encrypted, value, "true")
        elif value is not True:
            yield failed(resource, row.encrypted, value, "true")
            return
    if row.satellite:
        found = facts.satellites(resource, row.satellite)
        if not found:
            yield failed(resource, "", f"no {row.satellite.rpartition(':')[2]} for it", _WANTED)
            return
        holder = found[0]
        path = _first_key(holder, path)
    yield from _judged(resource, holder, path, holder.get(path), facts)


def _first_key(holder: Resource, path: str) -> str:
    """S3 writes its rules as a list; some programs write one object."""
    return path if isinstance(holder.get("rules"), list) else path.replace("rules[0]", "rules")


def _judged(resource: Resource, holder: Resource, path: str, value: Value, facts: Facts) -> Iterator[Outcome]:
    key = facts.target(holder, path, "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/alias:Alias")
    if key is not None:
        yield passed(resource, path, f"key {key.name}")
    elif isinstance(value, Unknown):
        yield undecided(resource, path, value, _WANTED)
    elif isinstance(value, str) and "alias/aws/" not in value and (":key/" in value or "alias/" in value):
        yield passed(resource, path, value)
    elif value is None and _receives_service_logs(resource, facts):
        yield not_applicable(resource, "receives access logs, which cannot be delivered under a customer key")
    else:
        yield failed(resource, path, value, _WANTED)


def _receives_service_logs(resource: Resource, facts: Facts) -> bool:
    if not resource.type.startswith("aws:s3/") or facts.effective_class(resource) > 2:
        return False
    return facts.record_kind(resource) == "audit-log"
