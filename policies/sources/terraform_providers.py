"""The providers of a Terraform plan as resources, so that region and account are told as in any other graph.

An expression of a provider block is shown as a constant or as the names it uses. A variable is in the document, with the
text around it lost: its value counts where it is whole what the setting wants (a region, an account, a role). Where the
block does not tell, what the plan's own resources and data sources of that provider say does: an ARN, a zone, the caller.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from policies.graph import Reference, Resource, Unknown, Value, marker
from policies.sources.deployed import object_at, place_in, text_at
from policies.sources.terraform_addresses import parts_of
from policies.sources.terraform_modules import (
    Module,
    Spot,
    Target,
    is_constant,
    is_expression,
    names_in,
    without_prefixes,
)
from policies.sources.terraform_state import object_of, urn_of
from policies.terraform import provider_table

TYPES: Final = "pulumi:providers:"
_AWS: Final = f"{TYPES}aws"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,60}")
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_ZONE: Final = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)[a-z]")
_ACCOUNT: Final = re.compile(r"\d{12}")
_WHOLE: Final[Mapping[str, Callable[[str], Any]]] = {
    "region": _REGION.fullmatch,
    "allowed_account_ids": _ACCOUNT.fullmatch,
    "forbidden_account_ids": _ACCOUNT.fullmatch,
    "role_arn": re.compile(r"arn:[\w-]+:iam::\d{12}:role/.+").fullmatch,
}
"""Settings and what a variable's value must be to be the whole of them."""
_SERVERS: Final = ("host", "endpoint")
_LISTS: Final = frozenset({"allowed_account_ids", "forbidden_account_ids"})
_ZONES: Final = ("availability_zone", "availability_zones")
_ARNS: Final = ("arn", "id")


@dataclass
class Providers:
    """The providers of one plan. `seen` is what resources of each provider say of their place."""

    name: str
    root: Module
    variables: Mapping[str, Value]
    seen: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """Provider key -> `region` or `account` -> what was told."""
    references: Callable[[list[Target]], list[Reference]] = field(default=lambda targets: [])
    """The outputs that targets mean."""

    def urn(self, key: str) -> str:
        """The URN of the provider of a key."""
        return urn_of(self._type(key), key)

    def _type(self, key: str) -> str:
        """Pulumi's type of the provider of a key: `aws.north` and `module.a:aws` are of `aws`, and so is what the
        configuration calls otherwise."""
        full = (self.root.provider(key) or {}).get("full_name")
        name = full.rpartition("/")[2] if isinstance(full, str) else key.rpartition(":")[2].partition(".")[0]
        return f"{TYPES}{name if _NAME.fullmatch(name) else 'unknown'}"

    def notice(self, key: str, type_name: str, values: Mapping[str, Any]) -> None:
        """What one resource or data source says of the place of its provider."""
        if self._type(key) != _AWS or values.get("region"):
            return
        told = self.seen.setdefault(key, {"region": set(), "account": set()})
        if type_name == "aws_caller_identity" and _fits(_ACCOUNT, values.get("account_id")):
            told["account"].add(str(values["account_id"]))
        if type_name == "aws_region" and _fits(_REGION, values.get("name")):
            told["region"].add(str(values["name"]))
        for attribute in _ARNS:
            region, _ = place_in(values.get(attribute))
            told["region"] |= {region} if region else set()
        for attribute in _ZONES:
            zones = values.get(attribute)
            for zone in zones if isinstance(zones, list) else [zones]:
                match = _ZONE.fullmatch(zone) if isinstance(zone, str) else None
                told["region"] |= {match.group(1)} if match else set()

    def resource(self, key: str) -> Resource | None:
        """The provider of a key; None where the configuration has none."""
        row = self.root.provider(key)
        if row is None:
            return None
        kind = self._type(key)
        if kind != _AWS:
            return Resource(self.urn(key), kind, key, True, self._server(row))
        block = provider_table.provider_block()
        module = self.root.below(text_at(row, "module_address", self.name)) or self.root
        stated = {k: self._constant(k, v, module) for k, v in object_at(row, "expressions", self.name).items()}
        inputs = object_of({k: v for k, v in stated.items() if v is not None}, None, block)
        texts = {k: v if isinstance(v, (str, Unknown)) else json.dumps(v) for k, v in inputs.items() if _is_plain(v)}
        told = self.seen.get(key, {})
        if not isinstance(texts.get("region"), str) and len(told.get("region", ())) == 1:
            texts["region"] = next(iter(told["region"]))
        return Resource(self.urn(key), kind, key, True, texts)

    def _server(self, row: Mapping[str, Any]) -> dict[str, Value]:
        """Where a provider of another kind works, if that is of this plan: a database server."""
        stated = {} if row.get("module_address") else object_at(dict(row), "expressions", self.name)
        found: dict[str, Value] = {}
        for name in _SERVERS:
            meant = self.references(self.root.targets(names_in(stated.get(name)), Spot()))
            if len(meant) == 1:
                found[name] = marker(meant[0].urn, meant[0].property or "id")
        return found

    def with_accounts(self, resources: list[Resource]) -> list[Resource]:
        """The resources with the account that called while planning, where their provider does not name one."""
        accounts = {
            self.urn(key): next(iter(told["account"])) for key, told in self.seen.items() if len(told["account"]) == 1
        }
        return [
            replace(r, account=accounts[own])
            if r.account is None and (own := r.urn if r.type == _AWS else r.provider or "") in accounts
            else r
            for r in resources
        ]

    def _constant(self, key: str, expression: Any, module: Module, depth: int = 0) -> Any:
        """The value of an expression where the document tells it; Unknown elsewhere."""
        if depth > 8:
            return Unknown()
        if isinstance(expression, list):
            return [self._constant(key, item, module, depth + 1) for item in expression]
        if not isinstance(expression, dict) or not expression:
            return Unknown()
        if is_constant(expression):
            return expression["constant_value"]
        if is_expression(expression):
            names = list(without_prefixes(names_in(expression)))
            return self._whole(key, [module.variable(parts_of(name), self.variables) for name in names])
        return {name: self._constant(name, item, module, depth + 1) for name, item in expression.items()}

    def _whole(self, key: str, values: list[Any]) -> Any:
        """What variables say of a setting, if they are all that its expression uses, and look like the whole of it."""
        if not values or any(value is None for value in values):
            return Unknown()
        wanted = _WHOLE.get(key)
        if wanted is None:
            return values[0] if len(values) == 1 else Unknown()
        listed = [item for value in values for item in (value if isinstance(value, list) else [value])]
        if not all(isinstance(item, str) and wanted(item) for item in listed):
            return Unknown()
        return listed if key in _LISTS else listed[0] if len(listed) == 1 else Unknown()


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_plain(value: Any) -> bool:
    if isinstance(value, Unknown):
        return True
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True
