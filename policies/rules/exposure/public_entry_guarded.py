from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
_DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
_WANTED = "a web ACL associated with it (aws.wafv2.WebAclAssociation)"


@rule(
    title="What faces the internet stands behind a web application firewall",
    title_zh="面向互联网的入口均有 Web 应用防火墙防护",
    severity=Severity.HIGH,
    types=(*_BALANCERS, _DISTRIBUTION),
    scope=Scope.GRAPH,
    why="An entry for patients is an entry for everyone; known attacks should not reach the application.",
    fix="Associate a web ACL with the load balancer, or make it internal.",
    good='aws.wafv2.WebAclAssociation("guard", resource_arn=balancer.arn, web_acl_arn=acl.arn)',
    bad='aws.lb.LoadBalancer("entry", internal=False, ...)  # alone',
)
def public_entry_guarded(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """A load balancer is public unless `internal` is true. A public application load balancer needs a web ACL's
    association in the program, and may not let pass what the web ACL has not judged (`enableWafFailOpen`). Not applicable: internal ones; network and gateway load balancers, in front of which no
    web ACL can stand (WAF developer guide); distributions in mainland China, where CloudFront has none."""
    if resource.type == _DISTRIBUTION:
        yield from _distribution(resource, facts)
        return
    internal, kind = resource.get("internal"), resource.get("loadBalancerType")
    if is_hidden(internal) or is_hidden(kind):
        yield undecided(resource, "internal", internal if is_hidden(internal) else kind, f"true, or {_WANTED}")
    elif one_of(internal, True):
        yield not_applicable(resource, "internal")
    elif kind in ("network", "gateway"):
        yield not_applicable(resource, f"no web ACL can stand before a {kind} load balancer")
    elif one_of(resource.get("enableWafFailOpen"), True):
        yield failed(resource, "enableWafFailOpen", True, "false: without a verdict nothing passes")
    elif found := facts.satellites(resource, _ASSOCIATION, path="resourceArn"):
        yield passed(resource, "", f"guarded by {found[0].name}")
    else:
        yield failed(resource, "", "public, and no web ACL", _WANTED)


def _distribution(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    value = resource.get("webAclId")
    if facts.context.jurisdiction.partition.id == "aws-cn":
        yield not_applicable(resource, "CloudFront has no web ACL in mainland China")
    elif value in (None, ""):
        yield failed(resource, "webAclId", value, "a web ACL")
    else:
        yield passed(resource, "webAclId", value)
