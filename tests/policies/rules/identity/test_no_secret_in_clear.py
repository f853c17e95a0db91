import json
import pickle
from typing import Any

import pytest

from policies.graph import SECRET, Unknown
from policies.rules.identity.no_secret_in_clear import PASSWORDS
from tests.kubernetes_objects import made
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, ref, resource

RULE = "no-secret-in-clear"
DATABASE = "aws:rds/instance:Instance"
FUNCTION = "aws:lambda/function:Function"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
WORD = "Winter2026!"


def _at(path: str, value: object) -> dict[str, Any]:
    step, _, rest = path.partition(".")
    inner = value if not rest else _at(rest, value)
    return {step.removesuffix("[*]"): [inner] if step.endswith("[*]") else inner}


@pytest.mark.parametrize(("token", "path"), [(t, p) for t, paths in PASSWORDS.items() for p in paths])
def test_a_password_in_the_program_fails_and_is_not_shown(token: str, path: str):
    subject = resource(token, **_at(path, WORD))
    assert_fails(RULE, subject, found="a value in plain text", wanted="Secrets Manager")
    assert all(WORD not in o.found + o.wanted for o in outcomes(RULE, subject))


@pytest.mark.parametrize("value", [SECRET, Unknown(), ref("aws:secretsmanager/secret:Secret", "owner"), None])
def test_a_secret_or_a_value_of_elsewhere_passes(value: Any):
    assert_passes(RULE, resource(DATABASE, password=value))


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "API_KEY", "apiKey", "TOKEN", "client-secret", "spring.datasource.password"]
)
def test_a_setting_called_a_secret_fails(name: str):
    assert_fails(RULE, resource(FUNCTION, environment={"variables": {name: WORD}}), found="plain text")
    definitions = [{"name": "viewer", "environment": [{"name": name, "value": WORD}]}]
    assert_fails(RULE, resource(TASK, containerDefinitions=json.dumps(definitions)), found="plain text")
    env = {"spec__template__spec__containers__0__env": [{"name": name, "value": WORD}]}
    assert_fails(RULE, made("kubernetes:apps/v1:Deployment", **env), found="plain text")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_SECRET", "arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:owner"),
        ("TOKEN", "/run/secrets/token"),
        ("MAX_TOKENS", "4096"),
        ("KEY_ARN", "arn:aws-cn:kms:cn-north-1:111122223333:key/1"),
        ("LOG_LEVEL", "info"),
        ("DB_PASSWORD", SECRET),
        ("TOKEN", "https://login.hospital.example/token"),
    ],
)
def test_where_a_secret_is_may_be_said(name: str, value: Any):
    assert_passes(RULE, resource(FUNCTION, environment={"variables": {name: value}}))


def test_builds_parameters_and_secrets_of_the_cluster():
    build = {"environmentVariables": [{"name": "TOKEN", "value": WORD}]}
    assert_fails(RULE, resource("aws:codebuild/project:Project", environment=build), found="plain text")
    build["environmentVariables"][0]["type"] = "SECRETS_MANAGER"
    assert_passes(RULE, resource("aws:codebuild/project:Project", environment=build))
    assert_fails(RULE, resource("aws:ssm/parameter:Parameter", type="SecureString", value=WORD), found="plain text")
    assert_passes(RULE, resource("aws:ssm/parameter:Parameter", type="String", value="info"))
    secret = "kubernetes:core/v1:Secret"
    assert_fails(RULE, resource(secret, stringData={"password": WORD}), found="plain text")
    assert_passes(RULE, resource(secret, stringData=SECRET))


def test_a_secret_that_the_program_spells_out_fails():
    assert_fails(RULE, resource(DATABASE, password=SECRET, secrets_in_clear_=["password"]), found="plain text")
    variables = {"DB_PASSWORD": SECRET, "REGION_NOTE": SECRET}
    said = resource(
        FUNCTION, environment={"variables": variables}, secrets_in_clear_=["environment.variables.REGION_NOTE"]
    )
    assert_passes(RULE, said)


def test_of_text_that_is_an_object_only_what_is_called_a_secret_counts():
    version = "aws:secretsmanager/secretVersion:SecretVersion"
    assert_passes(RULE, resource(version, secretString=SECRET, secrets_in_clear_=["secretString.username"]))
    spelled = ["secretString.username", "secretString.password"]
    assert_fails(RULE, resource(version, secretString=SECRET, secrets_in_clear_=spelled), found="plain text")


def test_a_stand_in_that_is_filled_in_later_passes():
    version = "aws:secretsmanager/secretVersion:SecretVersion"
    given = {"secrets_in_clear_": ["secretString"], "ignore_changes_": ["secretString"]}
    assert_passes(RULE, resource(version, secretString=SECRET, **given))
    given = {"secrets_in_clear_": ["password"], "ignore_changes_": ["password"]}
    assert_fails(RULE, resource(DATABASE, password=SECRET, **given), found="plain text")


def test_odd_shapes_do_not_raise():
    for odd in (None, 7, [], "x", {"a": 1}):
        outcomes(RULE, resource(FUNCTION, environment=odd))
        outcomes(RULE, resource(TASK, containerDefinitions=odd))


def test_settings_that_are_not_known_at_all_are_undecided():
    assert_unknown(RULE, resource(FUNCTION, environment={"variables": Unknown()}))
    assert_unknown(RULE, resource(TASK, containerDefinitions=Unknown()))
    assert_passes(RULE, resource(FUNCTION, environment={"variables": {"BUCKET": Unknown()}}))


def test_a_secret_stays_one_in_another_process():
    assert pickle.loads(pickle.dumps({"password": SECRET}))["password"] is SECRET  # noqa: S301
