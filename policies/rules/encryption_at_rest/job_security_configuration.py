from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.facts import Facts, document_of
from policies.graph import Resource, lookup
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of

_CONFIGURED: Final[Mapping[str, str]] = {
    "aws:emr/cluster:Cluster": "securityConfiguration",
    "aws:glue/crawler:Crawler": "securityConfiguration",
    "aws:glue/devEndpoint:DevEndpoint": "securityConfiguration",
    "aws:glue/job:Job": "securityConfiguration",
}
"""Type -> the input that names its security configuration."""

_GLUE = "aws:glue/securityConfiguration:SecurityConfiguration"
_MODES: Final[Mapping[str, tuple[str, ...]]] = {
    "encryptionConfiguration.cloudwatchEncryption.cloudwatchEncryptionMode": ("SSE-KMS",),
    "encryptionConfiguration.jobBookmarksEncryption.jobBookmarksEncryptionMode": ("CSE-KMS",),
    "encryptionConfiguration.s3Encryption.s3EncryptionMode": ("SSE-KMS",),
}
_CATALOGUE = "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings"
_CATALOGUE_MODES: Final[Mapping[str, tuple[Any, ...]]] = {
    "dataCatalogEncryptionSettings.connectionPasswordEncryption.returnConnectionPasswordEncrypted": (True,),
    "dataCatalogEncryptionSettings.encryptionAtRest.catalogEncryptionMode": ("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE"),
}
_EMR = "aws:emr/securityConfiguration:SecurityConfiguration"
_AT_REST = "EncryptionConfiguration.AtRestEncryptionConfiguration"
_EMR_WANTED: Final[Mapping[str, tuple[Any, ...]]] = {
    "EncryptionConfiguration.EnableAtRestEncryption": (True,),
    "EncryptionConfiguration.EnableInTransitEncryption": (True,),
    f"{_AT_REST}.S3EncryptionConfiguration.EncryptionMode": ("SSE-KMS", "CSE-KMS"),
    f"{_AT_REST}.LocalDiskEncryptionConfiguration.EncryptionKeyProviderType": ("AwsKms",),
}


@rule(
    title="Jobs over data run under a security configuration that encrypts",
    title_zh="数据处理作业采用启用加密的安全配置",
    severity=Severity.HIGH,
    types=(*_CONFIGURED, _GLUE, _CATALOGUE, _EMR),
    data_classes="3-5",
    why="A job spreads what it reads over its own disks, logs and bookmarks; the source's encryption ends there.",
    fix="Name a security configuration on the job, with KMS for results, logs, bookmarks and local disks.",
    good='aws.glue.Job("etl", security_configuration=configuration.name, ...)',
    bad='aws.glue.Job("etl", ...)',
)
def job_security_configuration(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Jobs, crawlers and clusters of Glue and EMR must name a security configuration. A configuration of Glue must encrypt
    results, logs and bookmarks with KMS, the catalogue's settings the catalogue and its passwords; a configuration of EMR
    (JSON text) must turn on encryption at rest, with KMS for results and local disks, and in transit. Which key that is,
    service-data-key judges for Glue. Not applicable: what states class 1 or 2."""
    stated = facts.data_class(resource)
    if stated is not None and stated < 3:
        yield not_applicable(resource, f"class {stated}: below 3")
    elif resource.type in _CONFIGURED:
        path = _CONFIGURED[resource.type]
        value = resource.get(path)
        if is_hidden(value) or (isinstance(value, str) and value):
            yield passed(resource, path, value)
        else:
            yield failed(resource, path, value, "the name of a security configuration")
    elif resource.type == _EMR:
        yield from _emr(resource)
    else:
        for pattern, allowed in (_MODES if resource.type == _GLUE else _CATALOGUE_MODES).items():
            for path, value in each(resource.inputs, pattern):
                yield _judged(resource, path, value, allowed)


def _emr(resource: Resource) -> Iterator[Outcome]:
    text = resource.get("configuration")
    document = document_of(text)
    if is_hidden(text):
        yield undecided(resource, "configuration", text, "EnableAtRestEncryption and EnableInTransitEncryption true")
        return
    for path, allowed in _EMR_WANTED.items():
        yield _judged(resource, f"configuration > {path}", lookup(document, path), allowed)


def _judged(resource: Resource, path: str, value: Any, allowed: tuple[Any, ...]) -> Outcome:
    wanted = " or ".join("true" if a is True else str(a) for a in allowed)
    if is_hidden(value):
        return undecided(resource, path, value, wanted)
    return passed(resource, path, value) if one_of(value, *allowed) else failed(resource, path, value, wanted)
