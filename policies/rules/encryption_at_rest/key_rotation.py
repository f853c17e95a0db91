from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of, whole_number

_LONGEST_DAYS = 365


@rule(
    title="Customer keys rotate every year",
    title_zh="客户密钥每年轮换",
    severity=Severity.MEDIUM,
    types=("aws:kms/key:Key",),
    why="A key that never changes opens everything ever written under it, for whoever got hold of it once.",
    fix="Set enable_key_rotation=True; leave the period out or at most 365 days.",
    good='aws.kms.Key("records", enable_key_rotation=True)',
    bad='aws.kms.Key("records")',
)
def key_rotation(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enableKeyRotation` and `rotationPeriodInDays` (KMS: a year where left out; a state writes 0 for that). A replica of a multi-region
    key rotates with its primary. Asymmetric and HMAC keys and keys in a custom key store cannot rotate by themselves
    (KMS developer guide, "Rotating AWS KMS keys"): not applicable. In mainland China SYMMETRIC_DEFAULT is SM4-128."""
    spec, usage = resource.get("customerMasterKeySpec"), resource.get("keyUsage")
    if is_hidden(spec) or is_hidden(usage):
        yield undecided(resource, "customerMasterKeySpec", spec if is_hidden(spec) else usage, "a key that rotates")
        return
    symmetric = one_of(spec, None, "", "SYMMETRIC_DEFAULT") and one_of(usage, None, "", "ENCRYPT_DECRYPT")
    if not symmetric or resource.get("customKeyStoreId"):
        yield not_applicable(resource, "keys of this kind cannot rotate by themselves")
        return
    value, period = resource.get("enableKeyRotation"), resource.get("rotationPeriodInDays")
    if is_hidden(value):
        yield undecided(resource, "enableKeyRotation", value, "true")
    elif not one_of(value, True):
        yield failed(resource, "enableKeyRotation", value, "true")
    elif is_hidden(period):
        yield undecided(resource, "rotationPeriodInDays", period, f"at most {_LONGEST_DAYS}")
    elif not one_of(period, None, 0) and (whole_number(period) or 0) not in range(1, _LONGEST_DAYS + 1):
        yield failed(resource, "rotationPeriodInDays", period, f"at most {_LONGEST_DAYS}")
    else:
        china = facts.context.jurisdiction.partition.id == "aws-cn"
        yield passed(resource, "enableKeyRotation", f"rotates; {'SM4-128' if china else 'AES-256'}")
