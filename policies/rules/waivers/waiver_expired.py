from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule
from policies.results import Outcome, Severity


@rule(
    title="No waiver has passed its last day",
    title_zh="豁免均未超过有效期",
    severity=Severity.MEDIUM,
    types=("hospital-cloud:waiver",),
    why="An exception was accepted for a time. After it nobody answers for it any more, and what it covered is open again.",
    fix="Mend what the waiver covered and remove it, or have it reviewed again and give it a new expires_on.",
    good="expires_on: 2027-03-01  # a day to come, at most a year ahead",
    bad="expires_on: 2026-03-01  # a day that has passed",
    unwaivable="a waiver of a waiver would never end",
)
def waiver_expired(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the waivers of the report, not a cloud's resource. A waiver counts on its last day, and not after: then what
    it covered is violated or undecided again, and this rule fails beside it. An expired waiver that covers nothing any
    more is reported by waiver-unused alone."""
    last_day, covers = resource.get("expiresOn"), resource.get("covers")
    if resource.get("expired") is not True:
        yield passed(resource, "expires_on", f"until {last_day}, by {resource.get('owner')}: {resource.get('reason')}")
    elif covers:
        found = f"expired on {last_day}; {covers} findings that it covered stand again"
        yield failed(resource, "expires_on", found, "a day that has not passed")
