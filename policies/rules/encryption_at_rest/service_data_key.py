from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, not_applicable, rule
from policies.results import Outcome, Severity
from policies.rules._paths import each
from policies.rules.encryption_at_rest._keys import customer_key
from policies.rules.encryption_at_rest._work import (
    ONLY_WITH,
    WORK_KEYS,
    WORK_KEYS_IF_NAMED,
    WORK_KEYS_OF_WHAT_IS_CLASSED,
)


@rule(
    title="What services keep while they work, and what they write, is under a customer key",
    title_zh="各服务处理过程中保存和输出的数据使用客户自管密钥加密",
    severity=Severity.MEDIUM,
    types=(*WORK_KEYS, *WORK_KEYS_IF_NAMED, *WORK_KEYS_OF_WHAT_IS_CLASSED),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A job's disks, models, transcripts and results are made of the records it read.",
    fix="Name a customer key in the input that the finding names.",
    good='aws.sagemaker.TrainingJob("triage", output_data_config={"kms_key_id": key.arn, ...}, ...)',
    bad='aws.sagemaker.TrainingJob("triage", output_data_config={"s3_output_path": "s3://models"}, ...)',
)
def service_data_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads where training jobs, text analysis, flows between services, migrations, catalogues, recordings, agents and the
    like name the key of their disks, their memory and their results. A type that mostly carries orders or code (state
    machines, schedules, pipes, builds) is asked only when it states class 3 and up; every other one unless it states
    class 1 or 2. Optional blocks are asked only where they are written, and the key of a mapping of events only where it
    filters them: it encrypts nothing but the filter. A delivery stream need not name a key for the
    bucket it writes to, which has one; a key that it does name must be the customer's."""
    stated = facts.data_class(resource)
    if stated is not None and stated < 3:
        yield not_applicable(resource, f"class {stated}: below 3")
        return
    if resource.type in WORK_KEYS_OF_WHAT_IS_CLASSED and stated is None:
        yield not_applicable(resource, "states no class, and is asked only when it states 3 and up")
        return
    only_with = ONLY_WITH.get(resource.type)
    if only_with is not None and not resource.get(only_with):
        yield not_applicable(resource, f"has no {only_with}, and its key encrypts nothing else")
        return
    may_be_left_out = WORK_KEYS_IF_NAMED.get(resource.type, ())
    asked = WORK_KEYS.get(resource.type, ()) or WORK_KEYS_OF_WHAT_IS_CLASSED.get(resource.type, ())
    for pattern in (*asked, *may_be_left_out):
        for path, value in each(resource.inputs, pattern):
            if value or pattern not in may_be_left_out:
                yield from customer_key(resource, resource, path, facts)
