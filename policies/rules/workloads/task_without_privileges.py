from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts, document_of
from policies.graph import Resource, Value, as_list
from policies.registry import failed, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden, one_of
from policies.rules.workloads._pods import one

_TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
_JOB: Final = "aws:batch/jobDefinition:JobDefinition"
_WANTED: Final = "a list of containers that can be read"


@rule(
    title="Containers of ECS and Batch have no privileges, and write to no root",
    title_zh="ECS 与 Batch 容器无特权且根文件系统只读",
    severity=Severity.HIGH,
    types=(_TASK, _JOB),
    why="A privileged container is the machine it runs on, with the memory of all others.",
    fix="Set readonlyRootFilesystem true, a user other than root, and leave privileged and host modes out.",
    good='json.dumps([{"name": "viewer", "image": image, "readonlyRootFilesystem": True, "user": "10001"}])',
    bad='json.dumps([{"name": "viewer", "image": image, "privileged": True}])',
)
def task_without_privileges(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the containers in the JSON text of a task or job definition: not privileged, no capabilities added, the root
    file system read-only, and a user other than root (left out it is what the image says, which nobody sees: that is not
    asked). Reads the task's own network, processes and memory (networkMode, pidMode, ipcMode: not `host`) and its host
    volumes with a path. A definition of which the text is not known is undecided. Not applicable: jobs of several nodes or
    on EKS."""
    for name in ("networkMode", "pidMode", "ipcMode"):
        value = resource.get(name)
        if value is not None:
            yield one(resource, name, value, not one_of(value, "host"), "not host")
    for index, volume in enumerate(as_list(resource.get("volumes"))):
        path = volume.get("hostPath") if isinstance(volume, Mapping) else None
        if path not in (None, ""):
            yield one(resource, f"volumes[{index}].hostPath", path, False, "a volume that is not the machine's")
    if resource.type == _JOB and resource.get("containerProperties") is None:
        yield not_applicable(resource, "no containers of its own in sight")
        return
    name = "containerDefinitions" if resource.type == _TASK else "containerProperties"
    text = resource.get(name)
    data = text if isinstance(text, list) else document_of(text)
    if is_hidden(text):
        yield undecided(resource, name, text, _WANTED)
    elif not data:
        yield failed(resource, name, text, _WANTED)
    else:
        for index, container in enumerate(as_list(data)):
            path = f"{name} > [{index}]" if resource.type == _TASK else name
            yield from _container(resource, path, container)


def _container(resource: Resource, path: str, container: Value) -> Iterator[Outcome]:
    if not isinstance(container, Mapping):
        yield failed(resource, path, container, "a container")
        return
    value = container.get("privileged")
    yield one(resource, f"{path}.privileged", value, one_of(value, None, False), "false")
    value = container.get("readonlyRootFilesystem")
    yield one(resource, f"{path}.readonlyRootFilesystem", value, one_of(value, True), "true")
    user = container.get("user")
    if isinstance(user, str) and user.partition(":")[0] in ("root", "0"):
        yield failed(resource, f"{path}.user", user, "a user other than root")
    linux = container.get("linuxParameters")
    capabilities = linux.get("capabilities") if isinstance(linux, Mapping) else None
    added = capabilities.get("add") if isinstance(capabilities, Mapping) else None
    if added:
        yield failed(resource, f"{path}.linuxParameters.capabilities.add", added, "nothing")
