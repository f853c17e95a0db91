import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import Condition, Document, State, Statement, account_of_arn, matches
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.identity._policies import IDENTITY_POLICIES, documents, only_bounds

_TAKES_A_RESOURCE: Final[Mapping[str, tuple[str, ...]]] = {
    "backup": ("DeleteRecoveryPoint", "GetRecoveryPointRestoreMetadata", "ListRecoveryPointsByBackupVault"),
    "dynamodb": ("BatchGetItem", "BatchWriteItem", "DeleteItem", "DeleteTable", "GetItem", "PutItem", "Query", "Scan"),
    "ecr": ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer", "PutImage"),
    "events": ("PutEvents",),
    "firehose": ("PutRecord", "PutRecordBatch"),
    "iam": ("PassRole",),
    "kinesis": ("GetRecords", "PutRecord", "PutRecords"),
    "kms": ("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom"),
    "lambda": ("InvokeFunction", "UpdateFunctionCode"),
    "logs": ("CreateLogStream", "DeleteLogGroup", "FilterLogEvents", "GetLogEvents", "PutLogEvents"),
    "rds": ("DeleteDBCluster", "DeleteDBInstance"),
    "rds-data": ("BatchExecuteStatement", "ExecuteStatement"),
    "rds-db": ("connect",),
    "s3": (
        *(
            "AbortMultipartUpload",
            "DeleteBucket",
            "DeleteObject",
            "DeleteObjectVersion",
            "GetObject",
            "GetObjectVersion",
        ),
        *("GetObjectRetention", "GetReplicationConfiguration", "ListBucket", "ListBucketVersions", "PutBucketPolicy"),
        *("PutLifecycleConfiguration", "PutObject", "PutObjectRetention", "ReplicateDelete", "ReplicateObject"),
    ),
    "secretsmanager": ("DeleteSecret", "GetSecretValue", "PutSecretValue"),
    "sqs": ("DeleteMessage", "PurgeQueue", "ReceiveMessage", "SendMessage"),
    "states": ("StartExecution",),
    "sts": ("AssumeRole",),
}
"""Actions on data, keys and processes for which IAM takes a resource (Service Authorization Reference)."""

_BRINGS_IN: Final = "ecr"
"""Images are pulled from registries of AWS and of vendors too; what runs is judged where it runs."""

_ALL_OF_A_KIND = re.compile(r"(?:[a-z-]+[/:])?[*?]+(?:[:/][*?]+)*")
_BONDS: Final = ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount")
_BONDS_OF_KEYS: Final = ("kms:resourcealiases", "kms:requestalias", "kms:viaservice")
_WANTED: Final = "the resources by name, or a condition on their account or a tag"
_WANTED_KEYS: Final = (
    "the keys by name, or a condition on their alias, on the service they are used through, or on a tag"
)


