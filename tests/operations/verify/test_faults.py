"""What cannot be asked is unknown, with a sentence, and never passes; one dead end is not asked again and again."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.client import BaseClient

from operations.live import Live, LiveError
from operations.verify.asking import READING
from operations.verify.registry import Check
from operations.verify.run import outcomes, roles_of, verify
from policies.graph import Graph, Resource, Unknown
from policies.results import Report, Severity, Verdict
from tests.operations.conftest import EMULATED_ACCOUNT
from tests.operations.verify.world import PARTNER, World, all_pass, finding, resource, with_input

OTHER = "444455556666"


def queues(world: World, count: int = 3, **place: Any) -> list[Resource]:
    """Queues that are there, under a key."""
    key, found = world.key(), []
    for number in range(count):
        world.client("sqs").create_queue(QueueName=f"q{number}", Attributes={"KmsMasterKeyId": key.outputs["arn"]})
        inputs = {"name": f"q{number}", "kmsMasterKeyId": key.outputs["arn"]}
        found.append(resource("aws:sqs/queue:Queue", f"q{number}", inputs, **place))
    return found


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(operation, region) of every call that any client makes."""
    made: list[tuple[str, str]] = []
    call = BaseClient._make_api_call

    def noted(self: Any, operation: str, parameters: Any) -> Any:
        made.append((operation, self.meta.region_name))
        return call(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return made


def undecided(report: Report, said: str) -> None:
    """Nothing passed, everything that was asked has this sentence, and the code is 2."""
    encrypted = [f for f in report.findings if f.rule == "queue-encrypted"]
    assert encrypted and {f.verdict for f in encrypted} == {Verdict.UNKNOWN}
    assert all(re.search(said, f.found) for f in encrypted), [f.found for f in encrypted]
    assert report.exit_code == 2


# --- before anything can be asked ------------------------------------------------------------------------------------


def test_an_endpoint_that_is_down(nobody_there: str, credentials: Path) -> None:
    graph = Graph.of([resource("aws:sqs/queue:Queue", "q", {"name": "q"})])
    with pytest.raises(LiveError, match="cannot be reached: no such host, or nothing answers there"):
        verify(graph, Live(endpoint_url=nobody_there))


def test_no_credentials(emulator: str, credentials: Path) -> None:
    (credentials / "credentials").unlink()
    with pytest.raises(LiveError, match="no credentials were found"):
        verify(Graph.of([resource("aws:sqs/queue:Queue", "q", {"name": "q"})]), Live(endpoint_url=emulator))


def test_credentials_of_another_partition(world: World) -> None:
    queue = resource("aws:sqs/queue:Queue", "q", {"name": "q"}, region="cn-north-1")
    here = resource("aws:sqs/queue:Queue", "q2", {"name": "q"}, region="af-south-1")
    with pytest.raises(LiveError, match="the credentials are of partition aws; the stack's regions lie in aws-cn"):
        world.ask(queue, here)


def test_expired_credentials(world: World) -> None:
    expired = world.answering(GetCallerIdentity=lambda *_: {"code": "ExpiredToken"})
    with pytest.raises(LiveError, match="the credentials have expired"):
        world.ask(*queues(world), live=expired)


# --- while asking ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "access denied"),
        ("ThrottlingException", "AWS throttled the call"),
        ("ExpiredToken", "the credentials have expired"),
        ("SignatureDoesNotMatch", "the signature does not match"),
        ("InternalError", "GetQueueUrl was refused: InternalError"),
        ("UnknownOperationException", "this endpoint does not know the operation"),
    ],
)
def test_a_refusal_is_unknown_with_its_sentence(world: World, code: str, said: str) -> None:
    refused = world.answering(GetQueueUrl=lambda *_: {"code": code})
    undecided(world.ask(*queues(world), live=refused), said)


def test_credentials_that_expire_on_the_way_are_asked_with_no_more(world: World, calls: list[tuple[str, str]]) -> None:
    expired = world.answering(GetQueueUrl=lambda *_: {"code": "ExpiredToken"})
    stated = queues(world, 5)
    calls.clear()
    undecided(world.ask(*stated, live=expired, threads=1), "the credentials have expired")
    assert Counter(name for name, _ in calls) == {"GetCallerIdentity": 1, "GetQueueUrl": 1}


