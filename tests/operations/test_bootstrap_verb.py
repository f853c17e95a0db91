"""`hospital-cloud bootstrap` as it is typed: its exit codes, its sentences, what it prints to run next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.cli.main import main
from tests.conftest import ROOT
from tests.operations.accounts import client, everything, sign_in
from tests.operations.bootstrapping import ACCOUNT
from tests.operations.proxy import Answer, Wrong, caller, misbehaving, xml_error

LOG, BACKUP = "444455556666", "777788889999"
OTHER = "999900001111"


@pytest.fixture
def url(bootstrap_emulator: str, credentials: Path) -> str:
    """An emulator, with the credentials of somebody in the workload account."""
    sign_in(bootstrap_emulator, ACCOUNT, credentials)
    return bootstrap_emulator


def stack(tmp_path: Path, **changes: str) -> str:
    """cn-tertiary with lines changed; its path."""
    text = (ROOT / "stacks" / "Pulumi.cn-tertiary.yaml").read_text()
    for found, put in changes.items():
        assert re.search(found, text), found
        text = re.sub(found, put, text)
    path = tmp_path / "Pulumi.cn-tertiary.yaml"
    path.write_text(text)
    return str(path)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["bootstrap", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err.splitlines()[-1] if out.err else ""


def test_it_makes_what_is_missing_and_says_what_to_run_next(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url)
    assert code == 0
    assert re.search(rf"workload {ACCOUNT}: 2[0-9] created", out)
    assert "  role tjemc-deploy: created" in out
    code, out, _ = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url)
    assert code == 0
    assert f"workload {ACCOUNT}: 30 already there" in out
    assert everything(url, LOG)["identities"]["roles"] == []


def test_the_lines_to_run_next_name_region_bucket_and_key() -> None:
    from infra.bootstrap import next_lines, prepare

    assert next_lines(prepare(ROOT / "stacks" / "Pulumi.cn-tertiary.yaml")) == (
        f"pulumi login 's3://tjemc-{ACCOUNT}-cn-north-1-state?region=cn-north-1&awssdk=v2&request_checksum_calculation=when_supported'",
        "pulumi stack init cn-tertiary --secrets-provider='awskms://alias/tjemc/state?region=cn-north-1'",
    )


def test_a_dry_run_leaves_the_account_as_it_is(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(url, ACCOUNT)
    code, out, _ = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url, "--dry-run")
    assert code == 0 and "30 would be created" in out and "pulumi login" not in out
    assert everything(url, ACCOUNT) == before


def test_all_accounts_by_a_role_that_is_taken_on_in_the_others(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--stack", "cn-tertiary", "--endpoint-url", url, "--account", "all")
    code, _, sentence = said(capsys, *arguments)
    assert code == 2
    assert sentence.endswith(
        f"the credentials are of account {ACCOUNT}; the log account is {LOG}: use credentials of that account, or name "
        "with --role the role to take on there"
    )
    code, _, _ = said(capsys, *arguments, "--role", "OrganizationAccountAccessRole")
    assert code == 0
    for account_id in (ACCOUNT, LOG, BACKUP):
        assert {r["RoleName"] for r in everything(url, account_id)["identities"]["roles"]} == {
            "tjemc-audit",
            "tjemc-break-glass",
            "tjemc-deploy",
        }
    (deploy,) = [r for r in everything(url, LOG)["identities"]["roles"] if r["RoleName"] == "tjemc-deploy"]
    assert f"arn:aws-cn:iam::{ACCOUNT}:role/tjemc-deploy" in str(deploy["AssumeRolePolicyDocument"])


def test_the_account_is_told_by_the_credentials(
    url: str, credentials: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(url, BACKUP, credentials)
    code, out, _ = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url)
    assert code == 0 and f"backup {BACKUP}: 16 created" in out and "pulumi login" not in out
    code, _, sentence = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url, "--account", "workload")
    assert code == 2 and f"credentials are of account {BACKUP}; the workload account is {ACCOUNT}" in sentence


def test_a_stranger_s_account_is_refused(url: str, credentials: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign_in(url, OTHER, credentials)
    code, _, sentence = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url)
    assert code == 2
    assert f"the credentials are of account {OTHER}, which the stack file does not name; it names workload" in sentence
    assert everything(url, OTHER)["identities"]["roles"] == []


def test_a_region_outside_the_jurisdiction_is_refused(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stack(tmp_path, **{"region: cn-north-1": "region: us-east-1"})
    code = main(["bootstrap", "--stack", file, "--endpoint-url", url])
    assert code == 2
    assert "'us-east-1' is an AWS region outside cn-mainland" in capsys.readouterr().err
    assert everything(url, ACCOUNT)["buckets"] == {}


def test_a_program_that_breaks_a_rule_is_not_applied(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stack(tmp_path, **{r"(?m)^(\s+)subject: .*$": r"\1subject: 'repo:*'"})
    code, out, _ = said(capsys, "--stack", file, "--endpoint-url", url)
    assert code == 1
    assert "role-trust-limited" in out and "nothing is deployed" in out
    assert everything(url, ACCOUNT)["identities"]["roles"] == []


def test_rights_beyond_what_is_stated_are_a_violation(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--stack", "cn-tertiary", "--endpoint-url", url)
    assert said(capsys, *arguments)[0] == 0
    client(url, "iam", ACCOUNT).attach_role_policy(
        RoleName="tjemc-deploy", PolicyArn="arn:aws-cn:iam::aws:policy/SecurityAudit"
    )
    code, out, _ = said(capsys, *arguments)
    assert code == 1
    assert "role tjemc-deploy: has more than it should (arn:aws-cn:iam::aws:policy/SecurityAudit)" in out


# --- accounts that bring their own ------------------------------------------------------------------------------------


def test_an_existing_account_keeps_its_own_bounds_and_roles(
    url: str, credentials: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stack(tmp_path, **{rf"(?s)(id: .{BACKUP}.[^\n]*\n\s+baseline: )managed": r"\1existing"})
    sign_in(url, BACKUP, credentials)
    code, out, _ = said(capsys, "--stack", file, "--endpoint-url", url)
    assert code == 0
    assert f"the backup account {BACKUP} is existing: it brings its own bounds and roles, none are made here" in out
    assert f"it is entered as arn:aws-cn:iam::{BACKUP}:role/tjemc-deploy" in out
    assert f"backup {BACKUP}: nothing" in out


def test_the_state_of_an_existing_account_is_for_the_role_it_names(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    managed = rf"(?s)(id: .{ACCOUNT}.[^\n]*\n(\s+)baseline: )managed[^\n]*"
    code, _, sentence = said(capsys, "--stack", stack(tmp_path, **{managed: r"\1existing"}), "--endpoint-url", url)
    assert code == 2 and "accounts.workload.deploy_role_arn is missing" in sentence
    role = f"arn:aws-cn:iam::{ACCOUNT}:role/platform/deployer"
    named = stack(tmp_path, **{managed: rf"\1existing\n\2deploy_role_arn: {role}"})
    code, out, _ = said(capsys, "--stack", named, "--endpoint-url", url)
    assert code == 0, out
    held = everything(url, ACCOUNT)
    assert role in held["keys"][0]["policy"]
    assert held["identities"]["roles"] == []


# --- faults -----------------------------------------------------------------------------------------------------------


def _once(number: int, answer: Answer) -> Wrong:
    """Wrong from that request on."""
    return lambda asked: answer if asked.number >= number else None


def _all(answer: Answer) -> Wrong:
    return lambda _asked: answer


FAULTS: tuple[tuple[str, Wrong, str], ...] = (
    ("expired", _all(xml_error("ExpiredToken", "expired", 403)), "the credentials have expired; sign in again"),
    ("other partition", _all(xml_error("InvalidClientTokenId", "invalid", 403)), "they are of another partition"),
    (
        "caller of another partition",
        _all(caller(f"arn:aws:iam::{ACCOUNT}:user/chen", ACCOUNT)),
        "the credentials are of partition aws; the stack's regions lie in aws-cn",
    ),
    (
        "clock told",
        _all(caller(f"arn:aws-cn:iam::{ACCOUNT}:user/chen", ACCOUNT, clock_seconds=3600)),
        "seconds behind AWS's; set it by NTP",
    ),
    (
        "clock refused",
        _all(xml_error("SignatureDoesNotMatch", "Signature not yet current: 2026 is still later", 403)),
        "the clock here is wrong; set it by NTP",
    ),
    ("throttled", _all(xml_error("Throttling", "Rate exceeded")), "AWS throttled the call (Throttling), 5 times"),
    ("throttled later", _once(9, xml_error("Throttling", "Rate exceeded")), "AWS throttled the call (Throttling)"),
    ("expires on the way", _once(12, xml_error("ExpiredToken", "expired", 403)), "run this again"),
    (
        "no right",
        _once(4, xml_error("AccessDenied", "not authorized to perform: iam:CreateRole", 403)),
        "iam:CreateRole",
    ),
    ("service down", _once(6, Answer(503, b"")), "the service itself failed (HTTP 503"),
    (
        "sign-in page",
        _all(Answer(200, b"<html>Welcome to the guest network</html>")),
        "is there a proxy or a sign-in page",
    ),
    ("sign-in page later", _once(30, Answer(200, b"<html>Welcome</html>")), "AWS"),
    ("cut off", _once(7, Answer(200, b"<half", cut=True)), "the answer is not one of AWS's"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "expected"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_every_fault_is_one_sentence_and_then_it_goes_on(
    url: str, capsys: pytest.CaptureFixture[str], wrong: Wrong, expected: str
) -> None:
    with misbehaving(url, wrong) as address:
        code = main(["bootstrap", "--stack", "cn-tertiary", "--endpoint-url", address])
    err = capsys.readouterr().err
    assert code == 2
    sentence = [line for line in err.splitlines() if line.startswith("hospital-cloud: ")]
    assert len(sentence) == 1 and expected in sentence[0], err
    assert "Traceback" not in err and "a fault of hospital-cloud" not in err
    assert main(["bootstrap", "--stack", "cn-tertiary", "--endpoint-url", url]) == 0
    assert f"workload {ACCOUNT}: " in capsys.readouterr().out


def test_nothing_listens(nobody_there: str, credentials: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, sentence = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", nobody_there)
    assert code == 2 and f"{nobody_there} cannot be reached" in sentence


def test_no_credentials(url: str, credentials: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (credentials / "credentials").unlink()
    code, _, sentence = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url)
    assert code == 2 and "no credentials were found" in sentence
    code, _, sentence = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url, "--profile", "nobody")
    assert code == 2 and "no such profile" in sentence


def test_ctrl_c_says_how_to_go_on(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from operations.bootstrap.identities import Attachment

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Attachment, "create", interrupted)
        code, out, sentence = said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url)
    assert code == 2
    assert sentence.endswith("interrupted; what is made stays: run the same command again to go on")
    assert "  role tjemc-deploy: created" in out
    assert said(capsys, "--stack", "cn-tertiary", "--endpoint-url", url)[0] == 0


def test_what_is_asked_for_wrongly_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bootstrap"]) == 2
    assert main(["bootstrap", "--stack", "cn-tertiary", "--account", "moon"]) == 2
    assert "moon" in capsys.readouterr().err
