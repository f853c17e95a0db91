"""`terraform plan` of one of our stacks, all resources to create, the real provider against an emulator: CPU seconds of Terraform and
its provider processes, the emulator's own not counted."""

from __future__ import annotations

import tempfile
from pathlib import Path

from infra.preview import recording
from infra.settings import load
from policies.terraform.providers import Target
from policies.terraform.render import render
from tests.conftest import ROOT
from tests.operations.sandbox import planning
from tests.truth import provider_schema


def planned(stack: str) -> tuple[int, float]:
    """Resources, and CPU seconds of init and plan. Raises LookupError without terraform."""
    if why := provider_schema.missing():
        raise LookupError(why)
    file = ROOT / "stacks" / f"Pulumi.{stack}.yaml"
    rendering = render(recording(file, load(file)).graph, Target.V5, root=ROOT)
    with planning.emulator() as url, tempfile.TemporaryDirectory() as folder:
        result = planning.planned(Path(folder), rendering, url)
    return len(rendering.addresses), result.cpu_s
