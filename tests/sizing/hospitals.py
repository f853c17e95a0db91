"""Hospitals for the tests of sizing: the known-good stack with another demand."""

from __future__ import annotations

from typing import Any

import yaml

from infra.settings import KEY, from_config
from infra.settings.model import Hospital
from tests.settings.good import TEXT, TODAY


def hospital(
    outpatients: int = 5000, inpatients: int = 2000, *, imaging: dict[str, int] | None = None, **blocks: Any
) -> Hospital:
    """The good hospital with this demand. A block that is given replaces the one of the text; None removes it."""
    data = yaml.safe_load(TEXT)["config"][KEY]
    data["pins"] = {}
    data["demand"] = {"outpatients_per_day": outpatients, "inpatients": inpatients}
    if imaging:
        data["demand"]["imaging_studies_per_day"] = imaging
    for name, block in blocks.items():
        if block is None:
            data.pop(name)
        elif name in ("demand", "protection"):
            data[name] |= block
        else:
            data[name] = block
    return from_config(data, today=TODAY).hospital


ONE_REGION = {"beijing": {"region": "cn-north-1", "role": "primary", "cidr": "10.16.0.0/16"}}
NO_LEVEL = {"mlps_level": None}
SERVERLESS = [
    {"region": region, "capability": "aurora.serverless-v2", "by": "Wu Lan", "date": "2026-05-01", "evidence": "seen"}
    for region in ("cn-north-1", "cn-northwest-1")
]
