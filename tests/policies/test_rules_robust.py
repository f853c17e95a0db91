"""What holds for every rule: its form, its answers to shapes nobody expects, and that good resources please it."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.facts import Facts
from policies.flows import tables as flow_tables
from policies.graph import SECRET, Graph, Reference, Resource, Unknown
from policies.registry import Rule, all_rules
from policies.results import Severity, Verdict
from policies.rules._paths import each
from policies.rules._resource_policies import RESOURCE_POLICIES, TRUST_POLICIES
from policies.rules.encryption_at_rest._work import WORK_KEYS, WORK_KEYS_IF_NAMED, WORK_KEYS_OF_WHAT_IS_CLASSED
from policies.rules.encryption_at_rest.disk_encrypted import DISKS
from policies.rules.encryption_at_rest.replica_customer_key import REPLICA_KEYS
from policies.rules.encryption_in_transit.service_requires_tls import SETTINGS
from policies.rules.encryption_in_transit.url_encrypted import URLS
from policies.rules.exposure.endpoint_not_public import ENDPOINTS
from policies.rules.exposure.job_in_private_network import NETWORKS
from policies.rules.exposure.machine_without_public_address import ADDRESSES
from policies.rules.exposure.no_public_acl import ACLS
from policies.rules.exposure.no_public_share import SHARES as PUBLIC_SHARES
from policies.rules.identity.no_secret_in_clear import PASSWORDS
from policies.rules.identity.service_requires_login import LOGINS
from policies.rules.logging.service_logged import LOGS
from policies.rules.residency._capabilities import FEATURES
from policies.rules.resilience.process_in_two_zones import COPIES, PLACES
from policies.rules.resilience.store_in_two_zones import ZONES
from tests.kubernetes_objects import OBJECTS, made
from tests.resources import GOOD, context, graph, resource, urn
from tests.truth import sdk_types

ROOT = Path(__file__).resolve().parents[2]
RULES = all_rules()
THEMES = (
    *("coverage", "deployment", "encryption-at-rest", "encryption-in-transit", "exposure", "residency", "tagging"),
    "workloads",
)
OURS = [rule for rule in RULES if rule.theme in THEMES]
FILES = sorted(p for p in (ROOT / "policies" / "rules").glob("*/*.py") if not p.name.startswith("_"))


# --- form


def test_one_word_is_file_function_rule_and_test():
    for file in FILES:
        functions = [n for n in ast.parse(file.read_text()).body if isinstance(n, ast.FunctionDef)]
        public = [f.name for f in functions if not f.name.startswith("_")]
        assert public == [file.stem], f"{file}: one public function, called {file.stem}; found {public}"
        test = ROOT / "tests" / "policies" / "rules" / file.parent.name / f"test_{file.stem}.py"
        assert test.exists(), f"{file} has no test {test.relative_to(ROOT)}"
        assert f'"{file.stem.replace("_", "-")}"' in test.read_text(), f"{test} does not name its rule"
    assert {f.stem.replace("_", "-") for f in FILES} == {rule.id for rule in RULES}


def test_every_test_has_its_rule():
    rules = {f"{file.parent.name}/{file.stem}" for file in FILES}
    tests = (ROOT / "tests" / "policies" / "rules").glob("*/test_*.py")
    assert {f"{t.parent.name}/{t.stem.removeprefix('test_')}" for t in tests} <= rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_its_metadata_are_whole(rule: Rule):
    assert re.search(r"[\u4e00-\u9fff]{4}", rule.title_zh), "a Chinese title"
    assert not re.search(r"[\u4e00-\u9fff]", rule.title + rule.why + rule.fix)
    assert len(rule.page) > 40, "a docstring: its page in the reference"
    assert rule.page[0].isupper()
    assert rule.types and rule.why and rule.fix and rule.good and rule.bad
    assert len(rule.title) <= 100 and not rule.title.endswith(".")
    assert isinstance(rule.severity, Severity)
    assert re.fullmatch(r"[1-5](-[1-5])?", rule.data_classes)


def test_rules_import_nothing_that_cannot_run_in_the_engine():
    forbidden = {"boto3", "botocore", "pulumi", "pulumi_aws", "requests", "components", "infra"}
    for file in (ROOT / "policies" / "rules").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & forbidden, file


# --- truth of the tables


def _table_paths() -> list[tuple[str, str]]:
    rows = [(t, p) for rule in flow_tables.JUDGED for t, ps in flow_tables.names(rule).items() for p in ps]
    rows += [(t, p) for t, ps in flow_tables.shares().items() for p in ps]
    rows += [(t, f.path) for t, fs in FEATURES.items() for f in fs]
    rows += [(t, s.path) for t, ss in SETTINGS.items() for s in ss]
    rows += [
        (t, check[0]) for table in (ENDPOINTS, LOGINS, LOGS, PUBLIC_SHARES) for t, cs in table.items() for check in cs
    ]
    rows += [
        (t, p)
        for table in (URLS, DISKS, WORK_KEYS, WORK_KEYS_IF_NAMED, WORK_KEYS_OF_WHAT_IS_CLASSED)
        for t, ps in table.items()
        for p in ps
    ]
    rows += [(t, z.path) for t, zs in ZONES.items() for z in zs]
    rows += [(t, p) for table in (NETWORKS, PASSWORDS, PLACES) for t, ps in table.items() for p in ps]
    for table in (COPIES, RESOURCE_POLICIES, TRUST_POLICIES, REPLICA_KEYS, ADDRESSES, ACLS):
        rows += list(table.items())
    return sorted(set(rows))


@pytest.mark.parametrize(("type_token", "path"), _table_paths())
def test_each_path_of_a_table_is_an_argument_of_the_type(type_token: str, path: str):
    cls = sdk_types.resource_class(type_token)
    assert cls is not None, f"{type_token} is not in the SDK"
    fields: Any = sdk_types.arguments(sdk_types.arguments_class(cls))
    for step in path.partition(">")[0].replace("[*]", "").split("."):
        if fields is None:
            return  # a map of free keys
        assert step in fields, f"{type_token} has no {path}: {step} is not among {sorted(fields)}"
        kinds = list(fields[step].types)
        while kinds and kinds[0].kind in ("list", "map") and not any(k.cls for k in kinds):
            kinds = list(kinds[0].item)
        nested = next((k.cls for k in kinds if k.cls is not None), None)
        fields = sdk_types.arguments(nested) if nested is not None else None


# --- good resources


def test_no_rule_objects_to_the_good_resources():
    subjects = [resource(t) for t in GOOD]
    facts = Facts(Graph.of(subjects, project="hospital", stack="test"), context())
    red = [
        (rule.id, subject.name, outcome)
        for rule in OURS
        if rule.severity > Severity.LOW
        for subject in subjects
        if rule.concerns(subject.type)
        for outcome in rule.check(subject, facts)
        if outcome.verdict in (Verdict.FAIL, Verdict.UNKNOWN)
    ]
    assert red == []


def test_good_resources_are_what_the_sdk_would_take():
    assert [problem for t in GOOD for problem in sdk_types.problems(resource(t))] == []


# --- odd shapes

_OTHER = urn("aws:kms/key:Key", "key")
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-1, 10**12)
    | st.floats(allow_nan=True)
    | st.text(max_size=6)
    | st.sampled_from(
        [
            *("*", "0.0.0.0/0", "::/0", "true", "HTTP", "all", "{", "[", "arn:aws:s3:::x", "arn:::", "${urn:x#y}"),
            *("arn:aws-cn:kms:cn-north-1:111122223333:key/1", '{"Statement": [{"Effect": "Allow"}]}', "s3://x/y"),
        ]
    )
    | st.just(SECRET)
    | st.just(Unknown())
    | st.just(Unknown((Reference(_OTHER, "arn"),)))
    | st.just(Unknown((Reference("urn:nowhere", ""),)))
)


def _odd(keys: list[str]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(keys) if keys else st.text(max_size=4)
    return st.recursive(
        _LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3), max_leaves=6
    )


def _types_of(rule: Rule) -> list[str]:
    exact = [t for t in rule.types if not t.endswith("*")]
    return exact or ["aws:sqs/queue:Queue", "aws:iam/role:Role", "aws:lb/listener:Listener"]


def _known_keys() -> dict[str, list[str]]:
    keys: dict[str, set[str]] = {}
    for type_token, path in _table_paths():
        keys.setdefault(type_token, set()).update(path.replace("[*]", "").split("."))
    for type_token, inputs in {**GOOD, **OBJECTS}.items():
        keys.setdefault(type_token, set()).update(inputs, *(v for v in inputs.values() if isinstance(v, dict)))
    return {t: sorted(k) for t, k in keys.items()}


_KEYS = _known_keys()
_COMMON = ["policy", "tags", "rules", "kmsKeyId", "name", "bucket", "region", "ingress", "egress", "routes", "protocol"]


@st.composite
def _oddly_shaped(draw: st.DrawFn, rule: Rule) -> Resource:
    type_token = draw(st.sampled_from(_types_of(rule)))
    keys = sorted({*_KEYS.get(type_token, []), *_COMMON})
    inputs = draw(st.dictionaries(st.sampled_from(keys), _odd(keys), max_size=6))
    base = {**GOOD, **OBJECTS}.get(type_token, {}) if draw(st.booleans()) else {}
    region = draw(st.sampled_from(["cn-north-1", "us-east-1", "nowhere", None]))
    return Resource(
        urn=urn(type_token, "odd"),
        type=type_token,
        name="odd",
        custom=True,
        inputs={**base, **inputs},
        region=region,
        account=draw(st.sampled_from(["111122223333", None])),
        provider=draw(st.sampled_from([urn("pulumi:providers:aws", "workload"), "urn:nowhere", None])),
        retain_on_delete=draw(st.booleans()),
        ignore_changes=tuple(draw(st.lists(st.text(max_size=4), max_size=2))),
    )


def _answers(rule: Rule, subject: Resource, facts: Facts) -> None:
    for outcome in rule.check(subject, facts):
        assert outcome.verdict in Verdict
        assert isinstance(outcome.found, str) and isinstance(outcome.property, str)
        if outcome.verdict is Verdict.FAIL:
            assert outcome.wanted, "a failure says what is wanted"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_shape_makes_a_rule_raise(data: st.DataObject):
    rule = data.draw(st.sampled_from(RULES))
    subjects = data.draw(st.lists(_oddly_shaped(rule), min_size=1, max_size=2, unique_by=lambda r: r.type))
    others = [resource(t) for t in ("aws:s3/bucketPolicy:BucketPolicy", "aws:ec2/subnet:Subnet")]
    facts = Facts(graph(*subjects, *others), context(lifecycle=data.draw(st.sampled_from(["live", "trial"]))))
    for subject in subjects:
        _answers(rule, subject, facts)


_ODD: tuple[Any, ...] = (
    *(None, True, 7, -1.5, "", "{", "x", [], {}, ["x"], [None], [[7]], [{"a": 1}], {"a": {"b": []}}, SECRET, Unknown()),
    *([Unknown()], Unknown((Reference(_OTHER, "arn"),)), "${urn:pulumi:x::y::z#arn}", '{"Statement": [{"Effect": 1}]}'),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_odd_value_makes_it_raise(rule: Rule):
    """Each input that tables and good resources name, and each field of its blocks, with each odd value."""
    for type_token in _types_of(rule)[:6]:
        good = made(type_token) if type_token in OBJECTS else resource(type_token)
        for key in sorted({*_KEYS.get(type_token, []), *good.inputs}):
            block = good.inputs.get(key)
            for odd in _ODD:
                variants = [{**good.inputs, key: odd}]
                if isinstance(block, dict):
                    variants += [{**good.inputs, key: {**block, inner: odd}} for inner in block]
                for inputs in variants:
                    subject = replace(good, inputs=inputs)
                    _answers(rule, subject, Facts(graph(subject), context()))


# --- absent means fail

ABSENT_IS_SAFE: dict[str, str] = {
    "explicit-provider": "reads the option, not an input",
    "store-not-orphaned": "reads the option, not an input",
    "no-path-out-of-jurisdiction": "no input, no path",
    "no-public-acl": "no list is S3's default, and private",
    "provider-without-stored-keys": "what must not be there",
    "security-group-egress-limited": "no rule lets nothing out",
    "security-group-ingress-limited": "no rule lets nothing in",
    "service-offered-in-region": "asks of the type",
    "resource-inside-jurisdiction": "reads the resolved region",
    "default-security-group-closed": "no rule is what is wanted",
    "data-type-known": "asks of the type",
    "cluster-rights-limited": "a role without rules gives no right",
    "network-policy-limited": "a policy without rules lets nobody through",
}
"""Rules that pass a resource without inputs, each for a reason that its page says."""

ABSENT_VALUES_THAT_PASS: dict[str, set[str]] = {
    "endpoint-not-public": {"publiclyAccessible", "type", "webserverAccessMode", "enableDefaultInternetAccess"}
    | {"publicConnectivity", "addressAllocationIds", "enableInternetAccess"},
    "claim-on-safe-storage": {"persistentVolumeReclaimPolicy"},
    "api-requires-login": {"allowUnauthenticatedIdentities"},
    "service-stays-inside": {"type", "io/scheme]"},
    "machine-without-public-address": {"associatePublicIpAddress", "mapPublicIpOnLaunch"},
    "service-requires-tls": {"transitEncryptionMode", "insecureSkipVerification", "insecureSsl", "disableSsl"},
    "no-public-share": {"group", "account_ids", "principal", "principalArn", "autoAcceptSharedAttachments"},
}
"""Inputs whose absence is the closed state (the rule's page says so)."""


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.id)
def test_a_resource_without_inputs_never_passes(rule: Rule):
    if rule.id in ABSENT_IS_SAFE:
        return
    closed = ABSENT_VALUES_THAT_PASS.get(rule.id, set())
    for type_token in _types_of(rule):
        subject = Resource(urn=urn(type_token, "bare"), type=type_token, name="bare", custom=True, inputs={})
        facts = Facts(Graph.of([subject]), context())
        for outcome in rule.check(subject, facts):
            last = outcome.property.rpartition(".")[2]
            assert outcome.verdict is not Verdict.PASS or last in closed, (type_token, outcome)


