"""CloudTrail: the trail writes, everywhere, under its key, into its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from operations.verify.answers import as_stated, must, right_key, same
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.results import Outcome

_TRAIL: Final = "aws:cloudtrail/trail:Trail"
_GONE: Final = ("TrailNotFoundException",)


@check(
    _TRAIL,
    title="The trail writes, and delivers without error",
    fix="Start it again (StartLogging); what happened meanwhile is not in it.",
)
def trail_writes(trail: Subject) -> Iterator[Outcome]:
    """Compares whether it logs, and reads the last error of its delivery."""
    found = trail.ask("cloudtrail", "get_trail_status", gone=_GONE, Name=trail.name("arn", "name", "id"))
    wanted = trail.wanted("enableLogging") not in (False, "false")
    yield same(trail, "GetTrailStatus IsLogging", found.get("IsLogging", False), wanted)
    error = found.get("LatestDeliveryError")
    yield must(trail, "GetTrailStatus LatestDeliveryError", not error, error or "none", "no error")


@check(
    _TRAIL,
    title="The trail is encrypted with the key that the state names, and covers what the state says",
    fix="Deploy again, and find out who changed the trail.",
)
def trail_as_stated(trail: Subject) -> Iterator[Outcome]:
    """Compares key, bucket, regions, and whether its files are signed."""
    answer = trail.ask("cloudtrail", "get_trail", gone=_GONE, Name=trail.name("arn", "name", "id"))
    found = answer.get("Trail") or {}
    yield right_key(trail, "GetTrail KmsKeyId", found.get("KmsKeyId"), trail.wanted("kmsKeyId"))
    yield from as_stated(trail, "GetTrail S3BucketName", found.get("S3BucketName"), "s3BucketName")
    parts = {
        "isMultiRegionTrail": "IsMultiRegionTrail",
        "enableLogFileValidation": "LogFileValidationEnabled",
        "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    }
    for path, name in parts.items():
        yield from as_stated(trail, f"GetTrail {name}", found.get(name, False), path)
