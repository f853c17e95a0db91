from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, references_in
from policies.registry import Scope, expect, failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of
from policies.rules.logging._recorders import RECORDER, STATUS

_ALL = "recordingGroup.allSupported"
_WANTED = "all supported types (recording_group all_supported=True, nothing left out)"
_LISTS = ("recordingGroup.resourceTypes", "recordingGroup.exclusionByResourceTypes[*].resourceTypes")


@rule(
    title="A recorder of configuration runs and takes in every type",
    title_zh="配置记录器已启动并覆盖全部资源类型",
    severity=Severity.MEDIUM,
    types=(RECORDER, STATUS),
    scope=Scope.GRAPH,
    why="A recorder that was never started looks like one and keeps nothing; what it leaves out is what changed.",
    fix="Add an aws.cfg.RecorderStatus with is_enabled=True for the recorder, and leave all_supported true.",
    good='aws.cfg.RecorderStatus("on", name=recorder.name, is_enabled=True)',
    bad='aws.cfg.Recorder("r", role_arn=role.arn)  # alone: it does not record',
)
def recorder_complete(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads what a recorder of AWS Config takes in: all supported types, as it does where nothing is stated, without a
    list of types or of exceptions. Looks for its status, in the same region and account, and reads that it is enabled:
    a recorder without one is not started (AWS Config API, StartConfigurationRecorder)."""
    if resource.type == STATUS:
        yield from expect(resource, "isEnabled", lambda value: one_of(value, True), "true")
        return
    yield _takes_in(resource)
    if any(_is_of(status, resource) for status in facts.graph.of_type(STATUS)):
        yield passed(resource, "", "started")
    else:
        yield failed(resource, "", "no status, so it is not started", "an aws.cfg.RecorderStatus for it")


def _takes_in(recorder: Resource) -> Outcome:
    for path, value in each(recorder.inputs, _ALL):
        if is_hidden(value):
            return undecided(recorder, path, value, _WANTED)
        if value is not None and not one_of(value, True):
            return failed(recorder, path, value, _WANTED)
    for pattern in _LISTS:
        for path, value in each(recorder.inputs, pattern):
            if value:
                return failed(recorder, path, value, _WANTED)
    return passed(recorder, "recordingGroup", "all supported types")


def _is_of(status: Resource, recorder: Resource) -> bool:
    """AWS knows one recorder a region and account; a status may name it by reference or by name."""
    name = status.get("name")
    if isinstance(name, str) and references_in(name):
        return any(reference.urn == recorder.urn for reference in references_in(name))
    return status.region == recorder.region and status.account == recorder.account
