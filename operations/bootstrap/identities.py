"""Roles, their policies, the pipeline's token issuer: IAM."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from operations.bootstrap.documents import same
from operations.bootstrap.kind import (
    At,
    Difference,
    Found,
    Kind,
    Wanted,
    absent,
    as_pairs,
    from_pairs,
    missing_tags,
    owner_of,
    tags_of,
)

_NONE = "NoSuchEntity"
_MOST_VERSIONS = 5
"""Of a managed policy (IAM quotas)."""


class Policy(Kind):
    """A managed policy. Its description can only be said when it is made."""

    inputs: ClassVar = frozenset({"name", "description", "policy", "tags"})

    def label(self, wanted: Wanted) -> str:
        return f"policy {wanted['name']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        iam = at.client("iam")
        arn = at.partition.arn("iam", "", at.account_id, f"policy/{wanted['name']}")
        try:
            policy = iam.get_policy(PolicyArn=arn)["Policy"]
        except ClientError as error:
            if absent(error, _NONE):
                return None
            raise
        version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        tags = from_pairs(policy.get("Tags"))
        differences = []
        if not same(version["Document"], wanted["policy"]):
            differences.append(Difference("what it says", lambda: _new_version(iam, arn, wanted["policy"])))
        if missing := missing_tags(tags, wanted):
            differences.append(Difference("its tags", lambda: iam.tag_policy(PolicyArn=arn, Tags=as_pairs(missing))))
        return Found({"arn": arn, "id": arn, "name": wanted["name"]}, tuple(differences), owner_of(tags))

    def create(self, at: At, wanted: Wanted) -> str | None:
        at.client("iam").create_policy(
            PolicyName=wanted["name"],
            PolicyDocument=wanted["policy"],
            Description=wanted.get("description", ""),
            Tags=as_pairs(tags_of(wanted)),
        )
        return None


def _new_version(iam: Any, arn: str, document: str) -> None:
    """A new default version. IAM keeps five; the oldest that is not in force makes room."""
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    if len(versions) >= _MOST_VERSIONS:
        idle = [version for version in versions if not version["IsDefaultVersion"]]
        oldest = min(idle, key=lambda version: version["CreateDate"])
        iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)


class Role(Kind):
    """A role with its boundary and who may take it on."""

    inputs: ClassVar = frozenset(
        {"name", "description", "maxSessionDuration", "permissionsBoundary", "assumeRolePolicy", "tags"}
    )

    def label(self, wanted: Wanted) -> str:
        return f"role {wanted['name']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        iam, name = at.client("iam"), wanted["name"]
        try:
            role = iam.get_role(RoleName=name)["Role"]
        except ClientError as error:
            if absent(error, _NONE):
                return None
            raise
        tags = from_pairs(role.get("Tags"))
        return Found(
            {"arn": role["Arn"], "id": name, "name": name},
            tuple(_role_differences(iam, role, tags, wanted)),
            owner_of(tags),
        )

    def create(self, at: At, wanted: Wanted) -> str | None:
        boundary = wanted.get("permissionsBoundary")
        at.client("iam").create_role(
            RoleName=wanted["name"],
            AssumeRolePolicyDocument=wanted["assumeRolePolicy"],
            Description=wanted.get("description", ""),
            MaxSessionDuration=int(wanted.get("maxSessionDuration", 3600)),
            Tags=as_pairs(tags_of(wanted)),
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
        return None


def _role_differences(iam: Any, role: Any, tags: dict[str, str], wanted: Wanted) -> list[Difference]:
    name, found = wanted["name"], []
    boundary = wanted.get("permissionsBoundary")
    if boundary and role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") != boundary:
        # First: a role that is to be bounded is bounded before anything else about it is touched.
        found.append(
            Difference(
                "its permission boundary",
                lambda: iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary),
            )
        )
    if not same(role.get("AssumeRolePolicyDocument"), wanted["assumeRolePolicy"]):
        found.append(
            Difference(
                "who may take it on",
                lambda: iam.update_assume_role_policy(RoleName=name, PolicyDocument=wanted["assumeRolePolicy"]),
            )
        )
    said = {
        "Description": wanted.get("description", ""),
        "MaxSessionDuration": int(wanted.get("maxSessionDuration", 3600)),
    }
    if {"Description": role.get("Description", ""), "MaxSessionDuration": role.get("MaxSessionDuration")} != said:
        found.append(Difference("its description or session", lambda: iam.update_role(RoleName=name, **said)))
    if missing := missing_tags(tags, wanted):
        found.append(Difference("its tags", lambda: iam.tag_role(RoleName=name, Tags=as_pairs(missing))))
    return found


class RolePolicy(Kind):
    """A policy inside a role."""

    inputs: ClassVar = frozenset({"name", "role", "policy"})

    def label(self, wanted: Wanted) -> str:
        return f"policy {wanted['name']} in role {wanted['role']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        try:
            found = at.client("iam").get_role_policy(RoleName=wanted["role"], PolicyName=wanted["name"])
        except ClientError as error:
            if absent(error, _NONE):
                return None
            raise
        good = same(found["PolicyDocument"], wanted["policy"])
        differences = () if good else (Difference("what it says", lambda: self.create(at, wanted)),)
        return Found({"id": f"{wanted['role']}:{wanted['name']}", "name": wanted["name"]}, differences)

    def create(self, at: At, wanted: Wanted) -> str | None:
        at.client("iam").put_role_policy(
            RoleName=wanted["role"], PolicyName=wanted["name"], PolicyDocument=wanted["policy"]
        )
        return None


class Attachment(Kind):
    """A managed policy that a role has."""

    inputs: ClassVar = frozenset({"role", "policyArn"})

    def label(self, wanted: Wanted) -> str:
        return f"{wanted['policyArn'].rpartition('/')[2]} for role {wanted['role']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        try:
            there = wanted["policyArn"] in attached(at, wanted["role"])
        except ClientError as error:
            if absent(error, _NONE):
                return None
            raise
        return Found({"id": f"{wanted['role']}/{wanted['policyArn']}"}) if there else None

    def create(self, at: At, wanted: Wanted) -> str | None:
        at.client("iam").attach_role_policy(RoleName=wanted["role"], PolicyArn=wanted["policyArn"])
        return None


def attached(at: At, role: str) -> list[str]:
    """ARNs of the managed policies that a role has."""
    pages = at.client("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
    return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]


def inside(at: At, role: str) -> list[str]:
    """Names of the policies inside a role."""
    pages = at.client("iam").get_paginator("list_role_policies").paginate(RoleName=role)
    return [str(name) for page in pages for name in page["PolicyNames"]]


class TokenIssuer(Kind):
    """The provider of the pipeline's tokens. An account has one per issuer, so another's may be there already."""

    inputs: ClassVar = frozenset({"url", "clientIdLists", "tags"})

    def label(self, wanted: Wanted) -> str:
        return f"token issuer {wanted['url']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        iam, host = at.client("iam"), wanted["url"].removeprefix("https://").rstrip("/")
        arn = at.partition.arn("iam", "", at.account_id, f"oidc-provider/{host}")
        try:
            provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        except ClientError as error:
            if absent(error, _NONE):
                return None
            raise
        tags = from_pairs(provider.get("Tags"))
        differences = [
            Difference(f"audience {audience}", partial(_add_audience, iam, arn, audience))
            for audience in wanted["clientIdLists"]
            if audience not in provider.get("ClientIDList", ())
        ]
        if missing := missing_tags(tags, wanted):
            differences.append(
                Difference(
                    "its tags",
                    lambda: iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=as_pairs(missing)),
                )
            )
        return Found({"arn": arn, "id": arn, "url": host}, tuple(differences), owner_of(tags))

    def create(self, at: At, wanted: Wanted) -> str | None:
        at.client("iam").create_open_id_connect_provider(
            Url=wanted["url"], ClientIDList=list(wanted["clientIdLists"]), Tags=as_pairs(tags_of(wanted))
        )
        return None


def _add_audience(iam: Any, arn: str, audience: str) -> None:
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=audience)
