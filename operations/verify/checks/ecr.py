"""ECR: images are encrypted with their key, and replicate where they should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from operations.verify.answers import must, named, right_key, same, silent, within
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.results import Outcome

_GONE: Final = ("RepositoryNotFoundException",)


@check(
    "aws:ecr/repository:Repository",
    title="The repository is encrypted with the key that the state names",
    fix="A repository's key cannot be changed: make a new one under the right key and push the images again.",
)
def repository_encrypted(repository: Subject) -> Iterator[Outcome]:
    """Compares kind of encryption and key."""
    name = repository.name("name", "id")
    answer = repository.ask("ecr", "describe_repositories", gone=_GONE, repositoryNames=[name])
    found = named(answer.get("repositories"), "repositoryName", name).get("encryptionConfiguration") or {}
    wanted = next(iter(repository.blocks("encryptionConfigurations")), None)
    if wanted is None:
        yield silent(repository, "key for it")
        return
    yield same(
        repository, "DescribeRepositories encryptionType", found.get("encryptionType"), wanted.get("encryptionType")
    )
    if wanted.get("kmsKey"):
        yield right_key(repository, "DescribeRepositories kmsKey", found.get("kmsKey"), wanted["kmsKey"])


@check(
    "aws:ecr/replicationConfiguration:ReplicationConfiguration",
    title="Images replicate to every place that the state names",
    fix="Deploy again; then push the images that were missed once more.",
)
def images_replicated(subject: Subject) -> Iterator[Outcome]:
    """Looks for each destination of the state among those in force."""
    answer = subject.ask("ecr", "describe_registry")
    rules = within(answer, "replicationConfiguration", "rules") or []
    found = {(d.get("region"), d.get("registryId")) for rule in rules for d in rule.get("destinations") or []}
    for block in subject.blocks("replicationConfiguration"):
        wanted_rules = block.get("rules") or []
        for rule in wanted_rules if isinstance(wanted_rules, list) else [wanted_rules]:
            destinations = rule.get("destinations") or []
            for wanted in destinations if isinstance(destinations, list) else [destinations]:
                if isinstance(wanted, Mapping):
                    place = (wanted.get("region"), wanted.get("registryId"))
                    said = ", ".join(f"{region} of {registry}" for region, registry in sorted(found)) or "none"
                    asked = f"DescribeRegistry {place[0]}"
                    yield must(subject, asked, place in found, said, f"a destination {place[0]} of {place[1]}")
