from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from policies.facts import Facts, store_types
from policies.flows import tables
from policies.flows.builder import Builder
from policies.flows.places import values_at
from policies.flows.processes import parts
from policies.flows.written import fixed
from policies.graph import Resource, Value
from policies.registry import Scope, all_rules, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.coverage._elsewhere import unlisted
from policies.type_kinds import TypeKind, kind_of, reviewed_types

_STORE = "a store that the rules know (policies/stores.yaml), or a row there for this one"
_MOVER = "a type whose destinations the rules read, or a person who says where the data go"
_GIVEN = "something of this program: what goes to servers of others must be known"
_OPAQUE = "the resources themselves, each as one of this program"

_SAME_ELSEWHERE: Final[Mapping[str, str]] = {
    "aws:cloudcontrol/resource:Resource": "typeName",
    "aws:cloudformation/stack:Stack": "templateUrl",
    "kubernetes:helm.sh/v3:Release": "chart",
    "kubernetes:helm.sh/v1:Release": "chart",
}
"""Type -> the input that says what it makes."""


@rule(
    title="Everything that keeps or moves data is of a kind that the rules know",
    title_zh="所有存储或传输数据的资源类型均在规则覆盖范围内",
    severity=Severity.HIGH,
    types=("*",),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="What no rule reads is neither encrypted, nor saved, nor kept inside the country, as far as anybody can say.",
    fix="Use a store that the rules know. Where there is none, judge it by hand and write that down as a waiver.",
    good='aws.rds.Instance("records", ...)',
    bad='aws.lightsail.Database("records", ...)',
    undecided_waivable=True,
)
def data_type_known(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks each type up in a table of all types of pulumi_aws and pulumi_kubernetes (policies/types.yaml): store, process
    over data, mover of data, opaque, neutral. A store without a family of rules fails. What makes resources that cannot
    be seen (a stack of CloudFormation, a Helm release, a cluster's objects in a Terraform plan, a component that a
    plugin makes where no engine ran) is undecided, and so is, in a stack that holds patients' data, a mover of data of
    which no rule reads where to, or one that hands something from outside the program to servers of others (a chat). A type that the table does not know, of
    another provider, a newer version, a custom resource of Kubernetes, counts as a store when its name or an input says
    so (bucket, database, volume; a key, a retention, deletion protection). In a stack that holds patients' data any other
    resource of another cloud or of Cloud Control (aws-native) is undecided, and so is a command, which runs code; names,
    rights, networks, and providers that keep nothing (random, tls) are at most listed as not covered, like every type
    that no rule concerns. A database inside a server of this program is judged with the server. Not applicable: what
    states class 1 or 2."""
    if resource.remote and resource.urn not in facts.derived(_parents):
        yield undecided(resource, "", f"a component of {resource.type}, whose parts only an engine sees", _OPAQUE)
    if not resource.custom or resource.type.startswith("pulumi:"):
        return
    kind = kind_of(resource.type)
    if kind is None:
        yield from _of_unlisted(resource, facts)
    elif kind is TypeKind.MOVER:
        yield from _of_mover(resource, facts)
    elif kind is TypeKind.STORE and (resource.type in store_types() or _is_judged_in_kubernetes(resource.type)):
        yield passed(resource, "", "a store that the rules know")
    elif kind in (TypeKind.STORE, TypeKind.OPAQUE):
        low = _below_three(resource, facts)
        path = _SAME_ELSEWHERE.get(resource.type, "")
        made = resource.get(path) if path else None
        if low:
            yield low
        elif kind is TypeKind.STORE:
            yield failed(resource, "", "a store that no rule judges", _STORE)
        else:
            unseen = made is None or is_hidden(made)
            yield undecided(resource, path, "resources that cannot be seen" if unseen else made, _OPAQUE)


def _of_unlisted(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    answer = unlisted(resource, facts)
    if answer is None:
        return
    low = _below_three(resource, facts)
    if low:
        yield low
    elif answer.is_store:
        yield failed(resource, answer.path, answer.found, answer.wanted or _STORE)
    elif facts.context.holds_patient_data:
        yield undecided(resource, answer.path, answer.found, answer.wanted)


def _of_mover(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    if not facts.context.holds_patient_data:
        return
    low = _below_three(resource, facts)
    if not _goes_where(resource.type):
        yield low or undecided(resource, "", "data moved to where no rule reads", _MOVER)
        return
    for path, value in _given_to_others(resource, facts):
        yield undecided(resource, path, value, _GIVEN)


def _below_three(resource: Resource, facts: Facts) -> Outcome | None:
    stated = facts.data_class(resource)
    return not_applicable(resource, f"class {stated}: below 3") if stated is not None and stated < 3 else None


def _parents(facts: Facts) -> frozenset[str]:
    return frozenset(r.parent for r in facts.graph.resources if r.parent)


def _is_judged_in_kubernetes(type_token: str) -> bool:
    return type_token.startswith("kubernetes:") and _is_read(type_token)


@cache
def _is_read(type_token: str) -> bool:
    """Whether a rule of its own concerns a type."""
    return any(not r.is_general and r.concerns(type_token) for r in all_rules())


@cache
def _goes_where(type_token: str) -> bool:
    """Whether the tables of flows, or a person's review, say where a mover moves data."""
    judged = any(type_token in tables.names(rule) for rule in tables.JUDGED)
    part = any(type_token == one.type for one in parts())
    return (
        judged
        or part
        or type_token in tables.flows()
        or type_token in tables.shares()
        or type_token in reviewed_types()
    )


def _given_to_others(resource: Resource, facts: Facts) -> Iterator[tuple[str, Value]]:
    """(path, value) of what a resource hands to servers of others and that is not of this program: what it carries, and
    of which class, cannot be told."""
    for row in tables.flows().get(resource.type, ()):
        if row.source == "self" or not (fixed(row.target) or fixed(tables.kind_of_name(resource.type, row.target))):
            continue
        kind = tables.kind_of_name(resource.type, row.source)
        for path, value in values_at(resource, row.source):
            ends = Builder(facts).sources_of(resource, path, value, kind)
            if value not in (None, "") and not any(e.doubt or _is_of_cloud(e.node, facts) for e in ends):
                yield path, value


def _is_of_cloud(urn: str, facts: Facts) -> bool:
    return urn in facts.graph.by_urn and facts.graph.by_urn[urn].type.startswith("aws:")
