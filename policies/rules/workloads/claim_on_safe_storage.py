from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, references_in
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of
from policies.rules.encryption_at_rest._keys import customer_key

CLASS: Final = "kubernetes:storage.k8s.io/v1:StorageClass"
CLAIM: Final = "kubernetes:core/v1:PersistentVolumeClaim"
VOLUME: Final = "kubernetes:core/v1:PersistentVolume"
SET: Final = "kubernetes:apps/v1:StatefulSet"
_EBS: Final = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs")
_FILES: Final = ("efs.csi.aws.com", "fsx.csi.aws.com", "fsx.openzfs.csi.aws.com", "s3.csi.aws.com")
_OF_MACHINES: Final = ("hostPath", "local", "nfs", "iscsi", "awsElasticBlockStore")
_WANTED: Final = "a storage class of this program that encrypts under a customer key and keeps its volumes"


@rule(
    title="Volumes of the cluster are encrypted, and outlive their claim",
    title_zh="集群存储卷加密且不随声明删除",
    severity=Severity.HIGH,
    types=(CLASS, CLAIM, VOLUME, SET),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A database inside the cluster writes to a volume that the class made, plain unless the class says otherwise, and "
    "gone with the claim.",
    fix="Name a storage class with encrypted: 'true', a kmsKeyId and reclaim_policy Retain.",
    good='k8s.storage.v1.StorageClass("records", provisioner="ebs.csi.aws.com", reclaim_policy="Retain", '
    'parameters={"encrypted": "true", "kmsKeyId": key.arn})',
    bad='k8s.core.v1.PersistentVolumeClaim("records", spec={"resources": {"requests": {"storage": "100Gi"}}})',
)
def claim_on_safe_storage(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """A storage class of EBS must encrypt with a customer key; one of EFS, FSx or S3 names a file system that is judged
    itself; of another maker's volumes (an own site's) nothing can be told: undecided, for a person to look at. The class
    and a volume written by hand must keep the volume when its claim goes (Retain; left out it is Delete for a class).
    A claim, and each template of a StatefulSet, must name a class of this program. A volume on a machine's own path or on a
    plain network disk fails. Class 1 and 2 (label hospital-cloud/data-class) and trials are not asked."""
    stated = facts.data_class(resource)
    if (stated is not None and stated < 3) or facts.context.lifecycle == "trial":
        yield not_applicable(resource, "a trial" if stated is None or stated > 2 else f"class {stated}: below 3")
    elif resource.type == CLASS:
        yield from _class(resource, facts)
        yield _retained(resource, "reclaimPolicy")
    elif resource.type == VOLUME:
        yield from _volume(resource)
        yield _retained(resource, "spec.persistentVolumeReclaimPolicy")
    elif resource.type == CLAIM:
        if resource.get("spec.volumeName") in (None, ""):
            yield _named(resource, "spec.storageClassName", resource.get("spec.storageClassName"), facts)
        else:
            yield passed(resource, "spec.volumeName", resource.get("spec.volumeName"))
    else:
        for path, value in each(resource.inputs, "spec.volumeClaimTemplates[*].spec.storageClassName"):
            yield _named(resource, path, value, facts)


def _class(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    maker = resource.get("provisioner")
    if is_hidden(maker):
        yield undecided(resource, "provisioner", maker, _WANTED)
    elif maker in _FILES:
        yield passed(resource, "provisioner", f"{maker}: its file system is judged itself")
    elif maker not in _EBS:
        yield undecided(resource, "provisioner", maker, "a driver of which the rules know how it encrypts")
    else:
        value = resource.get("parameters.encrypted")
        if is_hidden(value):
            yield undecided(resource, "parameters.encrypted", value, "true")
        elif not one_of(value, True):
            yield failed(resource, "parameters.encrypted", value, "true")
        else:
            yield from customer_key(resource, resource, "parameters.kmsKeyId", facts)


def _retained(resource: Resource, path: str) -> Outcome:
    value = resource.get(path)
    if is_hidden(value):
        return undecided(resource, path, value, "Retain")
    by_hand = resource.type == VOLUME and value in (None, "")
    return (
        passed(resource, path, value or "Retain, the default")
        if value == "Retain" or by_hand
        else failed(resource, path, value, "Retain")
    )


def _volume(resource: Resource) -> Iterator[Outcome]:
    specification = resource.get("spec")
    if not isinstance(specification, Mapping):
        yield (undecided if is_hidden(specification) else failed)(resource, "spec", specification, "a volume")
        return
    wrong = [name for name in _OF_MACHINES if specification.get(name) is not None]
    for name in wrong:
        yield failed(resource, f"spec.{name}", specification.get(name), "a volume of a driver (csi) that encrypts")
    if not wrong:
        yield passed(resource, "spec.csi", "a volume of a driver")


def _named(resource: Resource, path: str, value: Value, facts: Facts) -> Outcome:
    target = facts.target(resource, path, CLASS)
    if target is None and isinstance(value, str) and value and not references_in(value):
        target = facts.derived(_classes).get(value)
    if target is not None:
        return passed(resource, path, f"class {target.name}, which is judged itself")
    if is_hidden(value) or (isinstance(value, str) and value):
        return undecided(resource, path, value, _WANTED)
    return failed(resource, path, value, _WANTED)


def _classes(facts: Facts) -> Mapping[str, Resource]:
    return {
        str(r.get("metadata.name")): r for r in facts.graph.of_type(CLASS) if isinstance(r.get("metadata.name"), str)
    }
