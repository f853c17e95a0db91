"""The known-good objects of Kubernetes: what the SDK takes, and what no rule objects to."""

from dataclasses import replace

from policies.engine import judge
from policies.graph import Graph
from policies.results import Severity
from tests.kubernetes_objects import OBJECTS, made
from tests.resources import context, resource
from tests.truth import sdk_types


def test_they_are_what_the_sdk_would_take():
    assert [problem for token in OBJECTS for problem in sdk_types.problems(made(token))] == []


def test_no_rule_objects_to_them():
    graph = Graph.of(
        [*(made(token) for token in OBJECTS), resource("aws:kms/key:Key")], project="hospital", stack="test"
    )
    report = judge(graph, context())
    ours = [f for f in (*report.violations, *report.unknowns) if f.type.startswith("kubernetes:")]
    assert [f.message for f in ours if f.severity >= Severity.MEDIUM] == []
    assert not [t for t in report.not_covered if t.startswith("kubernetes:")]


def test_older_versions_of_a_kind_are_judged_alike():
    old = made("kubernetes:apps/v1:Deployment", "old", spec__template__spec__hostPID=True)
    graph = Graph.of([replace(old, type="kubernetes:extensions/v1beta1:Deployment")])
    found = [f for f in judge(graph, context()).violations if f.rule == "pod-apart-from-its-machine"]
    assert [f.type for f in found] == ["kubernetes:extensions/v1beta1:Deployment"]