@rule(
    title="Identities are granted rights on named resources of known accounts",
    title_zh="身份策略仅授予对已知账号中具名资源的权限",
    severity=Severity.LOW,
    types=tuple(IDENTITY_POLICIES),
    scope=Scope.GRAPH,
    why="A process that may read every queue, use every key or write to anybody's bucket does so for whoever takes it over.",
    fix="Name the resources, or ask for their account (aws:ResourceAccount) or a tag; let a process that reads a prefix list "
    "that prefix only.",
    good='{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key.arn}',
    bad='{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}',
)
def resources_named(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the Allow statements of what an identity is granted, for actions on data, keys and processes that IAM takes a
    resource for. None of them may go to everything of a kind in every account (`*`, `arn:aws:s3:::*`), without a condition
    on the resource's account, organisation or tag; nor to all keys of an account without a condition on their alias or on
    the service they are used through. A resource in an account that is not this program's is reported, images left out. A
    list of a bucket of which the same policy opens a prefix only must ask for a prefix (s3:prefix). Other actions, among
    them those that take no resource (s3:ListAllMyBuckets), are not asked. Not applicable: a permission boundary.

    Sources: Security Hub controls KMS.1 and KMS.2; KMS developer guide, "Best practices for IAM policies" (K)."""
    if only_bounds(resource, facts):
        yield not_applicable(resource, "a permission boundary: it limits and does not grant")
        return
    for path, document in documents(resource):
        red = False
        for statement in document.allowing:
            problem, wanted = _problem(statement, document, facts)
            if problem:
                red = True
                answer = failed if statement.doubt is None else undecided
                yield answer(resource, statement.path, problem, wanted)
            elif statement.doubt is not None:
                red = True
                yield undecided(resource, statement.path, statement.doubt, _WANTED)
        if document.state is State.UNKNOWN:
            yield undecided(resource, path, document.value, _WANTED)
        elif not red:
            yield passed(resource, path, "resources named")


def _problem(statement: Statement, document: Document, facts: Facts) -> tuple[str, str]:
    """(what is too wide about an Allow, what is wanted); empty where nothing is."""
    granted = _granted(statement)
    if not granted:
        return "", ""
    # What NotResource leaves in is everything but a few.
    for pattern in ("*",) if statement.other_resources else statement.resources:
        if _is_everything(pattern) and not any(_binds(c, _BONDS) for c in statement.conditions):
            return f"{granted[0]} on {pattern}", _WANTED
        if _is_all_keys(pattern) and not any(_binds(c, (*_BONDS, *_BONDS_OF_KEYS)) for c in statement.conditions):
            return f"{granted[0]} on {pattern}", _WANTED_KEYS
        account = account_of_arn(pattern)
        known = not facts.own_accounts or facts.is_own_account(account)
        if account and not known and pattern.split(":")[2] != _BRINGS_IN:
            return f"{granted[0]} on {pattern}", "a resource in an account of this program"
    return _wider_list(statement, document)


def _granted(statement: Statement) -> list[str]:
    """The actions of the list that a statement grants."""
    return [
        f"{service}:{name}"
        for service, names in _TAKES_A_RESOURCE.items()
        for name in names
        if any(matches(action, f"{service}:{name}") for action in statement.actions)
    ]


def _is_everything(pattern: str) -> bool:
    """Whether a pattern takes in all of a kind in every account; a bucket's ARN has no account, its name stands for it."""
    parts = pattern.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return not pattern.strip("*?")
    if account_of_arn(pattern):
        return False
    if parts[2] == "s3":
        return not parts[5].partition("/")[0].strip("*?")
    return _ALL_OF_A_KIND.fullmatch(parts[5]) is not None


def _is_all_keys(pattern: str) -> bool:
    parts = pattern.split(":", 5)
    return len(parts) == 6 and parts[2] == "kms" and _ALL_OF_A_KIND.fullmatch(parts[5]) is not None


def _binds(condition: Condition, keys: tuple[str, ...]) -> bool:
    """Whether a condition lets through only resources that it names."""
    if condition.if_exists or condition.is_negative or not condition.values or condition.quantifier == "forallvalues":
        return False
    return condition.key in keys or ":resourcetag/" in condition.key


def _wider_list(statement: Statement, document: Document) -> tuple[str, str]:
    """A list of a whole bucket, of which the policy opens a prefix only."""
    lists = any(matches(a, "s3:ListBucket") for a in statement.actions)
    if not lists or any(c.key == "s3:prefix" and c.values and not c.is_negative for c in statement.conditions):
        return "", ""
    opened: dict[str, list[str]] = {}
    for other in document.allowing:
        for bucket, slash, name in (r.partition("/") for r in other.resources):
            if slash:
                opened.setdefault(bucket, []).append(name)
    for bucket in statement.resources:
        names = opened.get(bucket, [])
        if names and all(name.strip("*?") for name in names):
            return f"a list of all of {bucket}, of which it opens {names[0]}", "a condition on s3:prefix"
    return "", ""
