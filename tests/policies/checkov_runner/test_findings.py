"""Checkov's own checks on graphs: which answer they give, and where it lands."""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

import pytest
import yaml

from policies.checkov_runner import answered, environment, findings
from policies.checkov_runner.ask import ask
from policies.checkov_runner.findings import Checked, Wish, check, severity_of
from policies.checkov_runner.manifests import manifests_of
from policies.context import of_jurisdiction
from policies.graph import SECRET, Graph, Unknown
from policies.results import Severity, Verdict
from policies.terraform.plan import plan_of
from tests.bench.measure import workload
from tests.policies.checkov_runner.conftest import BUCKET, DEPLOYMENT, resource, with_inputs

CONTEXT = of_jurisdiction("eu")
COST_AT_MOST = 0.4
"""CPU of Checkov's checks through us, as a share of its own command's, on a plan of many sites."""


@pytest.fixture(scope="module")
def checked(small: Graph) -> Checked:
    return check(small, CONTEXT, (), Wish())


def verdicts(checked: Checked, name: str) -> Mapping[str, Verdict]:
    return {f.rule: f.verdict for f in checked.findings if f.name == name}


def test_resource_checks_say_what_they_say_of_terraform(checked: Checked) -> None:
    images = verdicts(checked, "images")
    assert images["CKV_AWS_20"] is Verdict.FAIL  # public-read
    assert images["CKV_AWS_57"] is Verdict.PASS  # not writable by everyone
    assert verdicts(checked, "ward")["CKV_AWS_17"] is Verdict.FAIL  # publicly accessible
    assert verdicts(checked, "ward")["CKV_AWS_16"] is Verdict.PASS  # encrypted


def test_graph_checks_see_the_connection(checked: Checked) -> None:
    assert verdicts(checked, "images")["CKV2_AWS_6"] is Verdict.FAIL
    assert verdicts(checked, "records")["CKV2_AWS_6"] is Verdict.PASS


def test_a_connection_whose_value_is_known_is_one_too(small: Graph) -> None:
    """`bucket=bucket.bucket` with a name of its own: Pulumi knows the text, and where it comes from."""
    named = with_inputs(small, "records", bucket="clinic-records")
    rows = [r for r in named.resources if r.name != "records-closed"]
    rows.append(
        resource(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "records-closed",
            {"bucket": "clinic-records", "blockPublicAcls": True, "blockPublicPolicy": True}
            | {"ignorePublicAcls": True, "restrictPublicBuckets": True},
            property_depends_on={"bucket": (next(r.urn for r in rows if r.name == "records"),)},
        )
    )
    found = check(Graph.of(rows), CONTEXT, (), Wish(checks=("CKV2_AWS_6",)))
    assert verdicts(found, "records") == {"CKV2_AWS_6": Verdict.PASS}


def test_kubernetes_objects_are_checked_as_manifests(checked: Checked) -> None:
    deployment = {f.rule: f for f in checked.findings if f.type == "kubernetes:apps/v1:Deployment"}
    assert deployment["CKV_K8S_16"].verdict is Verdict.FAIL  # privileged
    assert deployment["CKV_K8S_14"].verdict is Verdict.FAIL  # latest
    assert deployment["CKV_K8S_19"].verdict is Verdict.PASS  # no host network


def test_a_finding_is_about_the_pulumi_resource(checked: Checked) -> None:
    finding = next(f for f in checked.findings if f.name == "ward" and f.rule == "CKV_AWS_17")
    assert finding.theme == "checkov" and finding.severity is Severity.HIGH
    assert (finding.property, finding.found) == ("publiclyAccessible", "true")
    assert str(finding.source) == "__main__.py:7" and finding.region == "eu-central-1"
    assert finding.wanted.startswith("Ensure all data stored in RDS") and "CKV_AWS_17" in finding.remedy
    images = next(f for f in checked.findings if f.name == "images")
    assert images.data_class == 4


def test_what_checkov_does_not_see_is_listed(checked: Checked) -> None:
    assert checked.not_rendered == {"random:index/randomId:RandomId": 1}
    assert any("did not see 1 random:index/randomId:RandomId" in note for note in checked.notes)


