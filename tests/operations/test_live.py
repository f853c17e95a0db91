"""The way to the live account: who the caller is, and one sentence for every fault on the way there."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.live import ATTEMPTS, Identity, Live, LiveError, require_account, require_partition, telling, told

OTHER = "444455556666"
DOING = "making the key x"


def refusal(code: str, message: str = "", status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "CreateKey")


def test_the_caller_is_told_with_account_and_partition(emulator: str) -> None:
    identity = Live(endpoint_url=emulator).identity("cn-north-1")
    assert identity == ("123456789012", "arn:aws-cn:sts::123456789012:user/moto", "aws-cn")


def test_a_question_without_a_region_goes_to_the_profile_s(emulator: str) -> None:
    assert Live(endpoint_url=emulator).identity().partition == "aws-cn"
    assert Live(endpoint_url=emulator, region="eu-central-1").identity().partition == "aws"


def test_another_account_is_asked_by_the_role_named_for_it(emulator: str) -> None:
    role = f"arn:aws-cn:iam::{OTHER}:role/reader"
    live = Live(endpoint_url=emulator, role_arns={OTHER: role})
    assert live.identity("cn-north-1", OTHER).arn == f"arn:aws-cn:sts::{OTHER}:assumed-role/reader/hospital-cloud"
    assert live.identity("cn-north-1").account_id != OTHER
    assert live.client("s3", "cn-north-1", OTHER) is live.client("s3", "cn-north-1", OTHER)
    assert live.client("s3", "cn-north-1", OTHER) is not live.client("s3", "cn-north-1")


def test_a_role_that_may_not_be_taken_is_a_sentence(nobody_there: str, credentials: Path) -> None:
    live = Live(endpoint_url=nobody_there, role_arns={OTHER: f"arn:aws-cn:iam::{OTHER}:role/reader"})
    with pytest.raises(LiveError, match=r"^asking STS in cn-north-1 .* cannot be reached"):
        live.identity("cn-north-1", OTHER)


def test_the_wrong_account_and_the_wrong_partition_are_named() -> None:
    identity = Identity("111122223333", "arn:aws:iam::111122223333:user/x", "aws")
    require_account(identity, "111122223333", "the workload account")
    require_partition(identity, "aws")
    with pytest.raises(LiveError, match=f"of account 111122223333; the workload account is {OTHER}$"):
        require_account(identity, OTHER, "the workload account")
    with pytest.raises(LiveError, match=r"of partition aws; the stack's regions lie in aws-cn$"):
        require_partition(identity, "aws-cn")


def test_no_credentials_and_no_profile_are_sentences(emulator: str, credentials: Path) -> None:
    with pytest.raises(LiveError, match=r"no such profile: .*nowhere"):
        Live(endpoint_url=emulator, profile="nowhere").identity("cn-north-1")
    (credentials / "credentials").unlink()
    with pytest.raises(LiveError, match="no credentials were found"):
        Live(endpoint_url=emulator).identity("cn-north-1")
    (credentials / "config").unlink()
    with pytest.raises(LiveError, match="no region is named"):
        Live(endpoint_url=emulator).identity()


def test_a_damaged_configuration_file_is_a_sentence(emulator: str, credentials: Path) -> None:
    (credentials / "config").write_text("[default\nregion")
    with pytest.raises(LiveError, match="the AWS configuration file cannot be read"):
        Live(endpoint_url=emulator).identity("cn-north-1")


def test_an_endpoint_that_is_down_is_named_without_what_its_address_may_hide(
    nobody_there: str, credentials: Path
) -> None:
    hidden = nobody_there.replace("http://", "http://name:hidden@")
    with pytest.raises(LiveError, match=f"{nobody_there} cannot be reached") as caught:
        Live(endpoint_url=hidden).identity("cn-north-1")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://host", "127.0.0.1:5000", "http://", "https://host:notaport", "http://[::1"])
def test_an_endpoint_that_is_no_address_is_refused(url: str, credentials: Path) -> None:
    with pytest.raises(LiveError, match="no URL of the form"):
        Live(endpoint_url=url).client("s3", "cn-north-1")


def test_plain_http_leaves_this_machine_never(credentials: Path) -> None:
    with pytest.raises(LiveError, match=r"plain http to emulator\.example: allowed to this machine only"):
        Live(endpoint_url="http://emulator.example:5000").client("s3", "cn-north-1")


@pytest.mark.parametrize(("seconds", "side"), [(-4000, "ahead of"), (4000, "behind")])
def test_a_wrong_clock_is_told_before_anything_is_signed_in_vain(emulator: str, seconds: int, side: str) -> None:
    live = Live(endpoint_url=emulator)

    def shift(parsed: Any, **_: Any) -> None:
        there = datetime.now(UTC) + timedelta(seconds=seconds)
        parsed["ResponseMetadata"]["HTTPHeaders"]["date"] = format_datetime(there, usegmt=True)

    live.client("sts", "cn-north-1").meta.events.register("after-call.sts.*", shift)
    with pytest.raises(LiveError, match=rf"the clock here is [34]\d\d\d seconds {side} AWS's; set it by NTP"):
        live.identity("cn-north-1")


@pytest.mark.parametrize("arn", ["", "arn:aws:iam::1:user/x", "arn:aws:iam::999999999999:user/x", "x" * 100_000])
def test_an_answer_that_names_no_caller_is_refused(emulator: str, arn: str) -> None:
    live = Live(endpoint_url=emulator)
    live.client("sts", "cn-north-1").meta.events.register(
        "after-call.sts.*", lambda parsed, **_: parsed.update(Arn=arn)
    )
    with pytest.raises(LiveError, match="names no account and no caller"):
        live.identity("cn-north-1")


def test_a_throttled_call_is_tried_again_and_then_told(emulator: str) -> None:
    live, asked = Live(endpoint_url=emulator), []

    def throttle(**_: Any) -> Any:
        asked.append(1)
        from botocore.awsrequest import AWSResponse

        return AWSResponse("http://x", 429, {}, _Body(b'{"__type":"ThrottlingException","message":"slow"}'))

    kms = live.client("kms", "cn-north-1")
    kms.meta.events.register("before-send.kms.*", throttle)
    with pytest.raises(LiveError, match="throttled the call"), telling(DOING):
        kms.list_keys()
    assert len(asked) == ATTEMPTS


class _Body:
    def __init__(self, content: bytes):
        self.content = content

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.content


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal("ExpiredToken"), "the credentials have expired; sign in again"),
        (refusal("InvalidClientTokenId"), "of another partition"),
        (refusal("SignatureDoesNotMatch", "Signature expired: 2026 is now earlier"), "the clock here is wrong"),
        (refusal("RequestTimeTooSkewed", status=403), "the clock here is wrong"),
        (refusal("SignatureDoesNotMatch", "x-amz-security-token:abc"), "the secret key is not the one"),
        (refusal("Throttling"), "AWS throttled the call"),
        (refusal("Strange", status=429), "AWS throttled the call"),
        (refusal("AccessDenied", "User: x is not authorized to perform: kms:CreateKey"), "perform: kms:CreateKey"),
        (refusal("OptInRequired"), "not enabled for this account"),
        (refusal("LimitExceeded", "Cannot exceed quota for RolesPerAccount"), "RolesPerAccount"),
        (refusal("InternalFailure", status=500), "the service itself failed"),
        (refusal("Odd", "x" * 10_000 + "\x1b[31m"), "CreateKey was refused: Odd: xxx"),
        (OSError(errno.ENOSPC, "No space left on device"), "no space is left on the disk"),
        (OSError(errno.EROFS, "Read-only file system"), "the disk is read-only"),
    ],
)
def test_every_refusal_has_its_sentence(error: Exception, expected: str) -> None:
    sentence = str(told(error, DOING))
    assert sentence.startswith(f"{DOING}: ")
    assert expected in sentence
    assert "abc" not in sentence and "\x1b" not in sentence and len(sentence) < 400


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    with pytest.raises(KeyError), telling(DOING):
        {}["x"]
    with pytest.raises(LiveError, match=r"^first: "), telling("second"), telling("first"):
        raise OSError(errno.EDQUOT, "quota")
