from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.logging._trails import TRAIL, lost_events

_SWITCHES = {
    "isMultiRegionTrail": False,
    "enableLogFileValidation": False,
    "enableLogging": True,
    "includeGlobalServiceEvents": True,
}
"""Input -> what the provider takes where nothing is stated."""


@rule(
    title="The audit trail covers every region, is validated and runs",
    title_zh="审计跟踪覆盖所有区域、可校验且已启用",
    severity=Severity.HIGH,
    types=(TRAIL,),
    why="What happens in a region nobody uses is what nobody looks for; a log that can be changed proves nothing.",
    fix="Set is_multi_region_trail and enable_log_file_validation to true, leave enable_logging and "
    "include_global_service_events true, and let the selectors take in all management events.",
    good='aws.cloudtrail.Trail("t", is_multi_region_trail=True, enable_log_file_validation=True, ...)',
    bad='aws.cloudtrail.Trail("t", ...)',
)
def trail_complete(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads four switches: `isMultiRegionTrail` and `enableLogFileValidation`, false where nothing is stated, and
    `enableLogging` and `includeGlobalServiceEvents` (IAM, STS), true where nothing is stated. Each is judged apart.

    A trail without selectors records all management events. With selectors it records what they name: one must take in
    management events of reads and writes, of every service; two, one for reads and one for writes, do as well
    (CloudTrail user guide, "Logging management events"). Who used a key is a management event of KMS, so these may not
    be left out either."""
    for path, default in _SWITCHES.items():
        value = resource.get(path)
        if is_hidden(value):
            yield undecided(resource, path, value, "true")
        elif one_of(default if value is None else value, True):
            yield passed(resource, path, "true")
        else:
            yield failed(resource, path, value, "true")
    for path, found, wanted in lost_events(resource):
        yield (
            undecided(resource, path, found, wanted)
            if not isinstance(found, str)
            else failed(resource, path, found, wanted)
        )
