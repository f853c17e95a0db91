from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of


@rule(
    title="Threat detection is on",
    title_zh="威胁检测已启用",
    severity=Severity.HIGH,
    types=("aws:guardduty/detector:Detector",),
    why="A detector that is switched off looks like one in the console and sees nothing.",
    fix="Leave enable true.",
    good='aws.guardduty.Detector("d", enable=True)',
    bad='aws.guardduty.Detector("d", enable=False)',
)
def detector_enabled(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enable`, which the provider takes for true where nothing is stated."""
    value = resource.get("enable")
    if is_hidden(value):
        yield undecided(resource, "enable", value, "true")
    elif value is None:
        yield passed(resource, "enable", "true, the provider's default")
    elif one_of(value, True):
        yield passed(resource, "enable", value)
    else:
        yield failed(resource, "enable", value, "true")
