"""Waivers on reports: what they cover, what they never touch, and what is said of them."""

import fnmatch
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policies.engine import judge
from policies.graph import Graph, Resource, Unknown
from policies.registry import Rule, Scope, all_rules
from policies.results import Finding, Report, Severity, StackPlace, Verdict
from policies.waivers import NONE, RULES, TYPE, Waiver, Waivers, applied, glob
from tests.resources import context, marker, resource, urn

TODAY = date(2026, 11, 23)
CONTEXT = context(today=TODAY)
KEY, BUCKET, POLICY = "aws:kms/key:Key", "aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"
RULE = "key-rotation"


def waiver(**changes: object) -> Waiver:
    given_: dict[str, object] = {
        "rule": RULE,
        "resource": f"{KEY}::key",
        "reason": "imported key material cannot rotate",
        "owner": "cio@example.org",
        "expires_on": date(2027, 5, 31),
        "place": StackPlace("waivers.yaml", 3, "waivers[0]"),
    }
    return Waiver(**{**given_, **changes})  # type: ignore[arg-type]


def judged(*waivers: Waiver, rotation: object = False, **fields: object) -> Report:
    graph = Graph.of([resource("pulumi:providers:aws"), resource(KEY, "key", enableKeyRotation=rotation)])
    return judge(graph, context(today=TODAY, **fields), waivers=Waivers(waivers, "waivers.yaml", "beef"))


def of(report: Report, rule: str) -> list[Finding]:
    return [f for f in report.findings if f.rule == rule]


def verdicts(report: Report) -> dict[tuple[str, str, str, str], Verdict]:
    return {(f.rule, f.urn, f.property, f.found): f.verdict for f in report.findings if f.rule not in RULES}


# --- in the engine


def test_without_a_waiver_it_is_violated():
    report = judged()
    assert [f.verdict for f in of(report, RULE)] == [Verdict.FAIL]
    assert not any(of(report, rule) for rule in RULES)


def test_a_waiver_covers_it_and_says_by_whom_why_and_until_when():
    report = judged(waiver())
    (finding,) = of(report, RULE)
    assert finding.verdict is Verdict.WAIVED and finding.waiver == waiver()
    assert str(finding.waiver) == "by cio@example.org until 2027-05-31: imported key material cannot rotate"
    assert finding not in report.violations and finding in report.waived
    assert {f.verdict for rule in RULES for f in of(report, rule)} == {Verdict.PASS}


def test_what_is_undecided_may_be_waived_too():
    assert [f.verdict for f in of(judged(waiver(), rotation=Unknown()), RULE)] == [Verdict.WAIVED]


@pytest.mark.parametrize(
    "change",
    [{"rule": "key-deletion-delayed"}, {"resource": f"{KEY}::other"}, {"resource": "urn:pulumi:x::*::key"}],
    ids=["another rule", "another resource", "another stack"],
)
def test_one_field_away_it_covers_nothing_and_is_a_finding(change: dict[str, str]):
    report = judged(waiver(**change))
    assert [f.verdict for f in of(report, RULE)] == [Verdict.FAIL]
    (unused,) = of(report, "waiver-unused")
    assert unused.verdict is Verdict.FAIL and unused.severity is Severity.MEDIUM
    assert unused.stack == StackPlace("waivers.yaml", 3, "waivers[0]") and unused.type == TYPE
    assert report.exit_code == 1


def test_a_mended_resource_makes_its_waiver_a_finding():
    report = judged(waiver(), rotation=True)
    assert [f.verdict for f in of(report, RULE)] == [Verdict.PASS]
    assert [f.verdict for f in of(report, "waiver-unused")] == [Verdict.FAIL]


@pytest.mark.parametrize(("last", "verdict"), [(TODAY, Verdict.WAIVED), (date(2026, 11, 22), Verdict.FAIL)])
def test_it_counts_on_its_last_day_and_not_after(last: date, verdict: Verdict):
    report = judged(waiver(expires_on=last))
    assert [f.verdict for f in of(report, RULE)] == [verdict]
    expired = [f for f in of(report, "waiver-expired") if f.verdict is Verdict.FAIL]
    assert len(expired) == (verdict is Verdict.FAIL)
    assert not [f for f in of(report, "waiver-unused") if f.verdict is Verdict.FAIL]


def test_an_expired_waiver_that_covers_nothing_is_only_unused():
    report = judged(waiver(expires_on=date(2026, 1, 1)), rotation=True)
    assert not of(report, "waiver-expired")
    assert [f.verdict for f in of(report, "waiver-unused")] == [Verdict.FAIL]


def test_the_one_in_force_counts_beside_an_expired_one():
    old = waiver(expires_on=date(2026, 1, 1), resource=f"{KEY}::*")
    assert [f.waiver for f in of(judged(old, waiver()), RULE)] == [waiver()]


