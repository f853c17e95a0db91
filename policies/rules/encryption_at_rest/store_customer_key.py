from collections.abc import Iterator, Mapping
from typing import Final

from jurisdictions import RecordKind
from policies.facts import ASSUMED_DATA_CLASS, Facts, StoreType, store_types
from policies.graph import Resource, Value, references_in
from policies.registry import Scope, decided, expect, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._audit_logs import takes_a_trail
from policies.rules._collections import COLLECTION, policies_for
from policies.rules._paths import each, is_hidden, one_of
from policies.rules.encryption_at_rest._keys import KEYS, WANTED, customer_key


@rule(
    title="Every store is encrypted with a customer key",
    title_zh="所有存储均使用客户自管密钥加密",
    severity=Severity.HIGH,
    types=tuple(t for t, row in store_types().items() if row.key or row.keyless),
    scope=Scope.GRAPH,
    why="With the provider's own key the hospital can neither close a store for good nor see who opened it.",
    fix="Give the store the ARN of a customer key with rotation, in the store's own region.",
    good='aws.sqs.Queue("results", kms_master_key_id=key.arn)',
    bad='aws.sqs.Queue("results", sqs_managed_sse_enabled=True)',
)
def store_customer_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the input that names the key (for S3 the bucket's encryption configuration, beside the bucket or inside it),
    and where the type has a switch for encryption that too. A service's own alias (`alias/aws/...`), a disabled key, a key
    of another region or of somebody else's account is not the customer's. In mainland China the key is SM4-128, elsewhere
    AES-256 (KMS CreateKey, KeySpec). A store of records for which the service lets nobody name a key fails from class 3.

    Exceptions: a store that states class 1 or 2 may be under the service's own key where it says so (GB/T 39725-2020 asks
    for more from level 3), secrets, trails and the buckets they deliver to, and log groups whose record kind is audit-log
    excepted: those are evidence; so buckets that only receive service
    logs can be, which S3 and ELB do not deliver under a customer key (S3 user guide, "Enabling Amazon S3 server access
    logging"). A parameter of type String or StringList is not secret by its type and cannot be encrypted. A delivery
    stream that reads from a Kinesis or Kafka stream keeps nothing itself, and may not be encrypted itself (Firehose
    developer guide, "Data protection"). A replica of an RDS instance in the source's region takes over the source's
    encryption (RDS user guide, "Encrypting Amazon RDS resources")."""
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
    holder, path = (resource, row.key or "") if not row.satellite else _holder(resource, row, facts)
    if holder is None:
        yield failed(resource, "", f"no {(row.satellite or '').rpartition(':')[2]} for it", WANTED)
    elif row.keyless and row.holds == "records" and facts.effective_class(resource) >= 3:
        yield failed(resource, "", f"no customer key: {row.keyless}", "a store that takes a customer key")
    elif row.keyless:
        yield not_applicable(resource, row.keyless)
    elif resource.type == COLLECTION and not resource.get("encryptionConfigs"):
        yield _by_policy(resource, facts)
    elif _own_key_is_enough(resource, row, facts) and _is_services(resource, row, holder.get(path)):
        yield not_applicable(resource, f"class {facts.data_class(resource)}: under the service's own key")
    else:
        algorithm = holder.get(path.replace("kmsMasterKeyId", "sseAlgorithm")) if row.satellite else None
        if isinstance(algorithm, str) and not algorithm.startswith("aws:kms"):
            yield failed(resource, path.replace("kmsMasterKeyId", "sseAlgorithm"), algorithm, "aws:kms")
        if row.counts:
            yield from _counts(resource, row.counts)
        yield from customer_key(resource, holder, path, facts, region=resource.region)
    if resource.type == _CLUSTER:
        together = facts.target(resource, "globalClusterIdentifier", _GLOBAL)
        if together is not None and together.get("sourceDbClusterIdentifier") is None:
            yield from expect(together, "storageEncrypted", lambda v: one_of(v, True), "true, as its clusters are")


_CLUSTER, _GLOBAL = "aws:rds/cluster:Cluster", "aws:rds/globalCluster:GlobalCluster"
_INSIDE = "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault"


def _holder(resource: Resource, row: StoreType, facts: Facts) -> tuple[Resource | None, str]:
    """What carries the key of a bucket, and where: a configuration beside it, or the block inside it."""
    found = facts.satellites(resource, row.satellite or "")
    if found:
        return found[0], _first_key(found[0], row.key or "")
    return next(
        ((resource, f"{p}.kmsMasterKeyId") for p, v in each(resource.inputs, _INSIDE) if v is not None), (None, "")
    )


def _by_policy(resource: Resource, facts: Facts) -> Outcome:
    """A collection's key where it names none itself: that of the encryption policy which takes it in by name."""
    for policy, block in policies_for(resource, "encryption", facts):
        key = block.get("KmsARN") if not is_hidden(block) else block
        if is_hidden(key) or (isinstance(key, str) and references_in(key)):
            found = facts.resolve(key, *KEYS)
            return passed(resource, "", f"key {found.name}") if found else undecided(policy, "policy", key, WANTED)
        if isinstance(key, str) and key and "alias/aws/" not in key:
            return passed(resource, "", f"key {key} of {policy.name}")
        return failed(policy, "policy > KmsARN", key, WANTED)
    return failed(resource, "encryptionConfigs", "no encryption policy takes it in", WANTED)


def _first_key(holder: Resource, path: str) -> str:
    """S3 writes its rules as a list; some programs write one object."""
    return path if isinstance(holder.get("rules"), list) else path.replace("rules[0]", "rules")


def _own_key_is_enough(resource: Resource, row: StoreType, facts: Facts) -> bool:
    if row.holds == "secrets" or resource.type == _TRAIL or takes_a_trail(resource, facts):
        return False
    if resource.type in _CANNOT_STATE_IT and facts.record_kind(resource) == RecordKind.AUDIT_LOG.value:
        return False
    return (facts.data_class(resource) or ASSUMED_DATA_CLASS) <= 2


_TRAIL: Final = "aws:cloudtrail/trail:Trail"
"""CloudTrail takes customer keys only, and its log is evidence, whatever class it states."""

_STATES_THE_SERVICES_KEY: Final[Mapping[str, tuple[str, Value]]] = {
    "aws:ecr/repository:Repository": ("encryptionConfigurations[0].encryptionType", "AES256"),
    "aws:sqs/queue:Queue": ("sqsManagedSseEnabled", True),
}
"""Type -> the input, and its value, by which a program says that it takes the service's own key."""

_CANNOT_STATE_IT: Final = ("aws:cloudwatch/logGroup:LogGroup",)
"""Types that are always encrypted and let nobody say so but by naming a key."""


def _is_services(resource: Resource, row: StoreType, value: Value) -> bool:
    """Whether a program takes the service's own key by decision: it says so, and has not just left the key out."""
    if not _is_absent(value):
        return isinstance(value, str) and "alias/aws/" in value
    path, wanted = _STATES_THE_SERVICES_KEY.get(resource.type, ("", None))
    stated = bool(path) and one_of(resource.get(path), wanted)
    return bool(row.encrypted or row.satellite) or stated or resource.type in _CANNOT_STATE_IT


_DELIVERY: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
_STREAMS: Final = ("kinesisSourceConfiguration", "mskSourceConfiguration")


def _exception(resource: Resource, facts: Facts) -> str | None:
    if resource.type == "aws:ssm/parameter:Parameter" and one_of(resource.get("type"), "String", "StringList"):
        return "a parameter of this type is not secret and cannot be encrypted"
    if resource.type == _DELIVERY and (stream := next((s for s in _STREAMS if resource.get(s)), None)):
        return f"reads from a stream ({stream}), under whose key the records stay until they are delivered"
    if resource.type == "aws:rds/instance:Instance" and _is_absent(resource.get("kmsKeyId")):
        source = facts.target(resource, "replicateSourceDb", "aws:rds/instance:Instance")
        if source is not None and source.region == resource.region:
            return f"takes over the encryption of {source.name}, where it is judged"
    return None


def _counts(resource: Resource, condition: str) -> Iterator[Outcome]:
    """Whether the key that is named is used: not beside another algorithm, nor where a switch says not to."""
    path, word, said = condition.split(" ")
    value, of_switch = resource.get(path), {"true": True, "false": False}.get(said)
    if word == "not":
        if value is not None:
            yield decided(resource, path, value, lambda v: not one_of(v, of_switch), "true")
        return
    allowed = (said, "KMS_DSSE") if said == "KMS" else (said if of_switch is None else of_switch,)
    yield decided(resource, path, value, lambda v: one_of(v, *allowed), said)


def _is_absent(value: Value) -> bool:
    return value is None or value == ""
