"""What a program asks about its own run, answered so that all of it is judged.

A secret setting is hidden: its value is not in the stack file, or no stack file is there. What depends on it is a secret
all the same, so it is handed out as a marker of its own. Whether this is a preview is answered with no: what a program
makes only when it deploys would otherwise be judged by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pulumi

from policies.graph import marker

_TYPE = "pulumi:config:Secret"


def hidden_setting(key: str) -> str:
    """The text that stands for a setting (`namespace:key`) whose value is not to be seen."""
    return marker(f"urn:pulumi:config::settings::{_TYPE}::{key}", "value")


@contextmanager
def answered(*, preview: bool) -> Iterator[None]:
    """While it lasts, secrets that must be there are, and the program is told whether this is a `preview`."""
    require_secret, is_dry_run = pulumi.Config.require_secret, pulumi.runtime.is_dry_run

    def required(self: pulumi.Config, key: str) -> pulumi.Output[Any]:
        found = self.get_secret(key)
        return pulumi.Output.secret(hidden_setting(self.full_key(key))) if found is None else found

    # The SDK asks its own settings, not this name, so only programs notice.
    pulumi.Config.require_secret, pulumi.runtime.is_dry_run = required, lambda: preview
    try:
        yield
    finally:
        pulumi.Config.require_secret, pulumi.runtime.is_dry_run = require_secret, is_dry_run
