"""A program as people write them: loops, names from outputs, documents from `get_policy_document` and from concatenation."""

from infra.audit import Frame, audit
from policies.results import Verdict

RULE = "no-path-out-of-jurisdiction"

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws

home = aws.Provider("home", region="cn-north-1", allowed_account_ids=["111122223333"])
opts = pulumi.ResourceOptions(provider=home)
trust = aws.iam.get_policy_document(statements=[{
    "actions": ["sts:AssumeRole"],
    "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
}]).json
for ward in ("surgery", "radiology"):
    tags = {"hospital-cloud:data-class": "4"}
    bucket = aws.s3.Bucket(ward, tags=tags, opts=opts)
    role = aws.iam.Role(f"{ward}-reader", assume_role_policy=trust, opts=opts)
    document = aws.iam.get_policy_document_output(statements=[
        {"actions": ["s3:Get*"], "resources": [pulumi.Output.concat(bucket.arn, "/*")]},
    ])
    aws.iam.RolePolicy(f"{ward}-reading", role=role.id, policy=document.json, opts=opts)
    if ward == "radiology":
        aws.lambda_.Function(
            f"{ward}-worker", role=role.arn, runtime="python3.12", handler="x.y", s3_bucket="code", s3_key="code.zip", opts=opts
        )
table = aws.dynamodb.Table(
    "visits",
    hash_key="id",
    billing_mode="PAY_PER_REQUEST",
    attributes=[{"name": "id", "type": "S"}],
    tags={"hospital-cloud:data-class": "3"},
    replicas=[{"region_name": region} for region in ("cn-northwest-1", "ap-southeast-1")],
    opts=opts,
)
"""


def test_a_program_with_loops_is_judged_store_by_store(tmp_path):
    file = tmp_path / "__main__.py"
    file.write_text(PROGRAM)
    (tmp_path / "Pulumi.yaml").write_text("name: wards\nruntime: python\n")
    report = audit(tmp_path, Frame(jurisdiction="cn-mainland")).report
    found = {f.name: f for f in report.findings if f.rule == RULE}
    assert found["surgery"].verdict is Verdict.PASS, found["surgery"]
    assert found["radiology"].verdict is Verdict.FAIL
    assert found["visits"].verdict is Verdict.FAIL
    text = found["radiology"].found
    assert "radiology-reader" in text and "radiology-worker" in text and "the internet" in text
    lines = PROGRAM.splitlines()
    for part in ("bucket = aws.s3.Bucket", "aws.iam.RolePolicy(", "aws.lambda_.Function("):
        line = next(number for number, source in enumerate(lines, 1) if part in source)
        assert f"__main__.py:{line}" in text, (part, text)
    assert "replicas[1].regionName" in found["visits"].found
    assert {row["name"] for row in report.details["residency"]} == {"radiology", "surgery", "visits"}