def test_an_operation_that_the_endpoint_lacks_is_asked_once(world: World, calls: list[tuple[str, str]]) -> None:
    inputs = {"planId": "p"}
    rows = [resource("aws:backup/selection:Selection", f"s{n}", inputs, {"id": f"s{n}"}) for n in range(4)]
    report = world.ask(*rows, threads=1)
    assert {f.verdict for f in report.findings} == {Verdict.UNKNOWN} and report.exit_code == 2
    assert {f.found for f in report.findings} == {
        "asking backup in cn-north-1 for GetBackupSelection: this endpoint does not know the operation"
    }
    assert [name for name, _ in calls].count("GetBackupSelection") == 1


def test_a_region_that_is_unreachable_does_not_hide_the_others(world: World, nobody_there: str) -> None:
    here = queues(world, 2)
    there = [resource("aws:sqs/queue:Queue", f"far{n}", here[n].inputs, region=PARTNER) for n in range(2)]

    class Broken(Live):
        def client(self, service: str, region: str, account_id: str | None = None) -> Any:
            if region == PARTNER:
                return Live(endpoint_url=nobody_there).client(service, region)
            return super().client(service, region, account_id)

    report = world.ask(*here, *there, live=Broken(endpoint_url=world.url))
    encrypted = {f.name: f for f in report.findings if f.rule == "queue-encrypted"}
    assert {name: f.verdict for name, f in encrypted.items()} == {
        "q0": Verdict.PASS,
        "q1": Verdict.PASS,
        "far0": Verdict.UNKNOWN,
        "far1": Verdict.UNKNOWN,
    }
    assert "cannot be reached" in encrypted["far0"].found and report.exit_code == 2


def test_a_violation_outweighs_what_is_unknown(world: World) -> None:
    stated = queues(world, 2)
    wrong = with_input(stated[0], "kmsMasterKeyId", world.key("other").outputs["arn"])
    selection = resource("aws:backup/selection:Selection", "s", {"planId": "p"}, {"id": "s"})
    assert world.ask(wrong, stated[1], selection).exit_code == 1


# --- accounts --------------------------------------------------------------------------------------------------------


def test_another_account_without_a_role_is_not_asked(world: World, calls: list[tuple[str, str]]) -> None:
    stated = queues(world, 1, account=OTHER)
    calls.clear()
    undecided(world.ask(*stated), f"belongs to account {OTHER}, the credentials are of {EMULATED_ACCOUNT}, and no role")
    assert [name for name, _ in calls] == ["GetCallerIdentity"]


def test_another_account_is_asked_through_its_role(world: World) -> None:
    role = f"arn:aws-cn:iam::{OTHER}:role/deploy"
    there = Live(endpoint_url=world.url, role_arns={OTHER: role})
    key = there.client("kms", "cn-north-1", OTHER).create_key()["KeyMetadata"]["Arn"]
    there.client("sqs", "cn-north-1", OTHER).create_queue(QueueName="q", Attributes={"KmsMasterKeyId": key})
    queue = resource("aws:sqs/queue:Queue", "q", {"name": "q", "kmsMasterKeyId": key}, account=OTHER)
    all_pass(world.ask(queue, live=there), "queue-encrypted")
    provider = resource(
        "pulumi:providers:aws", "p", {"assumeRoles": f'[{{"roleArn": "{role}"}}]', "region": "cn-north-1"}
    )
    all_pass(world.ask(queue, provider), "queue-encrypted")


def test_roles_are_those_of_the_providers() -> None:
    def provider(name: str, **inputs: Any) -> Resource:
        return resource("pulumi:providers:aws", name, inputs)

    first, second = f"arn:aws-cn:iam::{OTHER}:role/a", "arn:aws-cn:iam::111122223333:role/b"
    graph = Graph.of(
        [
            provider("a", assumeRoles=[{"roleArn": first}]),
            provider("b", assumeRole=f'{{"roleArn": "{second}"}}'),
            provider("c", assumeRoles=[{"roleArn": "nonsense"}]),
            provider("d", assumeRoles=Unknown()),
            provider("e"),
        ]
    )
    assert roles_of(graph) == {OTHER: first, "111122223333": second}


# --- hostile states and broken checks --------------------------------------------------------------------------------


def test_a_state_that_hides_or_garbles_what_is_needed_never_passes(world: World) -> None:
    for inputs in ({}, {"name": 7}, {"name": Unknown()}, {"name": ""}, {"name": "\ud800"}, {"name": {"a": 1}}):
        report = world.ask(resource("aws:sqs/queue:Queue", "q", inputs))
        assert finding(report, "queue-encrypted").verdict is not Verdict.PASS
    for region in (None, "nowhere-at-all-9", "x y"):
        known = resource("aws:ec2/vpc:Vpc", "v", {})
        report = world.ask(known, resource("aws:sqs/queue:Queue", "q", {"name": "q"}, region=region))
        assert finding(report, "queue-encrypted").verdict is Verdict.UNKNOWN


