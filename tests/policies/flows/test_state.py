"""What a program writes into a store stands in Pulumi's state too, wherever that is kept."""

import pytest

from policies.results import Verdict
from policies.sources.project import find
from tests.policies.flows.cases import SECRET_TYPE, resource, store
from tests.resources import outcomes, ref

RULE = "no-path-out-of-jurisdiction"
VERSION = resource(
    "aws:secretsmanager/secretVersion:SecretVersion", "v", secretId=ref(SECRET_TYPE, "records", "id"), secretString="x"
)


@pytest.mark.parametrize(
    ("backend", "verdict"),
    [
        (None, Verdict.PASS),
        ("file://~", Verdict.PASS),
        ("s3://state?region=cn-north-1", Verdict.PASS),
        ("s3://state", Verdict.PASS),
        ("s3://state?region=us-east-1&awssdk=v2", Verdict.FAIL),
        ("https://api.pulumi.com", Verdict.FAIL),
        ("https://pulumi.hospital.example", Verdict.UNKNOWN),
        ("azblob://state", Verdict.UNKNOWN),
        ("gs://state", Verdict.UNKNOWN),
    ],
)
def test_the_state_is_a_sink_of_what_the_program_writes(backend, verdict):
    found = outcomes(RULE, store(SECRET_TYPE), VERSION, state_backend=backend)
    assert {o.verdict for o in found} == {verdict}, found
    if verdict is not Verdict.PASS:
        assert "secretString" in found[0].found and "Pulumi's state" in found[0].found


def test_a_store_that_the_program_does_not_write_into_is_not_in_the_state():
    found = outcomes(RULE, store(), state_backend="https://api.pulumi.com")
    assert {o.verdict for o in found} == {Verdict.PASS}


def test_the_project_file_says_where_the_state_is(tmp_path):
    (tmp_path / "__main__.py").write_text("")
    text = "name: x\nruntime: python\nbackend:\n  url: s3://state?region=eu-west-1\n"
    (tmp_path / "Pulumi.yaml").write_text(text)
    assert find(tmp_path).backend == "s3://state?region=eu-west-1"
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\nbackend: [1]\n")
    assert find(tmp_path).backend is None
