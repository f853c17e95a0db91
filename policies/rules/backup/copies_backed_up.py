from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity
from policies.rules.backup._plans import copied_from, covering

_WANTED = "a selection of a daily plan in the copy's own region and account"


@rule(
    title="Copies are in a daily backup of their own region",
    title_zh="副本在其所在区域每日备份",
    severity=Severity.LOW,
    types=("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:efs/fileSystem:FileSystem"),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="After a failover the copy is the original: what is written there from then on is in no backup.",
    fix="Make a daily plan in the copy's region too, and let its selection take the copy.",
    good='copy = aws.s3.Bucket("copy", tags={"hospital-cloud:backup": "daily"})  # and a plan in its region',
    bad="a plan in the region of the original only",
)
def copies_backed_up(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Advice. Asked of the bucket or file system of class 3 and up to which a replication writes, where a daily plan takes
    the original; where none does, backup-coverage asks."""
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    for source, _ in copied_from(resource, facts):
        own = covering(resource, facts)
        if own is not None:
            yield passed(resource, "", f"selection {own.selection.name}")
        else:
            yield failed(resource, "", f"a copy of {source.name}, in no backup of its own", _WANTED)
        return
