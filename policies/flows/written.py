"""Kinds of names that say more than themselves: a text with addresses in it, a model, an account, a fixed place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.flows.model import Place

_MENTIONED = re.compile(r"arn:aws[a-z-]*:[^\s\"'<>|,;]+|\b[a-z][a-z0-9+.-]*://[^\s\"'<>|,;]+")
_KEYS: Final[Mapping[str, re.Pattern[str]]] = {
    "bucket": re.compile(r"(?:^|[._])(?:s3\.)?bucket(?:[._]name)?$", re.IGNORECASE),
    "region": re.compile(r"(?:^|[._-])region$", re.IGNORECASE),
    "host": re.compile(r"(?:^|[._-])host$", re.IGNORECASE),
}
"""Kind of name -> the keys of settings whose whole value is one: `s3.bucket.name`, `awslogs-region`, `Host`."""
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_PROFILE = re.compile(r"(?:^|:inference-profile/)(global|us-gov|us|eu|apac|jp|au)\.[a-z0-9-]+\.")

_GEOGRAPHIES: Final[Mapping[str, frozenset[str]]] = {
    "us": frozenset(["us-east-1", "us-east-2", "us-west-1", "us-west-2"]),
    "us-gov": frozenset(["us-gov-east-1", "us-gov-west-1"]),
    "eu": frozenset(["eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"]),
    "jp": frozenset(["ap-northeast-1", "ap-northeast-3"]),
    "au": frozenset(["ap-southeast-2", "ap-southeast-4"]),
}
"""The regions that may answer for a cross-region inference profile, by the prefix of its id (Bedrock user guide,
"Supported regions and models for inference profiles", as known; K). `apac` has regions of many countries."""


def fixed(kind: str) -> Place | None:
    """The place that a kind of name states itself: `place Slack's servers`."""
    text = kind.removeprefix("place ")
    return Place(text, None) if text != kind else None


def mentioned(path: str, text: str) -> Iterator[tuple[str, str]]:
    """(kind, name) for each ARN, bucket and address in a text of settings; a key that says bucket, region or host names
    one."""
    kind = next((k for k, key in _KEYS.items() if key.search(path)), None)
    if kind is not None:
        yield kind, text
        return
    for found in _MENTIONED.findall(text):
        kind = "bucket" if found.startswith(("s3://", "s3a://", "s3n://")) else "arn"
        yield (kind if found.startswith("arn:") or kind == "bucket" else "host"), found


def model(value: str, facts: Facts) -> Place | None:
    """Where a model answers whose id is a profile over several regions; None for one that answers where it is asked."""
    found = _PROFILE.search(value)
    if found is None:
        return None
    geography = found[1]
    if geography == "global":
        return Place(f"{value}, which any region of the world may answer", False)
    regions = _GEOGRAPHIES.get(geography)
    if regions is None:
        return Place(f"{value}, which several countries' regions may answer", False)
    outside = sorted(regions - set(facts.context.jurisdiction.regions))
    text = f"{value}, which {', '.join(outside)} may answer" if outside else value
    return Place(text, not outside)


def account(value: str) -> str | None:
    """The account that a text names (`DataCatalog/111122223333`)."""
    found = _ACCOUNT.search(value)
    return found[0] if found else None
