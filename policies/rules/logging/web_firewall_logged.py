from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, reference_of
from policies.registry import Scope, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden

_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
_WANTED = "a log destination (aws.wafv2.WebAclLoggingConfiguration)"


@rule(
    title="Web application firewalls log what they see",
    title_zh="Web 应用防火墙记录日志",
    severity=Severity.MEDIUM,
    types=("aws:wafv2/webAcl:WebAcl", "aws:waf/webAcl:WebAcl", "aws:wafregional/webAcl:WebAcl"),
    scope=Scope.GRAPH,
    why="What was blocked tells of the attack; what was not tells of the rule that is missing.",
    fix="Add an aws.wafv2.WebAclLoggingConfiguration that names the web ACL.",
    good='aws.wafv2.WebAclLoggingConfiguration("l", resource_arn=acl.arn, log_destination_configs=[group.arn])',
    bad='aws.wafv2.WebAcl("a", ...)  # alone',
)
def web_firewall_logged(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for a logging configuration of this web ACL with a destination; web ACLs of the older WAF carry it inside."""
    if resource.type == "aws:wafv2/webAcl:WebAcl":
        found = [
            (other.name, value)
            for other in facts.satellites(resource, _LOGGING, path="resourceArn")
            for _, value in each(other.inputs, "logDestinationConfigs[*]")
        ]
    else:
        inside = each(resource.inputs, "loggingConfiguration.logDestination")
        found = [
            (resource.name, value if path.endswith("logDestination") else [value])
            for path, value in inside
            if value is not None
        ]
    good = [name for name, value in found if value and (isinstance(value, str) or reference_of(value))]
    hidden = [value for _, value in found if is_hidden(value)]
    if good:
        yield passed(resource, "", f"logged by {good[0]}")
    elif hidden:
        yield undecided(resource, "", hidden[0], _WANTED)
    else:
        yield failed(resource, "", found[0][1] if found else "no log", _WANTED)
