"""Which Terraform type a Pulumi type stands for, and which field an argument: by rule, with reviewed exceptions.

Type: the Terraform types whose name ends with the Pulumi class's name are candidates (`aws:eks/nodeGroup:NodeGroup` ->
`aws_eks_node_group`). One that another Pulumi type names more exactly is not a candidate. The candidate whose fields
agree best with the SDK's arguments wins, the module's name in the type's name counting in its favour; below half of the
arguments, or when two are equal, there is none.

Field: the same word without case and underscores, else in another grammatical number (Pulumi's lists are plural).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.truth import provider_schema, sdk_types
from tests.truth.naming import numbers_of, squash

TABLE = Path(__file__).with_name("terraform_exceptions.yaml")
_ENOUGH = 0.5
_MODULE_COUNTS = 0.25


@functools.cache
def table() -> Mapping[str, Any]:
    """The reviewed exceptions."""
    return dict(yaml.safe_load(TABLE.read_text(encoding="utf-8")))


def parts(token: str) -> tuple[str, str]:
    """`aws:s3/bucket:Bucket` -> module `s3`, word `bucket`."""
    module = token.split(":")[1].partition("/")[0] if "/" in token else ""
    return squash("" if module == "index" else module), squash(token.rpartition(":")[2])


@functools.cache
def claims() -> Mapping[str, tuple[str, ...]]:
    """Terraform type -> the words of the Pulumi types that fit its name best: module and word
    exactly, else the longest word."""
    by_word: dict[str, list[str]] = {}
    for token in sdk_types.tokens():
        by_word.setdefault(parts(token)[1], []).append(token)
    found: dict[str, tuple[str, ...]] = {}
    for name in provider_schema.load().types:
        whole = squash(name.removeprefix("aws_"))
        ends = [(whole[:start], by_word.get(whole[start:], [])) for start in range(len(whole))]
        exact = [token for head, tokens in ends for token in tokens if parts(token)[0] == head]
        longest = next((tokens for _, tokens in ends if tokens), [])
        found[name] = tuple(exact or longest)
    return found


@functools.cache
def type_of(token: str) -> str | None:
    """The Terraform type of a Pulumi type token; None where the provider at hand has none."""
    schema = provider_schema.load()
    fixed = table()["types"].get(token.rpartition(":")[0])
    if fixed:
        return str(fixed) if fixed in schema.types else None
    cls = sdk_types.resource_class(token)
    if cls is None:
        return None
    module, word = parts(token)
    properties = {squash(name) for name in sdk_types.arguments(sdk_types.arguments_class(cls))} - {"region"}
    ranked = []
    for name, claimants in claims().items():
        whole = squash(name.removeprefix("aws_"))
        if not whole.endswith(word) or token not in claimants:
            continue
        head = whole[: len(whole) - len(word)]
        names = {squash(n) for n in schema.names(name)}
        share = sum(1 for p in properties if not names.isdisjoint([p, *numbers_of(p)])) / max(1, len(properties))
        exact = head in (module, "")
        if share >= _ENOUGH or (exact and not properties):
            ranked.append((share + _MODULE_COUNTS * exact, name))
    ranked.sort(reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def camel(name: str) -> str:
    """`kms_key_id` -> `kmsKeyId`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
