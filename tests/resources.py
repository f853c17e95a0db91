"""One known-good resource a type, as rules see it. A bad case changes exactly one field of a good one.

`resource("aws:sqs/queue:Queue", kmsMasterKeyId=None)` is the good queue without its key.
"""

from collections.abc import Mapping
from typing import Any

from policies.context import Context, of_jurisdiction
from policies.facts import Facts
from policies.graph import Graph, Reference, Resource, marker
from policies.registry import all_rules
from policies.resolve import GLOBAL, is_global_type
from policies.results import Outcome, Verdict

REGION = "cn-north-1"
PARTNER = "cn-northwest-1"
ACCOUNT = "111122223333"


def urn(type_token: str, name: str) -> str:
    return f"urn:pulumi:test::hospital::{type_token}::{name}"


def ref(type_token: str, name: str, output: str = "arn") -> str:
    """The value of another resource's output, as door 1 shows it."""
    return marker(urn(type_token, name), output)


PROVIDER = urn("pulumi:providers:aws", "workload")
TAGS = {
    "hospital-cloud:data-class": "4",
    "hospital-cloud:record-kind": "inpatient",
    "hospital-cloud:backup": "daily",
}
_KEY = ref("aws:kms/key:Key", "key")

GOOD: dict[str, dict[str, Any]] = {
    "pulumi:providers:aws": {"region": REGION, "allowedAccountIds": f'["{ACCOUNT}"]'},
    "aws:kms/key:Key": {"enableKeyRotation": True, "deletionWindowInDays": 30},
    "aws:sqs/queue:Queue": {"kmsMasterKeyId": _KEY, "tags": TAGS},
    "aws:s3/bucket:Bucket": {"bucket": "records", "tags": TAGS},
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": ref("aws:s3/bucket:Bucket", "bucket", "id"),
        "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": _KEY}}],
    },
}
"""Type -> the inputs of a resource that no rule objects to."""


def short_name(type_token: str) -> str:
    """The name of the good resource of a type: `key` for aws:kms/key:Key."""
    return type_token.rpartition("/")[2].partition(":")[0] or type_token


def resource(type_token: str, name: str | None = None, **changes: Any) -> Resource:
    """The good resource of a type with inputs replaced; None takes an input away. `protect_`, `provider_`, `region_`
    change what is not an input."""
    inputs = {**GOOD.get(type_token, {}), **{k: v for k, v in changes.items() if not k.endswith("_")}}
    inputs = {k: v for k, v in inputs.items() if v is not None}
    region = GLOBAL if is_global_type(type_token) else changes.get("region_", REGION)
    name = name or ("workload" if type_token.startswith("pulumi:providers") else short_name(type_token))
    return Resource(
        urn=urn(type_token, name),
        type=type_token,
        name=name,
        custom=True,
        inputs=inputs,
        region=region,
        account=ACCOUNT,
        provider=changes.get("provider_", None if type_token.startswith("pulumi:") else PROVIDER),
        protect=changes.get("protect_", True),
        parent=changes.get("parent_"),
    )


def graph(*resources: Resource, with_good: tuple[str, ...] = ("pulumi:providers:aws", "aws:kms/key:Key")) -> Graph:
    """A graph of these and the good resources that nearly everything refers to."""
    return Graph.of([*resources, *(resource(t) for t in with_good)], project="hospital", stack="test", door="test")


def context(**fields: Any) -> Context:
    return of_jurisdiction(fields.pop("jurisdiction", "cn-mainland"), **fields)


def outcomes(rule_id: str, subject: Resource, *others: Resource, **fields: Any) -> list[Outcome]:
    """What one rule says of `subject` among others."""
    rule = next(r for r in all_rules() if r.id == rule_id)
    assert rule.concerns(subject.type), f"{rule_id} does not concern {subject.type}"
    return list(rule.check(subject, Facts(graph(subject, *others), context(**fields))))


def assert_passes(rule_id: str, subject: Resource, *others: Resource, **fields: Any) -> None:
    found = outcomes(rule_id, subject, *others, **fields)
    assert found, f"{rule_id} said nothing of {subject.name}"
    assert {o.verdict for o in found} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}, found


def assert_fails(rule_id: str, subject: Resource, *others: Resource, found: str, wanted: str = "", **fields: Any) -> None:
    """The rule fails `subject`, and its message holds what was found (and wanted)."""
    bad = [o for o in outcomes(rule_id, subject, *others, **fields) if o.verdict is Verdict.FAIL]
    assert bad, f"{rule_id} did not fail {subject.name}"
    assert any(found in o.found and wanted in o.wanted for o in bad), bad


def assert_unknown(rule_id: str, subject: Resource, *others: Resource, **fields: Any) -> None:
    assert any(o.verdict is Verdict.UNKNOWN for o in outcomes(rule_id, subject, *others, **fields))


def with_inputs(base: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {**base, **changes}


__all__ = [
    "ACCOUNT",
    "GOOD",
    "PARTNER",
    "REGION",
    "TAGS",
    "Reference",
    "assert_fails",
    "assert_passes",
    "assert_unknown",
    "context",
    "graph",
    "outcomes",
    "ref",
    "resource",
    "urn",
]
