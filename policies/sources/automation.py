"""Programs that drive the engine themselves (Automation API): what they would hand it is run in its place.

A program of this kind makes a stack from a function and calls `up` or `preview` on it. There is no engine here, so the stack
is a stand-in: it takes the configuration, runs the function once, and answers everything else with nothing. A
project in a folder of its own, and a second stack, are other programs: they are named, not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from inspect import isawaitable
from typing import Any

import pulumi
from pulumi import automation
from pulumi.automation import _local_workspace
from pulumi.runtime import set_config

_MAKERS = ("create_stack", "select_stack", "create_or_select_stack")


class NotDriven(Exception):
    """What a program drives is another program; the text is the sentence for the user."""


@contextmanager
def driven() -> Iterator[dict[str, str]]:
    """While it lasts, stacks that a program makes are stand-ins; gives the configuration that they were given."""
    config: dict[str, str] = {}
    stacks: dict[str, _Stack] = {}

    def make(
        stack_name: str,
        project_name: str | None = None,
        program: Callable[[], Any] | None = None,
        work_dir: str | None = None,
        opts: Any = None,
    ) -> _Stack:
        program = program or getattr(opts, "program", None)
        if program is None:
            raise NotDriven(f"the program drives the project in {work_dir or 'another folder'}: audit that folder")
        if stacks and stack_name not in stacks:
            raise NotDriven(
                f"the program drives more than one stack ({next(iter(stacks))}, {stack_name}): audit what it runs"
            )
        return stacks.setdefault(stack_name, _Stack(stack_name, program, config))

    before = [(module, name, getattr(module, name)) for module in (automation, _local_workspace) for name in _MAKERS]
    try:
        for module, name, _ in before:
            setattr(module, name, make)
        yield config
    finally:
        for module, name, own in before:
            setattr(module, name, own)


class _Nothing:
    """Answers whatever is asked with itself: outputs and summaries of a deployment that has not been."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_given: Any, **_named: Any) -> Any:
        return self

    def __getitem__(self, _key: Any) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __str__(self) -> str:
        return ""


class _Stack(_Nothing):
    """The stand-in for a stack."""

    def __init__(self, name: str, program: Callable[[], Any], config: dict[str, str]):
        self.name = name
        self._program: Callable[[], Any] | None = program
        self._config = config

    def set_config(self, key: str, value: Any, **_path: Any) -> None:
        full = key if ":" in key else f"{pulumi.get_project()}:{key}"
        self._config[full] = str(value.value)
        set_config(full, str(value.value))

    def set_all_config(self, config: Mapping[str, Any], **_path: Any) -> None:
        for key, value in config.items():
            self.set_config(key, value)

    def up(self, *_given: Any, **_named: Any) -> Any:
        program, self._program = self._program, None
        result = program() if program else None
        if isawaitable(result):
            pulumi.Output.from_input(result)  # the SDK waits for it, and raises what it raises
        return _Nothing()

    preview = up
