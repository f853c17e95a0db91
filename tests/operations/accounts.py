"""Emulated accounts, and everything that is in one: for tests of what changes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

HOME = "cn-north-1"


def client(url: str, service: str, account_id: str, region: str = HOME) -> Any:
    """A client of an emulated account, past the code under test."""
    session = boto3.Session(aws_access_key_id="AKIALOOKSFROMOUTSIDE", aws_secret_access_key="none")
    made = session.client(
        service,
        region,
        endpoint_url=url,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )
    made.meta.events.register("before-sign.*.*", lambda request, **_: _as(request, account_id))
    return made


def _as(request: Any, account_id: str) -> None:
    request.headers["x-moto-account-id"] = account_id


def sign_in(url: str, account_id: str, folder: Path) -> None:
    """Makes the credentials in `folder` those of somebody in the account."""
    sts = client(url, "sts", account_id)
    role = f"arn:aws-cn:iam::{account_id}:role/administrator"
    given = sts.assume_role(RoleArn=role, RoleSessionName="chen")["Credentials"]
    (folder / "credentials").write_text(
        f"[default]\naws_access_key_id = {given['AccessKeyId']}\n"
        f"aws_secret_access_key = {given['SecretAccessKey']}\naws_session_token = {given['SessionToken']}\n"
    )


def everything(url: str, account_id: str, region: str = HOME) -> dict[str, Any]:
    """What an account holds of all that bootstrap can make, without what differs from run to run: ids and times."""
    kms = client(url, "kms", account_id, region)
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    held = {"identities": _identities(url, account_id), "keys": _keys(kms, keys), "buckets": _buckets(url, account_id)}
    text = json.dumps(held, sort_keys=True, default=str)
    for number, key in enumerate(keys):
        text = text.replace(key["KeyId"], f"key-{number}")
    return dict(json.loads(text))


def _identities(url: str, account_id: str) -> Any:
    iam = client(url, "iam", account_id)
    found = iam.get_account_authorization_details(Filter=["Role", "LocalManagedPolicy"])
    for role in found["RoleDetailList"]:
        role["Session"] = iam.get_role(RoleName=role["RoleName"])["Role"]["MaxSessionDuration"]
    issuers = [p["Arn"] for p in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    return {
        "roles": _timeless(found["RoleDetailList"]),
        "policies": _timeless(found["Policies"]),
        "issuers": {arn: _timeless(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)) for arn in issuers},
    }


def _keys(kms: Any, keys: list[Any]) -> Any:
    return [
        {
            "about": _timeless(key),
            "policy": kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"],
            "rotates": kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"],
            "tags": kms.list_resource_tags(KeyId=key["KeyId"])["Tags"],
            "aliases": _timeless(kms.list_aliases(KeyId=key["KeyId"])["Aliases"]),
        }
        for key in keys
    ]


def _buckets(url: str, account_id: str) -> Any:
    s3 = client(url, "s3", account_id)
    asked: dict[str, Callable[..., Any]] = {
        name.removeprefix("get_"): getattr(s3, name)
        for name in (
            "get_bucket_encryption",
            "get_bucket_lifecycle_configuration",
            "get_bucket_location",
            "get_bucket_ownership_controls",
            "get_bucket_policy",
            "get_bucket_tagging",
            "get_bucket_versioning",
            "get_object_lock_configuration",
            "get_public_access_block",
        )
    }
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return {name: {what: _answer(ask, name) for what, ask in asked.items()} for name in names}


def _answer(ask: Callable[..., Any], bucket: str) -> Any:
    try:
        return _timeless(ask(Bucket=bucket))
    except ClientError as error:
        return error.response["Error"]["Code"]


_TIMES_AND_IDS = (
    "CreateDate", "CreationDate", "LastUpdatedDate", "PolicyId", "ResponseMetadata", "RoleId", "RoleLastUsed",
    "UpdateDate",
)  # fmt: skip


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(item) for key, item in value.items() if key not in _TIMES_AND_IDS}
    if isinstance(value, list):
        return sorted(
            (_timeless(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True, default=str)
        )
    return value
