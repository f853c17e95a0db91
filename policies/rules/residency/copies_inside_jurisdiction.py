from collections.abc import Iterator

from policies.facts import Facts
from policies.flows.tables import names
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.residency._outcomes import flows_of


@rule(
    title="Replicas and transfers stay inside the jurisdiction",
    title_zh="数据副本与传输不出法域",
    severity=Severity.CRITICAL,
    types=tuple(names("copies")),
    scope=Scope.GRAPH,
    why="A replica is the data: what is replicated abroad is stored abroad, whatever the law said of the original.",
    fix="Replicate into another region of the jurisdiction, or take the replica away.",
    good='aws.dynamodb.Table("sessions", replicas=[{"region_name": "cn-northwest-1"}])',
    bad='aws.dynamodb.Table("sessions", replicas=[{"region_name": "ap-southeast-1"}])',
    unwaivable="the law on where patients' data may be knows no exception that an owner could grant",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def copies_inside_jurisdiction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads where each type names the other side of a replication or transfer: destinations of S3, DynamoDB, Aurora,
    KMS, ECR, Secrets Manager, EFS and others, and sources too, for a replica here means an original there. A
    reference is followed to its resource; an ARN is judged by its partition, account and region. A bucket's name or
    ARN says no region: inside only where all of its partition is (mainland China), else undecided. A multi-region key
    has the same key material wherever it is replicated. A server outside the cloud is undecided: where it stands
    cannot be told from a program."""
    yield from flows_of(resource, facts, "copies")
