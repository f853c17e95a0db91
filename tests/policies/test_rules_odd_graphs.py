"""Rules on graphs nobody expects: cycles, references to nothing, unknown values, the same policy in each of its forms."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.engine import judge
from policies.graph import Graph, Resource, Unknown, marker, walk
from policies.registry import all_rules
from policies.results import Report, Verdict
from policies.rules._resource_policies import RESOURCE_POLICIES, TRUST_POLICIES
from tests.resources import ACCOUNT, GOOD, context, resource, urn

_CALM = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
_POLICIES = {t: p for t, p in {**RESOURCE_POLICIES, **TRUST_POLICIES}.items() if "." not in p and t in GOOD}
_TYPES = sorted(GOOD)


def _faults(report: Report) -> list[str]:
    return [f"{f.rule}: {f.found}" for f in report.findings if f.found.startswith("the rule itself failed")]


def test_what_throws_would_be_seen():
    broken = replace(all_rules()[0], check=lambda *_: 1 // 0, types=("aws:*",))
    report = judge(Graph.of([resource("aws:sqs/queue:Queue")]), context(), rules=[broken])
    assert len(_faults(report)) == 1
    assert report.exit_code == 1


# --- cycles


@st.composite
def _tangled(draw: st.DrawFn) -> Graph:
    """Good resources whose references, parents and providers lead anywhere: in circles, to themselves, to nothing."""
    chosen = draw(st.lists(st.sampled_from(_TYPES), min_size=2, max_size=8, unique=True))
    urns = [urn(t, resource(t).name) for t in chosen]
    anywhere = st.sampled_from([*urns, "urn:pulumi:test::hospital::aws:s3/bucket:Bucket::nowhere"])
    found = []
    for type_token in chosen:
        inputs: dict[str, Any] = dict(resource(type_token).inputs)
        for key in draw(st.lists(st.sampled_from(sorted(inputs) or ["name"]), max_size=4, unique=True)):
            text = marker(draw(anywhere), draw(st.sampled_from(["arn", "id", "name", ""])))
            inputs[key] = draw(st.sampled_from([text, [text], f"{text}/*", {"arn": text}, Unknown()]))
        found.append(
            replace(
                resource(type_token),
                inputs=inputs,
                parent=draw(st.none() | anywhere),
                provider=draw(st.none() | anywhere),
                depends_on=tuple(draw(st.lists(anywhere, max_size=2))),
                property_depends_on={"policy": tuple(draw(st.lists(anywhere, max_size=2)))},
            )
        )
    return Graph.of(found, project="hospital", stack="test")


@_CALM
@given(_tangled())
def test_no_tangle_makes_a_rule_throw_or_run_for_ever(graph: Graph):
    assert _faults(judge(graph, context())) == []


def test_two_stores_that_copy_to_each_other_come_to_an_end():
    kind = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
    one, two = (urn("aws:s3/bucket:Bucket", name) for name in ("one", "two"))
    rows = [replace(resource("aws:s3/bucket:Bucket"), urn=u, name=u[-3:]) for u in (one, two)]
    for index, (source, target) in enumerate([(one, two), (two, one)]):
        inputs = {
            **resource(kind).inputs,
            "bucket": marker(source, "id"),
            "rules": [{"status": "Enabled", "destination": {"bucket": marker(target, "arn")}}],
        }
        rows.append(replace(resource(kind), urn=urn(kind, f"copy-{index}"), name=f"copy-{index}", inputs=inputs))
    report = judge(Graph.of(rows), context())
    assert _faults(report) == []
    assert {f.name for f in report.findings if f.rule == "no-path-out-of-jurisdiction"} == {"one", "two"}


# --- values that are not known


def test_a_stack_with_any_value_unknown_makes_no_rule_throw(graphs: Mapping[str, Graph]):
    """A fifth of all inputs of a whole stack at once, five times: each is unknown once."""
    stack = graphs["cn-clinic"]
    for offset in range(0, 20, 4):
        rows = []
        for number, subject in enumerate(stack.resources):
            hidden = {
                key: Unknown() if (number + index + offset) % 20 < 4 else value
                for index, (key, value) in enumerate(subject.inputs.items())
            }
            rows.append(replace(subject, inputs=hidden))
        assert _faults(judge(Graph.of(rows, project="hospital-cloud", stack="cn-clinic"), context())) == []


@pytest.mark.parametrize("type_token", sorted(_POLICIES))
def test_a_policy_that_is_not_known_is_never_passed(type_token: str):
    path = _POLICIES[type_token]
    good = resource(type_token)
    subject = replace(good, inputs={**good.inputs, path: Unknown()})
    report = judge(Graph.of([subject]), context())
    at = [f for f in report.findings if f.urn == subject.urn and f.property.startswith(path)]
    assert not [f.rule for f in at if f.verdict is Verdict.PASS]
    assert [f.rule for f in at if f.verdict in (Verdict.UNKNOWN, Verdict.FAIL)], "somebody must say so"


# --- one policy, many forms

_PRINCIPALS = st.sampled_from(
    [
        *("*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}, {"AWS": ACCOUNT}),
        *({"AWS": "arn:aws:iam::999999999999:root"}, {"AWS": ["999999999999", ACCOUNT]}),
        *({"Service": "events.amazonaws.com"}, {"Federated": "cognito-identity.amazonaws.com"}),
    ]
)
_CONDITIONS = st.sampled_from(
    [
        None,
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringEquals": {"AWS:PrincipalOrgID": ["o-abc"]}},
        {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"ForAllValues:StringLike": {"aws:PrincipalArn": "*"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
    ]
)


@st.composite
def _statement(draw: st.DrawFn) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(_PRINCIPALS)
    statement[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(
        st.sampled_from(["*", "s3:*", "sqs:SendMessage", ["kms:Decrypt", "kms:PutKeyPolicy"], "sts:AssumeRole"])
    )
    statement["Resource"] = draw(st.sampled_from(["*", "arn:aws-cn:s3:::x/*", ["arn:aws:sqs:us-east-1:1:q"]]))
    condition = draw(_CONDITIONS)
    return statement if condition is None else {**statement, "Condition": condition}


def _verdicts(subject: Resource, path: str, value: Any) -> set[tuple[str, str]]:
    changed = replace(subject, inputs={**subject.inputs, path: value})
    report = judge(Graph.of([changed]), context())
    assert _faults(report) == []
    return {(f.rule, f.verdict.value) for f in report.findings}


@_CALM
@given(st.sampled_from(sorted(_POLICIES)), st.lists(_statement(), min_size=1, max_size=3))
def test_a_policy_means_the_same_in_each_of_its_forms(type_token: str, statements: list[dict[str, Any]]):
    subject, path = resource(type_token), _POLICIES[type_token]
    document = {"Version": "2012-10-17", "Statement": statements}
    wanted = _verdicts(subject, path, json.dumps(document))
    assert _verdicts(subject, path, json.dumps(document, indent=4)) == wanted, "as get_policy_document writes it"
    assert _verdicts(subject, path, document) == wanted, "as data"
    lists = [{k: v if k in _SINGLE or isinstance(v, list) else [v] for k, v in s.items()} for s in statements]
    assert _verdicts(subject, path, json.dumps({**document, "Statement": lists})) == wanted, "lists of one"
    if len(statements) == 1:
        assert _verdicts(subject, path, json.dumps({**document, "Statement": statements[0]})) == wanted, "one alone"


_SINGLE = ("Effect", "Principal", "NotPrincipal", "Condition")


@_CALM
@given(st.sampled_from(sorted(_POLICIES)), st.lists(_statement(), min_size=1, max_size=2))
def test_opening_a_statement_to_everyone_never_pleases_a_rule_more(type_token: str, statements: list[dict[str, Any]]):
    """What stops the gate on a policy still stops it when its principal becomes the star and its conditions go."""
    subject, path = resource(type_token), _POLICIES[type_token]
    opened = [
        {**{k: v for k, v in s.items() if k not in ("NotPrincipal", "Condition")}, "Principal": "*"}
        if s["Effect"] == "Allow"
        else s
        for s in statements
    ]

    def public(rows: list[dict[str, Any]]) -> bool:
        found = _verdicts(subject, path, json.dumps({"Version": "2012-10-17", "Statement": rows}))
        return ("no-public-principal", "fail") in found

    if public(statements):
        assert public(opened)


def test_the_strategies_reach_every_kind_of_policy():
    assert len(_POLICIES) >= 4
    assert any("${urn:" in str(v) for t in _TYPES for _, v in walk(resource(t).inputs))