def test_blocks_that_are_hidden_or_of_another_shape_never_pass(world: World) -> None:
    for value in (Unknown(), "x", 7, ["x"], {"destination": 7}, [{"destination": "x", "id": []}]):
        inputs = {"bucket": "b", "role": "r", "rules": value}
        there = world.answering(
            GetBucketReplication=lambda *_: {"ReplicationConfiguration": {"Role": "r", "Rules": []}}
        )
        replication = resource("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "r", inputs)
        report = world.ask(replication, live=there)
        assert "GetBucketReplication Bucket" not in {f.property for f in report.findings}


def test_a_check_that_throws_has_decided_nothing() -> None:
    def broken(subject: Any) -> Any:
        raise KeyError("a value that may be secret")

    check = Check("broken", "x", "it should be so", ("t",), Severity.HIGH, "mend it", broken)

    class Asked:
        resource = resource("t", "n", {})

    (outcome,) = outcomes(check, Asked())  # type: ignore[arg-type]
    assert outcome.verdict is Verdict.UNKNOWN and outcome.found == "the check itself failed: KeyError"


def test_a_listing_that_never_ends_is_given_up(world: World) -> None:
    counter = iter(range(10_000))
    row = {"Id": "t", "Arn": "arn:x"}
    endless = world.answering(ListTargetsByRule=lambda *_: {"Targets": [row], "NextToken": f"{next(counter)}"})
    target = resource("aws:cloudwatch/eventTarget:EventTarget", "t", {"rule": "r", "arn": "a"})
    said = finding(world.ask(target, live=endless), "event-target-reached")
    assert said.verdict is Verdict.UNKNOWN and "the list has more than 200 pages" in said.found


class Garbage(BaseHTTPRequestHandler):
    """Answers everything with a sign-in page."""

    def do_POST(self) -> None:
        body = b"<html>please sign in</html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def sign_in_page() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Garbage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_a_proxy_that_answers_in_aws_s_place(world: World, sign_in_page: str) -> None:
    class Caught(Live):
        def client(self, service: str, region: str, account_id: str | None = None) -> Any:
            url = world.url if service == "sts" else sign_in_page
            return Live(endpoint_url=url).client(service, region)

    stated = queues(world, 1)
    bucket = resource("aws:s3/bucket:Bucket", "b", {"bucket": "b"})
    report = world.ask(*stated, bucket, live=Caught(endpoint_url=world.url))
    assert Verdict.PASS not in {f.verdict for f in report.findings}
    assert finding(report, "queue-encrypted").verdict is Verdict.UNKNOWN and report.exit_code != 0


# --- reading alone ---------------------------------------------------------------------------------------------------


def test_nothing_but_reading_operations_is_ever_called(world: World, calls: list[tuple[str, str]]) -> None:
    """Every check, with a resource of each of its types, over whatever the emulator says."""
    from operations.verify.registry import checks_by_type

    inputs = dict.fromkeys(
        (
            *("name", "bucket", "id", "arn", "rule", "topic", "protocol", "zoneId", "type", "planId", "accountId"),
            *("clusterIdentifier", "globalClusterIdentifier", "identifier", "backupVaultName", "alarmName"),
            *("sourceFileSystemId", "keyArn", "enableKeyRotation"),
        ),
        "x",
    )
    rows = [
        resource(type_token, "n", inputs, {"id": "x", "arn": "arn:aws-cn:sns:cn-north-1:123456789012:x"})
        for type_token in checks_by_type()
    ]
    report = world.ask(*rows)
    assert {f.rule for f in report.findings} == {check.id for cs in checks_by_type().values() for check in cs}
    made = {xform_name(name) for name, _ in calls}
    assert len(made) > 25 and all(READING.fullmatch(name) for name in made), made


def test_an_operation_that_changes_something_is_refused(world: World) -> None:
    from operations.verify.asking import Asker, Question, Subject

    asker = Asker(world.live, world.live.identity("cn-north-1"), {}, "cn-north-1")
    with pytest.raises(ValueError, match="delete_queue is no reading operation"):
        asker.ask(Question("sqs", "delete_queue", "cn-north-1", None, "{}"))
    assert Subject(resource("t", "n", {}), Graph.of([]), asker).resource.name == "n"
