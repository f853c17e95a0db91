from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.shares import TYPES, callers
from policies.graph import Resource
from policies.iam_documents import partition_of_arn
from policies.registry import Scope, failed, passed, rule
from policies.results import Outcome, Severity
from policies.rules.residency._outcomes import unreadable


@rule(
    title="No policy or share names another partition",
    title_zh="任何策略与共享都不指向其他分区",
    severity=Severity.CRITICAL,
    types=TYPES,
    scope=Scope.GRAPH,
    why="A principal of another partition is another country's cloud: whoever it is reads from outside the law.",
    fix="Name principals of the jurisdiction's partition only; exchange data at an entry where people log in.",
    good='"Principal": {"AWS": "arn:aws-cn:iam::111122223333:role/reader"}',
    bad='"Principal": {"AWS": "arn:aws:iam::111122223333:role/reader"}',
    unwaivable="the law on where patients' data may be knows no exception that an owner could grant",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def no_foreign_partition(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the principals of resource policies and trust policies, the conditions that narrow a star, and the shares
    of snapshots, images, keys, functions and queries. Every ARN among them must be of the jurisdiction's partition.
    A policy that is not known before deploy is undecided, one that cannot be read fails. Deny statements open
    nothing and are not read."""
    own = facts.context.jurisdiction.partition.id
    doubts = list(unreadable(resource, facts))
    yield from doubts
    seen = 0
    for caller in callers(resource, facts):
        partition = partition_of_arn(caller.value)
        seen += 1
        if partition and partition != own and caller.kind != "aws:sourcevpcarn":
            yield failed(resource, caller.path, caller.value, f"principals of the partition {own}")
    if seen and not doubts:
        yield passed(resource, "", f"{seen} named principals, in {own} where they say")