def test_a_rule_that_did_not_run_leaves_its_waivers_unjudged():
    report = judged(waiver(rule="CKV_AWS_7"))
    assert [f.verdict for f in of(report, "waiver-unused")] == [Verdict.NOT_APPLICABLE]


def test_part_of_the_scopes_says_nothing_of_the_waivers_themselves():
    graph = Graph.of([resource(KEY, "key", enableKeyRotation=False)])
    given_ = Waivers((waiver(), waiver(resource=f"{KEY}::none")), "w", "b")
    report = judge(graph, CONTEXT, scopes=(Scope.RESOURCE,), waivers=given_)
    assert not any(of(report, rule) for rule in RULES)
    assert [f.verdict for f in of(report, RULE)] == [Verdict.WAIVED]


# --- what no waiver covers


def test_a_rule_that_throws_is_never_covered():
    rule = next(r for r in all_rules() if r.id == RULE)

    def broken(resource: Resource, facts: object) -> list[object]:
        raise RuntimeError("no")

    fault: Rule = replace(rule, check=broken)  # type: ignore[arg-type]
    graph = Graph.of([resource(KEY, "key")])
    report = judge(graph, CONTEXT, rules=[fault], waivers=Waivers((waiver(),)))
    assert [(f.verdict, f.severity) for f in of(report, RULE)] == [(Verdict.FAIL, Severity.CRITICAL)]
    (unused,) = of(report, "waiver-unused")
    assert "a rule that throws has not answered" in unused.found


def abroad(tags: object, *waivers: Waiver) -> Report:
    bucket = replace(resource(BUCKET, "b", tags=tags), region="us-east-1")
    policy = replace(resource(POLICY, "p", bucket=marker(urn(BUCKET, "b"), "id")), region="us-east-1")
    return judge(Graph.of([resource("pulumi:providers:aws"), bucket, policy]), CONTEXT, waivers=Waivers(waivers))


@pytest.mark.parametrize(
    ("data_class", "verdict"), [("1", "waived"), ("2", "waived"), ("3", "fail"), ("5", "fail"), (None, "fail")]
)
def test_patients_data_abroad_are_never_covered(data_class: str | None, verdict: str):
    tags = {"hospital-cloud:data-class": data_class} if data_class else {}
    waivers = [
        waiver(rule="resource-inside-jurisdiction", resource=f"{BUCKET}::b"),
        waiver(rule="resource-inside-jurisdiction", resource=f"{POLICY}::p"),
    ]
    found = {f.name: f for f in of(abroad(tags, *waivers), "resource-inside-jurisdiction") if f.name in ("b", "p")}
    assert {name: f.verdict.value for name, f in found.items()} == {"b": verdict, "p": verdict}
    assert {f.data_class for f in found.values()} == {int(data_class or 4)}, "a policy has the class of its bucket"
    assert all(bool(f.unwaivable) == (verdict == "fail") for f in found.values())


def test_what_lets_in_somebody_else_is_covered_where_it_is_undecided_only():
    rule = next(r for r in all_rules() if r.id == "no-foreign-account")
    assert rule.unwaivable and rule.undecided_waivable
    partner = {"Principal": {"AWS": "arn:aws-cn:iam::999999999999:root"}}
    someone = {"Principal": {"CanonicalUser": "0" * 64}}
    for let_in, verdict in ((partner, Verdict.FAIL), (someone, Verdict.WAIVED)):
        policy = [{"Effect": "Allow", **let_in, "Action": "s3:GetObject", "Resource": "*"}]
        value = {"Version": "2012-10-17", "Statement": policy}
        nodes = [resource("pulumi:providers:aws"), resource(BUCKET, "b"), resource(POLICY, "p", policy=value)]
        given_ = Waivers((waiver(rule=rule.id, resource=f"{POLICY}::p"),))
        found = of(judge(Graph.of(nodes), CONTEXT, waivers=given_), rule.id)
        assert [f.verdict for f in found if f.name == "p" and f.verdict is not Verdict.PASS] == [verdict]


def test_every_rule_on_what_leaves_the_jurisdiction_may_not_be_waived():
    bound = {r.id for r in all_rules() if r.unwaivable_from_class == 3}
    assert {r.id for r in all_rules() if r.theme == "residency"} - bound == {
        "capability-verified",
        "service-offered-in-region",
    }
    assert bound >= {"no-public-principal", "no-public-share"}
    assert all(r.undecided_waivable and r.unwaivable for r in all_rules() if r.unwaivable_from_class == 3)


