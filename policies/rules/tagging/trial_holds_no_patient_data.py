from collections.abc import Iterator

from jurisdictions import RECORD_KIND_TAG, RecordKind
from policies.facts import Facts, store_types
from policies.graph import Resource
from policies.registry import Scope, decided, failed, not_applicable, passed, rule
from policies.results import Outcome, Severity

_NOT_OF_PATIENTS = (RecordKind.SYNTHETIC.value, RecordKind.AUDIT_LOG.value, RecordKind.OPERATIONAL.value)
_COPIES = frozenset(["aws:backup/vault:Vault", "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"])
_WANTED = "synthetic data only: data: synthetic in the stack file, record kind synthetic on the store"


@rule(
    title="A trial holds no patients' data",
    title_zh="试用环境不得存放患者数据",
    severity=Severity.CRITICAL,
    types=tuple(
        t for t, row in store_types().items() if row.holds == "records" and not row.part_of and t not in _COPIES
    ),
    scope=Scope.GRAPH,
    why="A trial can be torn down at any time, is smaller than the law asks, and nobody answers for what is in it.",
    fix="Fill the trial with synthetic data and say so; for patients' data set lifecycle: live.",
    good='lifecycle: trial, data: synthetic; tags={"hospital-cloud:record-kind": "synthetic"}',
    bad="lifecycle: trial, data: patient",
    unwaivable="what a trial is excused of, it is excused of because it holds none",
)
def trial_holds_no_patient_data(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """In a stack of lifecycle `trial`: fails for every store when the stack states that it holds patients' data, and
    for each store of class 3 and up whose record kind is a patient's (outpatient, inpatient, imaging) or not stated.
    A backup vault is not asked: it holds copies of stores that are. Audit logs and operational records are about staff
    and machines. Other lifecycles: not applicable."""
    if facts.context.lifecycle != "trial":
        yield not_applicable(resource, f"lifecycle {facts.context.lifecycle}")
        return
    kind, data_class = facts.record_kind(resource), facts.effective_class(resource)
    path = f"tags[{RECORD_KIND_TAG}]"
    if facts.context.holds_patient_data:
        yield failed(resource, "", "a trial that states it holds patients' data", _WANTED)
    elif data_class < 3:
        yield passed(resource, path, f"class {data_class}")
    else:
        yield decided(resource, path, kind, lambda v: v in _NOT_OF_PATIENTS, _WANTED)
