from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule
from policies.results import Outcome, Severity


@rule(
    title="Who retires a stack says who, why and until when",
    title_zh="退役须说明责任人、理由与期限",
    severity=Severity.HIGH,
    types=("pulumi:providers:aws",),
    why="A retiring stack is unprotected; without an end that state is forgotten.",
    fix="Fill in retirement: owner, reason, expires_on in the stack file; set lifecycle back to live when the day has passed.",
    good="retirement: {owner: ..., reason: ..., expires_on: 2027-12-31}",
    bad="lifecycle: retiring  # and nothing else",
)
def retirement_stated(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Judges the stack's lifecycle, once for each account that the program deploys to. Protection is lifted while retiring,
    so owner, reason and an expiry that has not passed must be stated; the report carries them."""
    context = facts.context
    if context.lifecycle != "retiring":
        yield not_applicable(resource, f"the stack is {context.lifecycle}")
        return
    stated = context.retirement
    wanted = "owner, reason, and a day that has not passed"
    if stated is None or not stated.owner.strip() or not stated.reason.strip():
        yield failed(resource, "", "no owner, reason or expiry", wanted)
    elif stated.expires_on < context.today:
        yield failed(resource, "", f"expired on {stated.expires_on}", wanted)
    else:
        yield passed(resource, "", f"protection lifted until {stated.expires_on} by {stated.owner}: {stated.reason}")
