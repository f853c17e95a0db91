from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule
from policies.results import Outcome, Severity


@rule(
    title="Every waiver covers something",
    title_zh="每项豁免都对应实际问题",
    severity=Severity.MEDIUM,
    types=("hospital-cloud:waiver",),
    why="A waiver that covers nothing waits for the next mistake of that name, and lets it pass unseen.",
    fix="Remove the waiver from its file; or correct its resource pattern, when it was meant for another resource.",
    good="resource: 'aws:lb/listener:Listener::legacy-pacs'  # a listener that fails the rule",
    bad="resource: 'aws:lb/listener:Listener::legacy-pcas'  # no such listener",
    unwaivable="a waiver of a waiver would never end",
)
def waiver_unused(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the waivers of the report, not a cloud's resource. Fails where no violated or undecided finding of the
    waiver's rule is on a resource that its pattern matches, and where each such finding is one that no waiver may cover.
    Not applicable: waivers whose rule did not run."""
    covers, refused = resource.get("covers"), resource.get("refused")
    if resource.get("judged") is not True:
        yield not_applicable(resource, "its rule did not run")
    elif covers:
        yield passed(resource, "resource", f"covers {covers} findings")
    elif refused:
        wanted = "a waiver of what may be waived"
        yield failed(resource, "resource", f"covers only what no waiver may cover: {refused}", wanted)
    else:
        found = f"{resource.get('pattern')} matches nothing that violates {resource.get('rule')}"
        yield failed(resource, "resource", found, "a pattern that matches a finding, or no waiver")
