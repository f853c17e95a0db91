"""Which engine a run uses."""

from __future__ import annotations

import shutil

from operations.sandbox.engine import Engine, Name, Surroundings
from operations.sandbox.faults import SandboxError
from operations.sandbox.terraform_cli import find_program
from operations.sandbox.terraform_engine import TerraformEngine


def choose(wanted: Name, around: Surroundings, *, install: bool = False) -> Engine:
    """The engine that is asked for; left to the machine: Pulumi where it is on PATH, else Terraform. `install`: Pulumi is
    installed for this sandbox, by Pulumi's own installer. Raises SandboxError where there is none."""
    from operations.sandbox import pulumi_engine

    if install and wanted is not Name.TERRAFORM:
        return pulumi_engine.installed(around)
    if wanted is Name.PULUMI or (wanted is Name.AUTO and shutil.which("pulumi")):
        return pulumi_engine.on_path(around)
    if find_program() is None:
        raise SandboxError(
            "there is no engine: neither `pulumi` nor `terraform` (or `tofu`) is on PATH. Install one of them, or let "
            "this command ask Pulumi's official installer with --install-engine (make sandbox INSTALL_ENGINE=yes)"
        )
    return TerraformEngine(around)