def test_checks_are_chosen_as_in_its_own_command(small: Graph) -> None:
    only = check(small, CONTEXT, (), Wish(checks=("CKV_AWS_2*", "CKV_K8S_14")))
    assert "CKV_AWS_20" in only.checks and "CKV_K8S_14" in only.checks and "CKV_AWS_17" not in only.checks
    without = check(small, CONTEXT, (), Wish(skip_checks=("CKV_AWS_*",), frameworks=("terraform_plan",)))
    assert without.checks and all(rule.startswith("CKV2_AWS") for rule in without.checks)


def test_an_annotation_skips_a_check_of_a_manifest(small: Graph) -> None:
    metadata = {**DEPLOYMENT["metadata"], "annotations": {"checkov.io/skip1": "CKV_K8S_16=needs the device"}}  # type: ignore[dict-item]
    rows = [resource("kubernetes:apps/v1:Deployment", "ward", {**DEPLOYMENT, "metadata": metadata})]
    found = check(Graph.of(rows), CONTEXT, (), Wish(checks=("CKV_K8S_16",)))
    assert verdicts(found, "ward") == {"CKV_K8S_16": Verdict.WAIVED}


def test_values_from_hostile_programs_are_data() -> None:
    nested: Any = "end"
    for _ in range(500):
        nested = {"a": nested}
    rows = [
        resource(BUCKET, "${jndi:x}", {"bucket": "a\ud800b${file('/etc/passwd')}%{for}", "acl": "\x00" * 5000}),
        resource(BUCKET, "deep", {"tags": nested}),
        resource(BUCKET, "wrong", {"tags": ["a", 3], "serverSideEncryptionConfiguration": 7, "versioning": "yes"}),
        resource(BUCKET, "hidden", {"bucket": SECRET, "policy": Unknown(), "loggings": [Unknown(), SECRET, None]}),
        resource("aws:iam/policy:Policy", "policy", {"policy": '{"Statement": "' + "[" * 4000 + '"}'}),
        resource("kubernetes:core/v1:Pod", "pod", {"metadata": [1], "spec": nested, "kind": "Pod", "apiVersion": "v1"}),
        resource("kubernetes:core/v1:Pod", "odd", {"metadata": {"labels": 3}, "spec": [7]}),
    ]
    found = check(Graph.of(rows), CONTEXT, (), Wish())
    assert verdicts(found, "${jndi:x}") and verdicts(found, "hidden")
    assert "Checkov did not see 1 kubernetes:core/v1:Pod: Checkov's own code stumbles over it" in found.notes


def test_no_value_of_a_secret_is_shown() -> None:
    key = "AKIA" + "Z7Q3M5T1X9P2L8KD"
    inputs = {"environment": {"variables": {"AWS_ACCESS_KEY_ID": key}}, "runtime": "python3.13"}
    found = check(Graph.of([resource("aws:lambda/function:Function", "f", inputs)]), CONTEXT, (), Wish())
    finding = next(f for f in found.findings if f.rule == "CKV_AWS_45")
    assert finding.verdict is Verdict.FAIL and key not in repr(found)


# --- the same as Checkov's own command -------------------------------------------------------------------------------


