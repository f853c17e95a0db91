import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import Condition, Document, State, Statement, matches
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._resource_policies import documents

_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
_PUT: Final = "s3:PutObject"
_ALGORITHM: Final = "s3:x-amz-server-side-encryption"
_KEY: Final = "s3:x-amz-server-side-encryption-aws-kms-key-id"
_STRANGERS: Final = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"
_OTHER_KEY: Final = "another key"
_REQUESTS: Final[Mapping[str, Mapping[str, str]]] = {
    "AES256": {_ALGORITHM: "AES256"},
    _OTHER_KEY: {_ALGORITHM: "aws:kms", _KEY: _STRANGERS},
}
"""What a writer may ask for in place of the bucket's own key -> the condition keys that S3 sets for it."""
_ALL_OBJECTS = re.compile(r"\*|(?:\$\{urn:[^}]*\}|[^/])*/?\*")
_WANTED: Final = "a Deny for everyone of s3:PutObject with another algorithm and with another key"


@rule(
    title="Buckets of records refuse objects under another key",
    title_zh="病历存储桶拒绝以其他密钥写入的对象",
    severity=Severity.LOW,
    types=("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="The bucket's key is only a default: a writer may name another, AWS's or somebody else's, who then decides whether "
    "the record can be read.",
    fix="Deny s3:PutObject where s3:x-amz-server-side-encryption is not aws:kms, and where a key is named that is not the "
    "bucket's.",
    good='{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"{arn}/*", '
    '"Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key_arn}}}',
    bad='aws.s3.BucketPolicy("records", ...)  # denies plain HTTP only',
)
def bucket_refuses_other_keys(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Tries two requests against the denials of the bucket's policy (its own input, or a BucketPolicy for it): to write an
    object under S3's own keys, and under a key of somebody else. Each must be denied to everyone, for all objects. A denial
    whose other conditions cannot be told from the request (an address, a role) does not count: it lets through whoever does
    not meet them. Not applicable: classes 1 and 2, and buckets into which services of AWS write, which choose the encryption
    of their logs themselves.

    Source: S3 user guide, "Protecting data with server-side encryption using AWS KMS keys" (K)."""
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    read = [found for holder in (resource, *facts.satellites(resource, _POLICY)) for found in documents(holder, facts)]
    if any(_lets_services_write(document) for _, document in read):
        yield not_applicable(resource, "services of AWS write into it")
        return
    hidden = [(path, document.value) for path, document in read if document.state is State.UNKNOWN]
    denials = [statement for _, document in read for statement in document.denying]
    taken = [what for what, request in _REQUESTS.items() if not any(_denies(s, request) for s in denials)]
    if not taken:
        yield passed(resource, "policy", "refuses other keys")
    elif hidden:
        yield undecided(resource, *hidden[0], _WANTED)
    else:
        yield failed(resource, "policy", f"takes {', '.join(taken)}", _WANTED)


def _lets_services_write(document: Document) -> bool:
    return any(s.covers_action(_PUT) and any(p.kind == "Service" for p in s.principals) for s in document.allowing)


def _denies(statement: Statement, request: Mapping[str, str]) -> bool:
    everyone = not statement.other_principals and any(p.is_everyone for p in statement.principals)
    everything = not statement.other_resources and any(_ALL_OBJECTS.fullmatch(r) for r in statement.resources)
    met = all(_is_met(condition, request) for condition in statement.conditions)
    return everyone and everything and met and statement.doubt is None and statement.covers_action(_PUT)


def _is_met(condition: Condition, request: Mapping[str, str]) -> bool:
    """Whether a condition holds for a request. A negated test holds where the key is absent, as IAM evaluates it."""
    if condition.key not in (_ALGORITHM, _KEY):
        return False
    value = request.get(condition.key)
    if condition.operator == "null":
        return ("false" if value else "true") in condition.values
    if value is None:
        return condition.is_negative or condition.if_exists
    named = any(isinstance(v, str) and matches(v, value) for v in condition.values)
    return named is not condition.is_negative
