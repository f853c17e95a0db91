from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import Statement
from policies.registry import Scope, failed, passed, rule
from policies.results import Outcome, Severity
from policies.rules._resource_policies import RESOURCE_POLICIES, documents

_BONDS = (
    *("aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths"),
    *("kms:encryptioncontext", "kms:calleraccount", "kms:viaservice"),
)
_WANTED = "a condition on aws:SourceAccount or aws:SourceArn (for CloudWatch Logs: kms:EncryptionContext)"


@rule(
    title="Services may act for this hospital's resources only",
    title_zh="云服务主体仅可代表本院资源操作",
    severity=Severity.MEDIUM,
    types=tuple(RESOURCE_POLICIES),
    scope=Scope.GRAPH,
    why="A service acts for every customer; without a bond somebody else's trail or topic can write into the hospital's.",
    fix="Add a condition on aws:SourceAccount with the hospital's account to each statement for a service.",
    good='"Principal": {"Service": "logging.s3.amazonaws.com"}, '
    '"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}',
    bad='"Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"',
)
def service_principal_bound(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the Allow statements of resource policies whose principal is a service: each needs a positive condition
    that says for whom the service acts (IAM user guide, "The confused deputy problem"). Trust policies of roles are not
    asked: a service takes on a role only for the account that passed it."""
    for path, document in documents(resource, facts):
        bound = 0
        for statement in document.allowing:
            services = [str(p.value) for p in statement.principals if p.kind == "Service"]
            if services and not _is_bound(statement):
                yield failed(resource, statement.path, f"{', '.join(services)}, for whoever asks", _WANTED)
            bound += bool(services and _is_bound(statement))
        if bound:
            yield passed(resource, path, f"{bound} statements for services, each bound")


def _is_bound(statement: Statement) -> bool:
    return any(
        c.key.startswith(_BONDS) and not c.if_exists and not c.is_negative and c.values and "*" not in c.values
        for c in statement.conditions
    )
