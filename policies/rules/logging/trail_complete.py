from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of

_SWITCHES = {"isMultiRegionTrail": False, "enableLogFileValidation": False, "enableLogging": True}
"""Input -> what the provider takes where nothing is stated."""


@rule(
    title="The audit trail covers every region, is validated and runs",
    title_zh="审计跟踪覆盖所有区域、可校验且已启用",
    severity=Severity.HIGH,
    types=("aws:cloudtrail/trail:Trail",),
    why="What happens in a region nobody uses is what nobody looks for; a log that can be changed proves nothing.",
    fix="Set is_multi_region_trail and enable_log_file_validation to true, and leave enable_logging true.",
    good='aws.cloudtrail.Trail("t", is_multi_region_trail=True, enable_log_file_validation=True, ...)',
    bad='aws.cloudtrail.Trail("t", ...)',
)
def trail_complete(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads three switches: `isMultiRegionTrail` and `enableLogFileValidation`, false where nothing is stated, and
    `enableLogging`, true where nothing is stated. Each is judged apart."""
    for path, default in _SWITCHES.items():
        value = resource.get(path)
        if is_hidden(value):
            yield undecided(resource, path, value, "true")
        elif one_of(default if value is None else value, True):
            yield passed(resource, path, "true")
        else:
            yield failed(resource, path, value, "true")
