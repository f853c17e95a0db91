"""The Pulumi program: the same under the engine, under the recorder, in a test."""

from __future__ import annotations

from pathlib import Path

import pulumi
from pulumi.runtime.config import get_config

from infra import blueprint, gate
from infra.settings import KEY, Loaded, StackFileErrors, from_config, stack_file
from infra.sizing import plan_of

ROOT = Path(__file__).resolve().parent.parent
"""The project's root, where Pulumi.yaml and stacks/ stand."""


def main() -> None:
    """Reads the stack's settings, sizes the hospital, refuses when its own gate is red, then registers everything.

    Raises `pulumi.RunError` with sentences, which the engine prints without a traceback.
    """
    try:
        loaded = stated()
        plan = plan_of(loaded)
    except StackFileErrors as errors:
        raise pulumi.RunError(str(errors)) from None
    gate.require_green(loaded, ROOT)
    blueprint.build(loaded.hospital, plan)


def stated() -> Loaded:
    """The settings of the stack that is being run, with the places of its file where that lies here."""
    value = get_config(KEY)
    if value is None:
        raise pulumi.RunError(
            f"stack {pulumi.get_stack()} states no hospital: its stack file needs config: {KEY}: (see stacks/)"
        )
    return from_config(value, file=stack_file(pulumi.get_stack(), ROOT / "stacks"))
