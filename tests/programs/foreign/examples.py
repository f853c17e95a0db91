"""The example programs in the docstrings of pulumi_aws: found, and made whole.

An example often names a thing that it does not make (`example["arn"]`). Such names are given a stand-in, a text, so
that the rest of the example is run and judged and does not end in a NameError.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_HEAD = "## Example Usage"
_END = re.compile(r'^[ \t]*(?:## |"""|:param |:return)', re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]*```python\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)

STAND_IN = '''class _Given(str):
    """What the example takes for granted."""

    def __getitem__(self, key):
        return _Given(f"{self}-{key}") if isinstance(key, str) else str.__getitem__(self, key)

    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return _Given(f"{self}-{key}")


'''


@dataclass(frozen=True, slots=True)
class Example:
    """One program. `id` says where it stands: module, file, number."""

    id: str
    code: str

    @property
    def service(self) -> str:
        return self.id.partition("/")[0]

    @property
    def order(self) -> str:
        """A fixed order that has nothing to do with names: what a sample is taken by."""
        return hashlib.sha256(self.id.encode()).hexdigest()

    @property
    def program(self) -> str:
        """The code with a stand-in for each name it takes for granted."""
        given = sorted(_taken_for_granted(self.code))
        head = "".join(f'{name} = _Given("{name}")\n' for name in given)
        return (STAND_IN + head + "\n" if given else "") + self.code


def examples() -> list[Example]:
    """Every example, in order of its id; the same text only once a file."""
    found = []
    root = _folder()
    for file in sorted(root.rglob("*.py")):
        name = str(file.relative_to(root).with_suffix(""))
        seen: set[str] = set()
        for code in _in(file.read_text(encoding="utf-8")):
            if code not in seen:
                seen.add(code)
                found.append(Example(f"{name}/{len(seen) - 1}", code))
    return found


def sample(number: int) -> list[Example]:
    """The same so many examples of all, on every machine."""
    return sorted(examples(), key=lambda e: e.order)[:number]


def _folder() -> Path:
    spec = find_spec("pulumi_aws")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def _in(text: str) -> Iterator[str]:
    at = text.find(_HEAD)
    while at >= 0:
        end = _END.search(text, at + len(_HEAD))
        stop = end.start() if end else len(text)
        for block in _BLOCK.findall(text[at:stop]):
            yield textwrap.dedent(_unescaped(block))
        at = text.find(_HEAD, stop)


def _unescaped(block: str) -> str:
    """What stands in the source of a docstring, as the docstring says it."""
    try:
        return str(ast.literal_eval(f'"""{block}"""'))
    except (SyntaxError, ValueError):
        return block


def _taken_for_granted(code: str) -> set[str]:
    """Names that the code reads and never binds; none where it is no Python."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return set()
    read, bound = set(), set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return read - bound