def own_command(folder: Path, *arguments: str) -> Counter[tuple[str, str, str]]:
    """(check, resource, result) -> how often, by Checkov's own command."""
    done = subprocess.run(
        [
            str(environment.python()),
            "-I",
            "-m",
            "checkov.main",
            *arguments,
            "--skip-download",
            "-o",
            "json",
            "--compact",
        ],
        cwd=folder,
        env={**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    results = json.loads(done.stdout)["results"]
    rows = [*results["passed_checks"], *results["failed_checks"], *results["skipped_checks"]]
    return Counter((row["check_id"], row["resource"], row["check_result"]["result"]) for row in rows)


def children_cpu_s() -> float:
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def both_ways(document: Mapping[str, Any], folder: Path) -> tuple[Counter[tuple[str, str, str]], float, float]:
    """The answers, which both ways have to agree on, and the CPU seconds of each: through us, by its own command."""
    (folder / "plan.json").write_text(json.dumps(document))
    environment.python()
    before = children_cpu_s()
    theirs = own_command(folder, "-f", "plan.json", "--framework", "terraform_plan")
    between = children_cpu_s()
    results = ask(document).results
    through_us_s = children_cpu_s() - between
    ours = Counter((r.check, r.at, r.result) for r in results if r.result != "UNKNOWN")
    assert ours == theirs
    return ours, through_us_s, between - before


@pytest.mark.slow(25)
def test_same_answers_as_its_own_command_on_a_plan(graphs: Mapping[str, Graph], tmp_path: Path) -> None:
    answers, _, _ = both_ways(plan_of(graphs["dev"]).document, tmp_path)
    assert len(answers) > 200 and {key[2] for key in answers} == {"PASSED", "FAILED"}


@pytest.mark.slow(40)
def test_same_answers_for_less_on_many_sites(tmp_path: Path) -> None:
    """The bound is for 64 sites, where it is 0.19 (docs/benchmarks.md); 24 take a third of the time, and are 0.28."""
    answers, through_us_s, own_command_s = both_ways(plan_of(workload(24)).document, tmp_path)
    assert len(answers) > 2000
    assert through_us_s <= COST_AT_MOST * own_command_s


@pytest.mark.slow(20)
def test_same_answers_as_its_own_command_on_manifests(small: Graph, tmp_path: Path) -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "all"}}
    rows = [
        *small.resources,
        resource(
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
            "all",
            {**role, "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]},
        ),
        resource(
            "kubernetes:core/v1:Service",
            "ward",
            {"metadata": {"name": "ward", "namespace": "clinic"}, "spec": {"selector": {"app": "ward"}}},
        ),
    ]
    documents = manifests_of(Graph.of(rows)).documents
    for number, document in enumerate(documents):
        (tmp_path / f"{number}.yaml").write_text(yaml.safe_dump(document))
    theirs = own_command(tmp_path, "-d", ".", "--framework", "kubernetes")
    ours = Counter((r.check, r.result) for r in ask(None, documents).results if r.result != "UNKNOWN")
    assert len(ours) > 30
    assert ours == Counter(
        {(c, r): sum(n for (c2, _, r2), n in theirs.items() if (c2, r2) == (c, r)) for c, _, r in theirs}
    )


# --- reviewed lists --------------------------------------------------------------------------------------------------


def all_check_ids() -> set[str]:
    folder = environment.python().parent.parent
    texts = [*folder.glob("lib/python*/site-packages/checkov/terraform/checks/**/*.py")]
    texts += folder.glob("lib/python*/site-packages/checkov/terraform/checks/graph_checks/aws/*")
    return {found for file in texts if file.is_file() for found in re.findall(r"CKV2?_AWS_\d+", file.read_text())}


def test_lists_name_checks_that_there_are() -> None:
    known = all_check_ids()
    assert {row.check for row in answered.rows()} <= known
    assert findings._severities().keys() <= known
    assert severity_of("CKV_AWS_62") is Severity.HIGH and severity_of("CKV_AWS_999") is Severity.MEDIUM


def test_each_reason_says_something() -> None:
    for row in answered.rows():
        assert len(row.because) > 30 and row.owner and (row.resource.startswith(("urn:*hospital-cloud:index:", "aws:")))
        assert row.answered_by or "hospital-cloud:index:" in row.resource or row.lifecycle, row


def test_a_check_is_answered_only_where_our_rules_passed() -> None:
    log = resource("aws:cloudwatch/logGroup:LogGroup", "log", {"retentionInDays": 180})
    own = {("log-retention", log.urn): {Verdict.PASS}}
    assert answered.row_for("CKV_AWS_338", log, CONTEXT, own)
    assert (
        answered.row_for("CKV_AWS_338", log, CONTEXT, {("log-retention", log.urn): {Verdict.PASS, Verdict.FAIL}})
        is None
    )
    assert answered.row_for("CKV_AWS_338", log, CONTEXT, {}) is None
    assert answered.row_for("CKV_AWS_337", log, CONTEXT, own) is None
