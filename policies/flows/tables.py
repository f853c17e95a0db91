"""The tables of flows: a file a family of services, `policies/flows/tables/*.yaml`, a block a resource type.

    copies, backups, deliveries, connections
              path -> kind of name: the inputs that name the other side, each judged by the rule of that name
              (`copies-inside-jurisdiction`, ...)
    shares    paths that name an account or principal to which the resource is opened
    ends      path -> kind of name, for paths that only `flows` uses; a path that neither names is an `arn`
    flows     kind of flow -> [from, to]: each end is `self`, a path, `every TYPE` (of the same account and region), or
              `place TEXT` (servers of others, of which no input says where they stand)

Kinds of names: `region` (a region's name), `arn` (an ARN, or a plain identifier of the resource's own region), `bucket`
(a bucket's name, ARN or s3:// address), `host` (a name or URL outside the cloud's own naming), `origin` (a host that
may be a bucket's or a load balancer's), `subscriber` (whatever a topic delivers to), `backend` (what an API calls: an
address behind a private link is the network's own), `model` (a model of Bedrock, whose profile several regions may
answer), `account` (a text with an account's number), `mention` (settings in free text: each ARN, bucket and address in
it), `place TEXT` (whatever the value, the text is where it goes), or the prefix of the types that the plain name means
(`aws:lambda/function`); `PREFIX else TEXT` says what a name is that no resource of this program has, `PREFIX else
anywhere` that it may be in any region. In a path, `>` steps into a JSON text and `*` goes through a map. A test holds
each path against the types of pulumi_aws, and tries each row inside the jurisdiction, abroad and unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources as files
from typing import Any, Final

import yaml

from policies.flows.model import Kind

Names = Mapping[str, Mapping[str, str]]
"""Type -> path -> kind of name."""

JUDGED: Final = ("copies", "backups", "deliveries", "connections")

_OTHERS: Final = ("access.yaml", "processes.yaml")
"""Tables of another form: who may read, what runs."""


@dataclass(frozen=True, slots=True)
class Row:
    """One flow of a type: what kind it is, from which end to which."""

    kind: Kind
    source: str
    target: str


@cache
def _blocks() -> Mapping[str, Mapping[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted(files.files("policies.flows").joinpath("tables").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml") and file.name not in _OTHERS:
            for type_token, block in yaml.load(file.read_bytes(), Loader=loader)["types"].items():  # noqa: S506  safe
                if type_token in found:
                    raise ValueError(f"{type_token} stands in two tables of flows")
                found[type_token] = block
    return found


@cache
def names(rule: str) -> Names:
    """The inputs that one of the rules in `JUDGED` reads."""
    return {type_token: block[rule] for type_token, block in _blocks().items() if rule in block}


@cache
def shares() -> Mapping[str, tuple[str, ...]]:
    """Type -> the inputs that name an account or principal it is opened to."""
    return {type_token: tuple(block["shares"]) for type_token, block in _blocks().items() if "shares" in block}


@cache
def flows() -> Mapping[str, tuple[Row, ...]]:
    """Type -> what flows, by the inputs of a resource of that type."""
    return {
        type_token: tuple(Row(Kind(kind), *ends) for row in block["flows"] for kind, ends in row.items())
        for type_token, block in _blocks().items()
        if "flows" in block
    }


@cache
def kind_of_name(type_token: str, path: str) -> str:
    """How the input at a path names what it means."""
    block = _blocks().get(type_token, {})
    for part in (*JUDGED, "ends"):
        if path in block.get(part, ()):
            return str(block[part][path])
    return "arn"