@pytest.mark.parametrize("table", [SETTINGS, ENDPOINTS], ids=["settings", "endpoints"])
def test_a_setting_of_another_shape_never_passes(table: Any):
    for type_token, checks in table.items():
        for check in checks:
            path, good = (check.path, check.good) if hasattr(check, "path") else check[:2]
            for odd in ([True], {"a": 1}, 7, "no such value"):
                if path in ("vpcOptions.subnetIds", "endpointDetails.addressAllocationIds"):
                    continue
                assert not good(odd), (type_token, path, odd)


def test_each_goes_where_the_pattern_says():
    inputs = {"rules": [{"to": [{"bucket": 1}]}, {"to": {"bucket": 2}}, {}], "one": {"to": {"bucket": 3}}}
    assert list(each(inputs, "rules[*].to.bucket")) == [
        ("rules[0].to[0].bucket", 1),
        ("rules[1].to.bucket", 2),
        ("rules[2].to.bucket", None),
    ]
    assert list(each(inputs, "one[*].to.bucket")) == [("one.to.bucket", 3)]
    assert list(each(inputs, "none[*].to")) == []
    assert list(each(inputs, "none.to")) == [("none.to", None)]
    assert list(each({"rules": "x"}, "rules[*].to")) == [("rules", "x")]
    assert list(each({"rules": Unknown()}, "rules[*].to")) == [("rules[*].to", Unknown())]
