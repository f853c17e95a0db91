"""An emulated account with things in it, and the state that made them: what tests of `verify` start from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.validate import ParamValidator

from operations.live import Live
from operations.verify.run import verify
from policies.graph import Graph, Resource
from policies.results import Finding, Report, Verdict
from tests.operations.conftest import EMULATED_ACCOUNT

REGION, PARTNER = "cn-north-1", "cn-northwest-1"
TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
OPEN = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}],
}


def resource(
    type_token: str,
    name: str,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any] | None = None,
    *,
    region: str | None = REGION,
    account: str | None = EMULATED_ACCOUNT,
) -> Resource:
    """A resource as a state shows it."""
    return Resource(
        urn=f"urn:pulumi:ward::hospital::{type_token}::{name}",
        type=type_token,
        name=name,
        custom=True,
        inputs=inputs,
        outputs=outputs or {},
        region=region,
        account=account,
    )


def with_input(resource_: Resource, path: str, value: Any) -> Resource:
    """The resource with one top-level input changed: what the state says is then not what the account has."""
    return replace(resource_, inputs={**resource_.inputs, path: value})


Amend = Callable[[dict[str, Any]], None]
Answer = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""(region, parameters) -> the answer."""


_CLIENTS: dict[tuple[str | None, str, str, str | None], Any] = {}


@dataclass(frozen=True)
class _Shared(Live):
    """Making clients is most of what a test would cost; those without hooks are kept."""

    def client(self, service: str, region: str, account_id: str | None = None) -> Any:
        key = (self.endpoint_url, service, region, account_id)
        if key not in _CLIENTS:
            _CLIENTS[key] = super().client(service, region, account_id)
        return _CLIENTS[key]


@dataclass(frozen=True)
class _Amended(Live):
    amend: Mapping[str, Amend] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)

    def client(self, service: str, region: str, account_id: str | None = None) -> Any:
        hooked = {*self.amend, *self.answers}
        plain = _Shared(self.endpoint_url, self.profile, self.role_arns).client(service, region, account_id)
        if hooked.isdisjoint(plain.meta.service_model.operation_names):
            return plain
        made = super().client(service, region, account_id)
        name = made.meta.service_model.service_id.hyphenize()
        for operation, amend in self.amend.items():
            handler = lambda parsed, amend=amend, **_: amend(parsed)  # noqa: E731
            made.meta.events.register(f"after-call.{name}.{operation}", handler, unique_id=f"{operation}-amend")
        for operation, answer in self.answers.items():
            if operation in made.meta.service_model.operation_names:
                handler = _answering(made, operation, answer)
                made.meta.events.register(
                    f"before-parameter-build.{name}.{operation}", handler[0], unique_id=f"{operation}-seen"
                )
                made.meta.events.register(f"before-call.{name}.{operation}", handler[1], unique_id=f"{operation}-said")
        return made


def _answering(client: Any, operation: str, answer: Answer) -> tuple[Callable[..., None], Callable[..., Any]]:
    def seen(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked with"] = dict(params)

    def said(context: dict[str, Any], **_: Any) -> Any:
        response = answer(client.meta.region_name, context["asked with"])
        code = response.pop("code", None)
        if code:
            status = {"HTTPStatusCode": 400}
            return AWSResponse("", 400, {}, None), {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": status}
        shape = client.meta.service_model.operation_model(operation).output_shape
        problems = ParamValidator().validate(response, shape)
        assert not problems.has_errors(), problems.generate_report()
        return AWSResponse("", 200, {}, None), {**response, "ResponseMetadata": {"HTTPStatusCode": 200}}

    return seen, said


@dataclass(frozen=True)
class World:
    """Makes things with boto3, and gives the resources that a state would hold for them."""

    url: str
    live: Live = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "live", _Shared(endpoint_url=self.url))

    def client(self, service: str, region: str = REGION) -> Any:
        return self.live.client(service, region)

    def ask(self, *resources: Resource, **options: Any) -> Report:
        return verify(Graph.of(resources), options.pop("live", self.live), **options).report

    def amending(self, **amend: Amend) -> Live:
        """A way in where answers of operations (`GetBucketReplication`) are amended: what the emulator forgets."""
        return _Amended(endpoint_url=self.url, amend=amend)

    def answering(self, **answers: Answer) -> Live:
        """A way in where operations are answered without the emulator, with what AWS would say in the client's region. Each
        answer is held against the service's model."""
        return _Amended(endpoint_url=self.url, answers=answers)

    # -- things

    def key(self, name: str = "key", region: str = REGION, **inputs: Any) -> Resource:
        kms = self.client("kms", region)
        arn = kms.create_key(MultiRegion=inputs.get("multiRegion", False))["KeyMetadata"]["Arn"]
        kms.enable_key_rotation(KeyId=arn)
        stated = {"enableKeyRotation": True, "multiRegion": False, **inputs}
        outputs = {"arn": arn, "keyId": arn.rpartition("/")[2]}
        return resource("aws:kms/key:Key", name, stated, outputs, region=region)

    def bucket(self, name: str, region: str = REGION, **more: Any) -> Resource:
        where = {"LocationConstraint": region}
        self.client("s3", region).create_bucket(Bucket=name, CreateBucketConfiguration=where, **more)
        outputs = {"arn": f"arn:aws-cn:s3:::{name}", "id": name}
        return resource("aws:s3/bucket:Bucket", name, {"bucket": name}, outputs, region=region)

    def topic(self, name: str = "alarms", *, heard: bool = True, **attributes: str) -> str:
        sns = self.client("sns")
        arn = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
        if heard:
            sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="duty@hospital.example")
        return str(arn)

    def network(self, region: str = REGION) -> tuple[str, list[str]]:
        """A network and two subnets of it in two zones."""
        ec2 = self.client("ec2", region)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{region}{zone}")["Subnet"][
                "SubnetId"
            ]
            for n, zone in enumerate("ab")
        ]
        return vpc, subnets

    def role(self, name: str = "role") -> str:
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=policy)
        return str(role["Role"]["Arn"])


def arn(resource_: Resource) -> str:
    return str(resource_.outputs["arn"])


def red(report: Report) -> list[tuple[str, str]]:
    """(check, what was asked) of everything that is wrong or has no answer."""
    return [(f.rule, f.property) for f in report.findings if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]


def finding(report: Report, check: str, asked: str = "") -> Finding:
    """The one finding of a check about what was asked."""
    rows = [f for f in report.findings if f.rule == check and asked in f.property]
    worst = [f for f in rows if f.verdict in (Verdict.FAIL, Verdict.UNKNOWN)]
    (only,) = worst or rows
    return only


def all_pass(report: Report, *checks: str) -> None:
    """Everything was answered, and each of these checks has passed something."""
    assert red(report) == [], [f.message for f in (*report.violations, *report.unknowns)]
    passed = {f.rule for f in report.findings if f.verdict is Verdict.PASS}
    assert set(checks) <= passed, set(checks) - passed
    assert report.exit_code == 0


def fails(report: Report, check: str, asked: str, found: str, wanted: str = "") -> None:
    """Exactly this is wrong, and says what was found and what was wanted."""
    assert red(report) == [(check, asked)], [f.message for f in (*report.violations, *report.unknowns)]
    said = finding(report, check, asked)
    assert said.verdict is Verdict.FAIL
    assert found in said.found and wanted in said.wanted and said.remedy, said.message
    assert report.exit_code == 1


def texts(rows: Sequence[Finding]) -> str:
    return "\n".join(f"{row.message} {row.remedy}" for row in rows)
