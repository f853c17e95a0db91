from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import State, Statement, account_of_arn, read
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_SERVICES = (".s3", ".dynamodb")
_BONDS = ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount")
_WANTED = "statements for named resources, or with a condition on aws:ResourceAccount"


@rule(
    title="Endpoints of S3 and DynamoDB lead to the hospital's own stores",
    title_zh="S3 与 DynamoDB 端点仅通向本院存储",
    severity=Severity.LOW,
    types=("aws:ec2/vpcEndpoint:VpcEndpoint",),
    data_classes="3-5",
    why="Through an endpoint without a policy a process reaches every bucket of the region, anybody's.",
    fix="Give the endpoint a policy that names resources, or asks for aws:ResourceAccount.",
    good='"Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}',
    bad='aws.ec2.VpcEndpoint("s3", service_name="com.amazonaws.cn-north-1.s3")  # any bucket',
)
def endpoint_policy_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the policy of endpoints for S3 and DynamoDB, where data could be put into somebody else's store. Left out
    it allows everything, so absent fails. Each Allow statement must name its resources (an account's
    tables are named, all buckets are not) or ask for the resource's account or organisation. Other endpoints: not applicable."""
    service = resource.get("serviceName")
    if is_hidden(service):
        yield undecided(resource, "serviceName", service, "a service's name")
        return
    if not isinstance(service, str) or not service.endswith(_SERVICES):
        yield not_applicable(resource, "an endpoint of another service")
        return
    document = read(resource.get("policy"))
    if document.state is State.UNKNOWN:
        yield undecided(resource, "policy", document.value, _WANTED)
    elif document.state is not State.READ:
        yield failed(resource, "policy", document.problem or "no policy", _WANTED)
    else:
        loose = [s for s in document.allowing if not _is_limited(s)]
        for statement in loose:
            yield failed(resource, statement.path, ", ".join(statement.resources) or "all but some", _WANTED)
        if not loose:
            yield passed(resource, "policy", "own or named stores only")


def _is_limited(statement: Statement) -> bool:
    if any(c.key in _BONDS and not c.if_exists and not c.is_negative and c.values for c in statement.conditions):
        return True
    return bool(statement.resources) and not any(_is_anything(r) for r in statement.resources)


def _is_anything(pattern: str) -> bool:
    """Whether a pattern names neither an account nor the head of a name."""
    return account_of_arn(pattern) is None and not pattern.rpartition(":")[2].removeprefix("table").strip("*/")
