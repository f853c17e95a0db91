"""Any state that can be read, told apart by its shape."""

from __future__ import annotations

from typing import Any

from policies.sources import engine_state, terraform_state
from policies.sources.deployed import NotAState, State


def is_state(data: Any) -> bool:
    """Whether a document means to be a state: a Pulumi stack export or a state shown by Terraform."""
    return engine_state.is_export(data) or terraform_state.is_state(data)


def state_in(data: Any, name: str) -> State:
    """The state in a decoded document. `name` is what sentences call it. Raises NotAState."""
    if engine_state.is_export(data):
        return engine_state.state_of(data, name)
    if terraform_state.is_state(data):
        return terraform_state.state_of(data, name)
    raise NotAState(
        f"{name} is no state; wanted: what `pulumi stack export` or, of a state, `terraform show -json` prints"
    )
