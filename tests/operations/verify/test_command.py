"""`hospital-cloud verify` as its users start it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.cli.main import main
from policies.graph import Resource
from policies.sources.wire import SIGNATURE
from tests.conftest import ROOT
from tests.operations.verify.world import World, arn, resource

SCHEMA = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text())
TERRAFORM = ROOT / "tests" / "policies" / "sources" / "terraform_state.json"
SELECTION = "aws:backup/selection:Selection"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Verify = Callable[..., Ended]


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str], tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Runs the command against the emulator."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, endpoint: str | None = world.url) -> Ended:
        where = ["--endpoint-url", endpoint] if endpoint else []
        code = main(["verify", *map(str, arguments), *where, "--out", str(tmp_path / "out")])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Ended(code, captured.out, captured.err)

    return run


def export(folder: Path, *resources: Resource, **more: Any) -> Path:
    """A stack export of these resources."""
    provider = {
        "urn": "urn:pulumi:ward::hospital::pulumi:providers:aws::p",
        "type": "pulumi:providers:aws",
        "custom": True,
        "id": "i",
        "inputs": {"region": "cn-north-1", "allowedAccountIds": '["123456789012"]'},
    }
    rows = [
        {
            "urn": r.urn,
            "type": r.type,
            "custom": True,
            "id": r.outputs.get("id", "i"),
            "inputs": {**r.inputs, "region": r.region},
            "outputs": r.outputs,
            "provider": f"{provider['urn']}::i",
        }
        for r in resources
    ]
    file = folder / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [provider, *rows], **more}}))
    return file


def queue(world: World, name: str = "orders") -> tuple[Resource, Resource]:
    key = world.key()
    world.client("sqs").create_queue(QueueName=name, Attributes={"KmsMasterKeyId": arn(key)})
    hidden = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hush"'}
    return key, resource("aws:sqs/queue:Queue", name, {"name": name, "kmsMasterKeyId": arn(key), "tags": {"t": hidden}})


def test_an_account_that_is_as_the_export_says(verify: Verify, world: World, tmp_path: Path) -> None:
    file = export(tmp_path, *queue(world))
    ended = verify(file)
    assert ended.code == 0, ended.out + ended.err
    last = ended.out.splitlines()[-2]
    assert last == (
        "complies: 5 checks of 2 resources: 4 answers as they should be, 0 not, 0 without answer, 0 not checked"
    )
    assert f"verify {file}: asking the account" in ended.err and "5 of 5" in ended.err
    report = json.loads((tmp_path / "out" / "verify-ward" / "report.json").read_text())
    assert report["head"]["asked as"] == "arn:aws-cn:sts::123456789012:user/moto"
    assert report["head"]["door"] == "engine state"
    page = (tmp_path / "out" / "verify-ward" / "report.html").read_text()
    assert "queue-encrypted" in page
    assert "hush" not in json.dumps(report) + page + ended.out + ended.err


def test_a_violation_is_shown_with_found_wanted_and_remedy(verify: Verify, world: World, tmp_path: Path) -> None:
    key, stated = queue(world)
    file = export(tmp_path, key, stated)
    url = world.client("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
    other = world.key("other")
    world.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": arn(other)})
    ended = verify(file)
    assert ended.code == 1
    assert "FAIL queue-encrypted [high] aws:sqs/queue:Queue orders in cn-north-1" in ended.out
    assert f"  found     {arn(other)}" in ended.out and f"  wanted    the key {arn(key)}" in ended.out
    assert "  remedy    Set the queue's key again" in ended.out
    assert "violated: 5 checks of 2 resources" in ended.out


def test_a_state_comes_through_a_pipe(
    verify: Verify, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = export(tmp_path, *queue(world)).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert verify("-").code == 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    ended = verify("-")
    assert ended.code == 2 and "hospital-cloud: standard input is empty; wanted: JSON" in ended.err


def test_what_cannot_be_asked_is_said_once_for_each_reason(verify: Verify, world: World, tmp_path: Path) -> None:
    rows = [resource(SELECTION, f"s{n}", {"planId": "p"}, {"id": f"s{n}"}) for n in range(5)]
    file = export(tmp_path, *queue(world), *rows)
    ended = verify(file)
    assert ended.code == 2 and ended.out.count("this endpoint does not know the operation") == 1
    assert "backup-selection-in-force of s0, backup-selection-in-force of s1" in ended.out and "and 2 more" in ended.out
    assert "undecided: " in ended.out and "5 without answer" in ended.out

    gaps = tmp_path / "gaps.yaml"
    gaps.write_text(f"- {{type: {SELECTION}, check: backup-selection-in-force, reason: moto keeps no selections}}")
    ended = verify(file, "--known-gaps", gaps)
    assert ended.code == 0 and "5 not checked" in ended.out
    assert f"Note: not checked: backup-selection-in-force of 5 {SELECTION}: moto keeps no selections" in ended.out
    assert "not checked: moto keeps no selections" in (tmp_path / "out" / "verify-ward" / "report.html").read_text()
    gaps.write_text("- {type: x, check: y, reason: z}")
    ended = verify(file, "--known-gaps", gaps)
    assert ended.code == 2 and "row 1: there is no check 'y'; allowed: " in ended.err


def test_json_fits_the_schema(verify: Verify, world: World, tmp_path: Path) -> None:
    selection = resource(SELECTION, "s", {"planId": "p"}, {"id": "s"})
    gone = resource("aws:sqs/queue:Queue", "gone", {"name": "gone"})
    ended = verify(export(tmp_path, *queue(world), selection, gone), "--json")
    report = json.loads(ended.out)
    assert list(Draft202012Validator(SCHEMA).iter_errors(report)) == []
    assert (ended.code, report["verdict"]) == (1, "violated")


def test_passes_and_half_done_work_are_listed(verify: Verify, world: World, tmp_path: Path) -> None:
    pending = [{"resource": {"urn": "urn:pulumi:w::h::aws:s3/bucket:Bucket::scans"}, "type": "creating"}]
    ended = verify(export(tmp_path, *queue(world), pending_operations=pending), "--passes")
    assert (
        "pass queue-encrypted: aws:sqs/queue:Queue orders, GetQueueAttributes KmsMasterKeyId: arn:aws-cn:kms"
        in ended.out
    )
    assert "Note: an operation did not end: creating scans" in ended.out


def test_a_state_without_anything_to_verify_does_not_comply(verify: Verify, tmp_path: Path) -> None:
    ended = verify(export(tmp_path, resource("aws:opensearch/domain:Domain", "search", {})))
    assert ended.code == 2 and "there is nothing in the state that could be verified" in ended.out
    assert "Stores that no check knows: aws:opensearch/domain:Domain (1)" in ended.out


def test_a_terraform_state_and_no_secret_of_it(verify: Verify, tmp_path: Path) -> None:
    ended = verify(TERRAFORM)
    assert ended.code == 1 and 'module.store["ct"].aws_s3_bucket.this' in ended.out
    written = "".join(file.read_text() for file in (tmp_path / "out" / "verify-terraform_state").iterdir())
    assert "correct-horse" in TERRAFORM.read_text()
    assert "correct-horse" not in ended.out + ended.err + written


def test_a_role_is_taken_where_it_is_named(verify: Verify, world: World, tmp_path: Path) -> None:
    role = "arn:aws-cn:iam::123456789012:role/audit"
    ended = verify(export(tmp_path, *queue(world)), "--role", role)
    assert ended.code == 0
    for arns, said in (
        (["role/audit"], "'role/audit' is no role; wanted: arn:PARTITION:iam::ACCOUNT:role/NAME"),
        (["arn:aws-cn:sqs:cn-north-1:123456789012:q"], "is no role"),
        ([role, role + "2"], "two roles are named for account 123456789012"),
    ):
        options = [part for arn_ in arns for part in ("--role", arn_)]
        ended = verify(tmp_path / "state.json", *options)
        assert ended.code == 2 and said in ended.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; wanted: JSON"),
        ("[]", "is neither a state nor a plan; wanted: what `pulumi preview --json --show-sames`"),
        ("not json: hush", "is not JSON: Expecting value: line 1 column 1"),
        ('{"format_version": "1.0", "planned_values": {}}', "says what will be, not what is"),
        ('{"version": 3, "deployment": {"resources": [{"urn": "hush"}]}}', "resources[0].urn is no URN of the form"),
    ],
)
def test_a_file_that_is_no_state(verify: Verify, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    ended = verify(file)
    assert ended.code == 2 and said in ended.err and len(ended.err.splitlines()) == 2 and "hush" not in ended.err


def test_an_endpoint_that_is_down_or_no_endpoint(
    verify: Verify, world: World, tmp_path: Path, nobody_there: str
) -> None:
    file = export(tmp_path, *queue(world))
    for endpoint, said in (
        (nobody_there, "cannot be reached"),
        ("moto", "the endpoint is no URL of the form http://host:port"),
        ("http://emulator.example", "plain http to emulator.example: allowed to this machine only"),
    ):
        ended = verify(file, endpoint=endpoint)
        assert ended.code == 2 and said in ended.err and ended.out == ""


def test_an_interrupt_and_a_folder_that_cannot_be_written(
    verify: Verify, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = export(tmp_path, *queue(world))
    (tmp_path / "out").write_text("in the way")
    ended = verify(file)
    assert ended.code == 2 and "cannot be written" in ended.err

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("operations.verify.run.outcomes", interrupted)
    ended = verify(file)
    assert ended.code == 2 and "hospital-cloud: interrupted" in ended.err
