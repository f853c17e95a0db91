"""Any document of what is deployed or about to be, told apart by its shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from policies.sources import engine_preview, engine_state, terraform_plan, terraform_state
from policies.sources.deployed import NotAState, State

WANTED = (
    "what `pulumi preview --json --show-sames`, `pulumi stack export`, or `terraform show -json` of a plan or of a state "
    "prints"
)


def is_state(data: Any) -> bool:
    """Whether a document means to be a state or a plan: of Pulumi's engine or of Terraform."""
    return (
        engine_state.is_export(data)
        or engine_preview.is_preview(data)
        or terraform_plan.is_plan(data)
        or terraform_state.is_state(data)
        or terraform_state.is_raw(data)
    )


def state_in(data: Any, name: str, folder: Path | None = None) -> State:
    """The resources in a decoded document. `name` is what sentences call it, `folder` where it lies, if it lies anywhere.
    Raises NotAState."""
    if engine_state.is_export(data):
        return engine_state.state_of(data, name)
    if engine_preview.is_preview(data):
        return engine_preview.preview_of(data, name)
    if terraform_plan.is_plan(data):
        return terraform_plan.plan_of(data, name, folder)
    if terraform_state.is_state(data) or terraform_state.is_raw(data):
        return terraform_state.state_of(data, name)
    raise NotAState(f"{name} is neither a state nor a plan; wanted: {WANTED}")


_PREVIEW = "wanted: what `pulumi preview --json --show-sames` prints"
_PLAN = "wanted: `terraform plan -out=plan.bin`, then what `terraform show -json plan.bin` prints"
_OTHERS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("resourcePlans",), f"is an update plan (`--save-plan`), which holds differences only; {_PREVIEW}"),
    (("plan", "version"), f"is an update plan (`--save-plan`), which holds differences only; {_PREVIEW}"),
    (("sequence", "timestamp"), f"is an event of the engine, not the whole; {_PREVIEW}"),
    (("changeSummary",), f"is the summary of a preview or an update, without its steps; {_PREVIEW}"),
    (("result", "summary"), f"is the summary of a preview or an update, without its steps; {_PREVIEW}"),
    (("resourceChanges",), "is a row of an update's history; wanted: what `pulumi stack export` prints"),
    (("updateId",), "is a row of an update's history; wanted: what `pulumi stack export` prints"),
    (("manifest", "resources"), "is a part of an export; wanted: all of what `pulumi stack export` prints"),
    (("@level", "@message"), f"is what `terraform plan -json` tells while it works; {_PLAN}"),
    (("encrypted_data",), "is encrypted by OpenTofu; wanted: what `tofu show -json` prints of it"),
    (("terraform_version", "provider_selections"), f"is what `terraform version` says of itself; {_PLAN}"),
    (("AWSTemplateFormatVersion",), f"is a template of CloudFormation, which is not read; wanted: {WANTED}"),
    (("Resources",), f"is a template of CloudFormation, which is not read; wanted: {WANTED}"),
    (("artifacts", "version"), f"is made by the AWS CDK, which is not read; wanted: {WANTED}"),
    (("apiVersion", "kind"), f"is a manifest of Kubernetes, which alone is not judged; wanted: {WANTED}"),
    (("$schema", "resources"), f"is a template of Azure's, which is not read; wanted: {WANTED}"),
)
"""Keys that a document of another kind has, and what is said of it."""


def what_else(data: Any) -> str:
    """What another document is, of Pulumi's, Terraform's or of another tool, and what is wanted in its place; empty: it is
    none that is known."""
    if isinstance(data, list) and data:
        data = data[0]  # of a list of rows
    if not isinstance(data, dict) or "format" in data:
        return ""
    return next((text for keys, text in _OTHERS if data.keys() >= set(keys)), "")


def deployed_in(data: Any, name: str) -> State:
    """The same of what is deployed; a plan or preview, which says what will be, is refused. Raises NotAState."""
    if engine_preview.is_preview(data) or terraform_plan.is_plan(data):
        raise NotAState(
            f"{name} says what will be, not what is; wanted: what `pulumi stack export`, or `terraform show -json` of a "
            "state, prints"
        )
    return state_in(data, name)
