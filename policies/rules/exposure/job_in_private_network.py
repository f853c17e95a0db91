from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of

NETWORKS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:bedrock/customModel:CustomModel": ("vpcConfig.subnetIds",),
    "aws:cloud9/environmentEC2:EnvironmentEC2": ("subnetId",),
    "aws:comprehend/documentClassifier:DocumentClassifier": ("vpcConfig.subnets",),
    "aws:comprehend/entityRecognizer:EntityRecognizer": ("vpcConfig.subnets",),
    "aws:emr/cluster:Cluster": ("ec2Attributes.subnetId", "ec2Attributes.subnetIds"),
    "aws:emrserverless/application:Application": ("networkConfiguration.subnetIds",),
    "aws:glue/devEndpoint:DevEndpoint": ("subnetId",),
    "aws:sagemaker/model:Model": ("vpcConfig.subnets",),
    "aws:sagemaker/notebookInstance:NotebookInstance": ("subnetId",),
    "aws:sagemaker/trainingJob:TrainingJob": ("vpcConfig.subnets",),
}
"""Type -> the inputs of which one names the network it works in."""

_ISOLATED: Final = "enableNetworkIsolation"
_WANTED: Final = "subnets of a private network"


@rule(
    title="Jobs that read records work in a private network",
    title_zh="读取病历的作业在私有网络中运行",
    severity=Severity.HIGH,
    types=tuple(NETWORKS),
    data_classes="3-5",
    why="A job outside the hospital's network has the service's own way to the internet, which nobody filters.",
    fix="Give the job subnets and security groups, or isolate it from every network where it can be.",
    good='aws.sagemaker.Model("triage", vpc_config={"subnets": [a.id, b.id], "security_group_ids": [group.id]}, ...)',
    bad='aws.sagemaker.Model("triage", ...)',
)
def job_in_private_network(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the network of training jobs, models, notebooks, text analysis, Spark and EMR. A model or training job with
    network isolation has no network at all and passes. A function outside a network is judged by what it can read (the
    proof of residency). Not applicable: what states class 1 or 2; stacks without patients' data."""
    stated = facts.data_class(resource)
    if not facts.context.holds_patient_data or (stated is not None and stated < 3):
        yield not_applicable(resource, "holds no patients' data")
        return
    if one_of(resource.get(_ISOLATED), True):
        yield passed(resource, _ISOLATED, True)
        return
    found = [row for pattern in NETWORKS[resource.type] for row in each(resource.inputs, pattern)]
    stated_ones = [(path, value) for path, value in found if value not in (None, "", [], {})]
    path, value = stated_ones[0] if stated_ones else (found[0][0] if found else NETWORKS[resource.type][0], None)
    if is_hidden(value) and path not in NETWORKS[resource.type]:
        yield undecided(resource, path, value, _WANTED)
    elif is_hidden(value) or isinstance(value, str) or (isinstance(value, list) and value):
        yield passed(resource, path, value)
    else:
        yield failed(resource, path, value, _WANTED)