def test_every_reason_why_none_may_is_a_sentence():
    for rule in all_rules():
        assert not rule.unwaivable or len(rule.unwaivable) > 30, rule.id
        assert 1 <= rule.unwaivable_from_class <= 5


def test_a_program_cannot_speak_of_waivers():
    fake = Resource(urn("x", "w"), TYPE, "w", True, {"judged": True, "covers": 3})
    for scopes in ((Scope.RESOURCE,), tuple(Scope)):
        report = judge(Graph.of([fake]), CONTEXT, scopes=scopes, waivers=NONE)
        assert not any(of(report, rule) for rule in RULES)


# --- properties

_NAMES = st.sampled_from(["a", "b", "legacy-a"])
_FINDINGS = st.builds(
    lambda rule, name, verdict, unwaivable, found: Finding(
        rule=rule,
        theme="t",
        severity=Severity.HIGH,
        verdict=verdict,
        urn=urn(KEY, name),
        type=KEY,
        name=name,
        region=None,
        account=None,
        property="",
        found=found,
        wanted="w",
        remedy="r",
        unwaivable=unwaivable,
    ),
    st.sampled_from([RULE, "key-deletion-delayed"]),
    _NAMES,
    st.sampled_from([v for v in Verdict if v is not Verdict.WAIVED]),
    st.sampled_from(["", "", "never"]),
    st.sampled_from(["1", "2"]),
)
_WAIVERS = st.builds(
    lambda rule, pattern, last: waiver(rule=rule, resource=pattern, expires_on=last),
    st.sampled_from([RULE, "key-deletion-delayed", "store-customer-key"]),
    st.sampled_from(["*", f"{KEY}::a", f"{KEY} b", "*::legacy-*", "urn:*::b", "nothing::*"]),
    st.sampled_from([TODAY, date(2027, 1, 1), date(2026, 1, 1)]),
)


def _report(findings: list[Finding]) -> Report:
    return Report(tuple(findings), (RULE, "key-deletion-delayed"), {})


def _unique(waivers: list[Waiver]) -> tuple[Waiver, ...]:
    return tuple({(w.rule, w.resource): w for w in waivers}.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(_FINDINGS, max_size=6), st.lists(_WAIVERS, max_size=4), _WAIVERS)
def test_one_more_waiver_turns_only_what_it_covers(findings: list[Finding], waivers: list[Waiver], extra: Waiver):
    rows = _unique(waivers)
    more = rows if any((w.rule, w.resource) == (extra.rule, extra.resource) for w in rows) else (*rows, extra)
    before = applied(_report(findings), Waivers(rows), CONTEXT)
    after = applied(_report(findings), Waivers(more), CONTEXT)
    old = sorted((f for f in before.findings if f.rule not in RULES), key=lambda f: f.sort_key)
    new = sorted((f for f in after.findings if f.rule not in RULES), key=lambda f: f.sort_key)
    assert len(old) == len(new)
    for a, b in zip(old, new, strict=True):
        assert replace(a, verdict=b.verdict, waiver=b.waiver) == b
        if a.verdict is not b.verdict:
            assert b.verdict is Verdict.WAIVED and a.verdict in (Verdict.FAIL, Verdict.UNKNOWN)
            assert b.waiver == extra and extra.covers(a) and not a.unwaivable and extra.expires_on >= TODAY


@settings(max_examples=200, deadline=None)
@given(st.lists(_FINDINGS, max_size=6), st.lists(_WAIVERS, max_size=4))
def test_nothing_is_hidden_and_applying_again_changes_nothing(findings: list[Finding], waivers: list[Waiver]):
    rows = Waivers(_unique(waivers))
    once = applied(_report(findings), rows, CONTEXT)
    kept = [f for f in once.findings if f.rule not in RULES]
    assert sorted((f.rule, f.urn, f.found) for f in kept) == sorted((f.rule, f.urn, f.found) for f in findings)
    assert not any(f.verdict is Verdict.WAIVED and (f.unwaivable or f.waiver is None) for f in kept)
    assert applied(once, rows, CONTEXT) == once
    spoken_of = {f.urn for f in once.findings if f.rule == "waiver-unused"}
    assert spoken_of == {f"waiver:{w.rule}:{w.resource}" for w in rows.rows}, "each waiver is shown"


@settings(max_examples=300, deadline=None)
@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
@example("*", "")
@example("", "")
@example("a[b]", "a[b]")
def test_patterns_mean_what_shells_mean_by_star_and_question_mark(pattern: str, text: str):
    if "[" not in pattern:
        assert glob(pattern, text) == fnmatch.fnmatchcase(text, pattern)
    else:
        assert glob(pattern, text)


def test_a_hostile_pattern_is_answered_at_once():
    assert not glob("*a" * 400 + "b", "a" * 2000)
