"""Region and account of every resource: what it says itself, else what its provider says, else unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import resources as files
from typing import Any

import yaml

from policies.graph import Resource, as_list

GLOBAL = "global"

CALLER_ACCOUNT = "000000000000"
"""What door 1 answers a program that asks for its own account and whose provider names none: whatever it is, it is own."""

_DEFAULT_PROVIDER = re.compile(r"default(_[\w.]+)?")
_ROLES = ("assumeRoles", "assumeRole", "assumeRoleWithWebIdentity")
_ARN_ACCOUNT = re.compile(r"^arn:[\w-]+:iam::(\d{12}):")


@cache
def _global_prefixes() -> tuple[str, ...]:
    with files.files("policies").joinpath("global_types.yaml").open("rb") as file:
        return tuple(yaml.safe_load(file)["prefixes"])


@cache
def is_global_type(type_token: str) -> bool:
    """Whether a type belongs to no region (IAM, Route 53, CloudFront, ...)."""
    return type_token.startswith(_global_prefixes())


def with_regions_and_accounts(found: Sequence[Resource], default_region: str | None = None) -> list[Resource]:
    """The resources with region and account filled in. `default_region`: the stack's `aws:region`, for resources that
    use the engine's default provider."""
    providers = {r.urn: r for r in found if r.type.startswith("pulumi:providers:")}
    return [_resolved(r, providers.get(r.provider or ""), default_region) for r in found]


def is_default_provider(name: str) -> bool:
    """Whether a provider of this name is the engine's own, made of the stack's configuration."""
    return _DEFAULT_PROVIDER.fullmatch(name) is not None


def without_default_providers(found: Sequence[Resource]) -> list[Resource]:
    """The resources with the engine's default provider taken for what it is: none. Regions and accounts are resolved
    before."""
    return [
        replace(r, provider=None) if r.provider and is_default_provider(r.provider.rpartition("::")[2]) else r
        for r in found
    ]


def _resolved(resource: Resource, provider: Resource | None, default_region: str | None) -> Resource:
    if not resource.custom:
        return resource
    account = _account(provider)
    if resource.type.startswith("pulumi:providers:"):
        own = resource.inputs.get("region")
        return replace(resource, region=own if isinstance(own, str) else None, account=_account(resource))
    if not resource.type.startswith("aws:"):
        return replace(resource, account=account)
    if is_global_type(resource.type):
        return replace(resource, region=GLOBAL, account=account)
    own = resource.inputs.get("region")
    if own is None:
        own = provider.inputs.get("region") if provider else default_region
    return replace(resource, region=own if isinstance(own, str) and own else None, account=account)


def _account(provider: Resource | None) -> str | None:
    if provider is None:
        return None
    for value in tuple(map(provider.inputs.get, _ROLES)):
        for role in as_list(decoded(value)):
            arn = (role.get("roleArn") or role.get("role_arn")) if isinstance(role, dict) else None
            match = _ARN_ACCOUNT.match(str(arn))
            if match:
                return match.group(1)
    allowed = as_list(decoded(provider.inputs.get("allowedAccountIds")))
    return allowed[0] if len(allowed) == 1 and isinstance(allowed[0], str) else None


def decoded(value: Any) -> Any:
    """JSON text as data; anything else as it is; None where it begins as JSON and is none."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value
