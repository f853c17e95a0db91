from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import Condition, Document, State, Statement, account_of_arn, matches, read
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_BESIDE: Final = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
_STORES: Final = (".s3", ".dynamodb")
_TAKES_POLICIES: Final = (
    *_STORES,
    *(".athena", ".autoscaling", ".ec2", ".ec2messages", ".ecr.api", ".ecr.dkr", ".eks", ".eks-auth", ".events"),
    *(".elasticloadbalancing", ".glue", ".kinesis-firehose", ".kinesis-streams", ".kms", ".lambda", ".logs"),
    *(".monitoring", ".rolesanywhere", ".secretsmanager", ".sns", ".sqs", ".ssm", ".ssmmessages", ".states", ".sts"),
)
_RESOURCE_KEYS: Final = ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount")
_CALLER_KEYS: Final = ("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths")
_SERVICES_OF_AWS: Final = "aws:principalisawsservice"
_WITHOUT_PRINCIPAL: Final = (
    "rolesanywhere:createsession",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
)
"""Actions by which a caller first gets credentials: he is no principal yet."""
_WANTED_STORES: Final = "statements for named resources, or with a condition on aws:ResourceAccount"
_WANTED_CALLERS: Final = "statements for named resources, or with a condition on aws:PrincipalAccount"


@rule(
    title="Endpoints let the hospital's own callers through, to its own stores",
    title_zh="终端节点仅放行本院主体并通向本院存储",
    severity=Severity.LOW,
    types=("aws:ec2/vpcEndpoint:VpcEndpoint",),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Through an endpoint without a policy a process reaches every bucket of the region, anybody's, and an intruder uses "
    "keys of an account of his own.",
    fix="Give the endpoint a policy that asks for aws:PrincipalAccount, for S3 and DynamoDB for aws:ResourceAccount too.",
    good='"Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333", "aws:ResourceAccount": "111122223333"}}',
    bad='aws.ec2.VpcEndpoint("s3", service_name="com.amazonaws.cn-north-1.s3")  # any bucket',
)
def endpoint_policy_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the policy of endpoints for services of AWS that take one: the endpoint's own, or a resource beside it. Left out it
    allows everything, so absent fails. Each Allow statement must name its resources, or ask for the caller's account,
    organisation or ARN; an endpoint of S3 or DynamoDB, where data could be put into somebody else's store, also for the
    account or the organisation of the resource (an account's tables are named, all buckets are not). A denial of everyone
    else is as good. Not asked: what services of AWS do for the hospital (aws:PrincipalIsAWSService), and actions by which a
    caller first gets credentials. Not applicable: endpoints of other services.

    Source: AWS whitepaper "Building a data perimeter on AWS" (K)."""
    service = resource.get("serviceName")
    if is_hidden(service):
        yield undecided(resource, "serviceName", service, "a service's name")
        return
    if not isinstance(service, str) or not service.endswith(_TAKES_POLICIES):
        yield not_applicable(resource, "an endpoint of another service")
        return
    is_store = service.endswith(_STORES)
    holder = next(iter(facts.satellites(resource, _BESIDE, path="vpcEndpointId")), resource)
    document = read(holder.get("policy"))
    if document.state is State.UNKNOWN:
        yield undecided(holder, "policy", document.value, _WANTED_STORES if is_store else _WANTED_CALLERS)
    elif document.state is not State.READ:
        wanted = _WANTED_STORES if is_store else _WANTED_CALLERS
        yield failed(holder, "policy", document.problem or "no policy", wanted)
    else:
        yield from _statements(holder, document, is_store)


def _statements(holder: Resource, document: Document, is_store: bool) -> Iterator[Outcome]:
    good = True
    for statement in document.allowing:
        if _needs_no_bond(statement):
            continue
        answer = failed if statement.doubt is None else undecided
        what = ", ".join(statement.resources) or "all but some"
        if is_store and not (_in_an_account(statement) or _is_bound(statement, document, _RESOURCE_KEYS)):
            good = False
            yield answer(holder, statement.path, what, _WANTED_STORES)
        elif not (_names_callers(statement) or _is_bound(statement, document, _CALLER_KEYS)):
            good = False
            yield answer(holder, statement.path, f"anybody's callers: {what}", _WANTED_CALLERS)
    if good:
        yield passed(holder, "policy", "own callers, and own or named stores only")


def _needs_no_bond(statement: Statement) -> bool:
    """Named resources, services of AWS, and callers who have no principal yet."""
    if statement.resources and all(_head_of_name(r) for r in statement.resources):
        return True
    if any(c.key == _SERVICES_OF_AWS and c.operator == "bool" and c.values == ("true",) for c in statement.conditions):
        return True
    return bool(statement.actions) and all(a.lower() in _WITHOUT_PRINCIPAL for a in statement.actions)


def _names_callers(statement: Statement) -> bool:
    return bool(statement.principals) and not statement.concerns_everyone


def _is_bound(statement: Statement, document: Document, keys: tuple[str, ...]) -> bool:
    """Whether a statement asks for one of the keys, or a denial takes out whoever has another value."""
    if any(c.key in keys and _limits(c) and not c.is_negative and not c.if_exists for c in statement.conditions):
        return True
    return any(_takes_out_others(denial, statement, keys) for denial in document.denying)


def _takes_out_others(denial: Statement, statement: Statement, keys: tuple[str, ...]) -> bool:
    covered = all(any(matches(d, a) for d in denial.actions) for a in statement.actions)
    everywhere = any(not _head_of_name(r) for r in denial.resources)
    negative = bool(denial.conditions) and all(
        c.key in keys and c.is_negative and _limits(c) for c in denial.conditions
    )
    return denial.concerns_everyone and covered and bool(statement.actions) and everywhere and negative


def _limits(condition: Condition) -> bool:
    return bool(condition.values) and condition.quantifier != "forallvalues" and "*" not in condition.values


def _in_an_account(statement: Statement) -> bool:
    return bool(statement.resources) and all(account_of_arn(r) or _head_of_name(r) for r in statement.resources)


def _head_of_name(pattern: str) -> str:
    """The head of the name that a pattern names; empty where it takes in every name."""
    return pattern.rpartition(":")[2].removeprefix("table").strip("*/")
