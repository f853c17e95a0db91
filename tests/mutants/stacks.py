"""The reference stacks as the bench takes them: recorded anew, with the context that each of them states."""

from __future__ import annotations

from pathlib import Path

from infra import program
from infra.judgement import context_of, engine_config
from infra.settings import load
from policies.context import Context
from policies.graph import Graph
from policies.sources.program import record

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("cn-clinic", "cn-county-alliance", "cn-tertiary", "dev", "eu-university")


def context(stack: str) -> Context:
    """What the stack states."""
    return context_of(load(ROOT / "stacks" / f"Pulumi.{stack}.yaml"))


def graph(stack: str) -> Graph:
    """The stack, recorded."""
    loaded = load(ROOT / "stacks" / f"Pulumi.{stack}.yaml")
    return record(
        program.main,
        project="hospital-cloud",
        stack=stack,
        jurisdiction=loaded.hospital.law,
        config=engine_config(loaded.hospital),
        root=ROOT,
    ).graph
