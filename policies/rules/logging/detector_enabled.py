from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.logging._features import DETECTOR, FEATURE, REPLACED


@rule(
    title="Threat detection is on",
    title_zh="威胁检测已启用",
    severity=Severity.HIGH,
    types=(DETECTOR, FEATURE),
    why="A detector that is switched off looks like one in the console and sees nothing.",
    fix="Leave enable true, and the status of each feature ENABLED.",
    good='aws.guardduty.Detector("d", enable=True)',
    bad='aws.guardduty.Detector("d", enable=False)',
)
def detector_enabled(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `enable` of a detector, which the provider takes for true where nothing is stated, and `status` of each
    feature that the program writes down. A feature that is left out keeps what the region gives a new detector (all
    but Runtime Monitoring; account-watched asks for that). Exception: EKS_RUNTIME_MONITORING, which AWS wants off where
    RUNTIME_MONITORING is on (GuardDuty API, DetectorFeatureConfiguration)."""
    if resource.type == FEATURE:
        yield _feature(resource)
        return
    value = resource.get("enable")
    if is_hidden(value):
        yield undecided(resource, "enable", value, "true")
    elif value is None:
        yield passed(resource, "enable", "true, the provider's default")
    elif one_of(value, True):
        yield passed(resource, "enable", value)
    else:
        yield failed(resource, "enable", value, "true")


def _feature(resource: Resource) -> Outcome:
    name, status = resource.get("name"), resource.get("status")
    if name == REPLACED:
        return not_applicable(resource, f"{name} is contained in RUNTIME_MONITORING")
    if is_hidden(status):
        return undecided(resource, "status", status, "ENABLED")
    if status == "ENABLED":
        return passed(resource, "status", f"{name}: {status}")
    return failed(resource, "status", status, "ENABLED")
