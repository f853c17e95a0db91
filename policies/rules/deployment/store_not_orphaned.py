from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Resource
from policies.registry import failed, passed, rule
from policies.results import Outcome, Severity

_KEYS = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")


@rule(
    title="No store or key is left behind when it is replaced",
    title_zh="存储与密钥被替换时不得遗留为孤儿资源",
    severity=Severity.MEDIUM,
    types=(*store_types(), *_KEYS),
    why="retain_on_delete leaves a store full of records that no program knows, backs up or judges any more.",
    fix="Use protect=True: then nothing is replaced at all until somebody decides.",
    good="opts=pulumi.ResourceOptions(protect=True)",
    bad="opts=pulumi.ResourceOptions(retain_on_delete=True)",
)
def store_not_orphaned(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the option retain_on_delete of stores and keys."""
    if resource.retain_on_delete:
        yield failed(resource, "retainOnDelete", True, "false; protect the resource instead")
    else:
        yield passed(resource, "retainOnDelete", False)
