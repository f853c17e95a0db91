import re
from collections.abc import Iterator, Mapping

from policies.facts import Facts
from policies.graph import Resource, Value, references_in
from policies.registry import rule
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.workloads._pods import PODS, of_containers, one

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_TAG = re.compile(r":([\w][\w.-]{0,127})$")
_MOVING = ("latest", "main", "master", "stable", "edge", "nightly", "dev")
_WANTED = "a digest (@sha256:...), or the tag of one version"


@rule(
    title="Images are named by a version that does not move",
    title_zh="容器镜像使用固定版本或摘要",
    severity=Severity.MEDIUM,
    types=tuple(PODS),
    why="`latest` is another program tomorrow, in every hospital at once, and nobody has tried it.",
    fix="Name the image by its digest, or by a tag that is written once.",
    good='image="111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/viewer@sha256:3f1c..."',
    bad='image="nginx:latest"',
)
def image_pinned(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the image of each container. A digest passes, and a tag that is no moving name (latest, stable, main and the
    like); no tag means latest. An image of which only a part is known passes where that part shows digest or tag."""

    def judged(path: str, container: Mapping[str, Value]) -> Iterator[Outcome]:
        value = container.get("image")
        if is_hidden(value):
            yield one(resource, f"{path}.image", value, False, _WANTED)
            return
        text = value if isinstance(value, str) else ""
        tag = _TAG.search(text)
        good = bool(_DIGEST.search(text)) or bool(tag and tag[1].lower() not in _MOVING)
        if not good and text.endswith("}") and references_in(text):
            good = True  # the whole name, with its digest or tag, comes from another resource
        yield one(resource, f"{path}.image", value, good, _WANTED)

    yield from of_containers(resource, judged, _WANTED)
