from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

_PATH: Final = "redactedFields"
_WANTED: Final = ("authorization", "cookie", "query string")


@rule(
    title="The web firewall's log leaves out credentials and what names a patient",
    title_zh="Web 应用防火墙日志不含凭据与患者信息",
    severity=Severity.LOW,
    types=("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",),
    data_classes="3-5",
    why="Who reads the log could take over each session in it, and a query (`?name=`) tells who is a patient.",
    fix="Redact the headers authorization and cookie, and the query string.",
    good='redacted_fields=[{"single_header": {"name": "authorization"}}, {"single_header": {"name": "cookie"}}, '
    '{"query_string": {}}]',
    bad='aws.wafv2.WebAclLoggingConfiguration("l", resource_arn=acl.arn, log_destination_configs=[group.arn])',
)
def web_firewall_log_redacted(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the redacted fields of a web ACL's log: headers `authorization` and `cookie`, and the query string (FHIR searches
    carry names and birthdays in it). The path stays, for without it the log tells of no attack. Not applicable where the
    stack states that it holds no patients' data.

    Sources: AWS WAF developer guide, "Logging AWS WAF web ACL traffic" (K); HL7 FHIR R4, "RESTful API", on searches by
    POST (K)."""
    if not facts.context.holds_patient_data:
        yield not_applicable(resource, "the stack holds no patients' data")
        return
    rows = [row for _, row in each(resource.inputs, f"{_PATH}[*]")]
    hidden = [row for row in rows if is_hidden(row)]
    left_out = {_field(row) for row in rows}
    missing = [field for field in _WANTED if field not in left_out]
    if not missing:
        yield passed(resource, _PATH, ", ".join(_WANTED))
    elif hidden:
        yield undecided(resource, _PATH, hidden[0], f"{', '.join(missing)} left out too")
    else:
        found = ", ".join(sorted(field for field in left_out if field)) or "nothing"
        yield failed(resource, _PATH, f"{found} left out", f"{', '.join(missing)} left out too")


def _field(row: Value) -> str:
    if not isinstance(row, Mapping):
        return ""
    header = row.get("singleHeader")
    if isinstance(header, Mapping) and isinstance(header.get("name"), str):
        return str(header["name"]).lower()
    return "query string" if row.get("queryString") is not None else ""
