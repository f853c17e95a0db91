"""The messages that stand in the sources: every text that could reach a reader, as a template with numbered places.

Read from the syntax, not from running: what no test happens to reach is found too. A text is taken for a message when it
has two words; what only looks like one (a path of properties, a pattern) is listed in kept.yaml.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policies.flows import tables
from policies.registry import all_rules, is_prose

ROOT = Path(__file__).resolve().parents[2]

MESSAGES = (
    "policies/rules/**/*.py",
    "policies/flows/**/*.py",
    "policies/engine.py",
    "policies/evidence.py",
    "policies/results.py",
    "policies/waivers.py",
    "policies/checkov_runner/findings.py",
    "policies/checkov_runner/answered.py",
    "policies/checkov_runner/manifests.py",
    "policies/sources/engine_preview.py",
    "policies/sources/engine_state.py",
    "policies/sources/losses.py",
    "policies/sources/terraform_plan.py",
    "policies/sources/terraform_state.py",
    "policies/sources/child.py",
    "policies/sources/child_main.py",
    "jurisdictions/loader.py",
    "infra/audit.py",
    "infra/judgement.py",
    "infra/preview.py",
    "infra/sizing/*.py",
    "infra/verify.py",
    "operations/verify/*.py",
    "operations/verify/checks/*.py",
)
"""Where messages are made."""
SCREENS = ("policies/reports/*.py", "policies/languages/words.py", "infra/cli/*.py", "tests/repository/rule_pages.py")
"""Where a rendering asks for its words by name."""
TABLES = {
    "policies/stores.yaml": ("keyless",),
    "policies/checkov_runner/answered.yaml": ("because",),
    "policies/frameworks/*.yaml": ("source",),
    "jurisdictions/*.yaml": ("instead", "note", "source"),
}
"""Data whose texts are shown, and under which keys."""

_ASKED = ("say", "self", "self.say", "self._say", "words(lang)")
_WORDS = re.compile(r"[A-Za-z]{2}")
_FIELDS = "recording|vault|logging|lastStatus|kmsKey\\w*|encryption\\w+|s3BucketName|retentionInDays|deletionProtection|copy to"
_CALL = re.compile(rf"(\{{0\}}|(Get|Describe|List)[A-Z]\w+)( in \{{0\}})?( (\{{\d\}}|[A-Z]\w+|{_FIELDS}))+")
"""What was asked of AWS, by the names of its interface: stands where others have a path of properties."""
_PLACE = re.compile(r"\{\d+\}")
_SHOWN_ELSEWHERE = frozenset(["title", "title_zh", "good", "bad", "types", "scope", "data_classes"])
"""Arguments of `rule` that are no messages, or have their Chinese beside them."""
_PATH_SECOND = frozenset(["failed", "undecided", "passed", "expect", "decided"])
"""Functions whose second argument is a path of properties."""
_NO_TEXT = frozenset(
    [
        *("compile", "fullmatch", "match", "search", "sub", "get", "startswith", "endswith", "removeprefix"),
        *(
            "removesuffix",
            "partition",
            "rpartition",
            "split",
            "rsplit",
            "replace",
            "joinpath",
            "append_path",
            "getattr",
        ),
        *("glob", "version", "strip", "lstrip", "rstrip", "field_validator", "TypeVar", "PydanticCustomError"),
    ]
)
"""Functions whose constant arguments are never shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """A template, and where it stands."""

    template: str
    file: str
    line: int

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def messages() -> list[Found]:
    """Every message in the sources and the tables."""
    found = [f for pattern in MESSAGES for path in sorted(ROOT.glob(pattern)) for f in _Reader(path).read()]
    for pattern, keys in TABLES.items():
        for path in sorted(ROOT.glob(pattern)):
            texts = _under(yaml.safe_load(path.read_text("utf-8")), keys)
            found += [Found(text, _name(path), 1) for text in texts if is_message(text)]
    return [*found, *stated_places()]


def explanations() -> dict[str, list[Found]]:
    """What rules explain at length, a text a paragraph, and the examples that are told in words: theme -> texts."""
    found: dict[str, list[Found]] = {}
    for rule in all_rules():
        texts = [*rule.paragraphs, *(text for text in (rule.good, rule.bad) if text and is_prose(text))]
        code = rule.check.__code__
        file = _name(Path(code.co_filename))
        found.setdefault(rule.theme, []).extend(Found(text, file, code.co_firstlineno) for text in texts)
    return found


def stated_places() -> list[Found]:
    """The places that the tables of flows state themselves (`place TEXT`), and what they say of a name that no resource
    of the program has (`PREFIX else TEXT`)."""
    found = {}
    for name in ("copies", "backups", "deliveries", "connections", "ends"):
        for paths in tables.names(name).values():
            for kind in paths.values():
                otherwise = kind.partition(" else ")[2]
                if kind.startswith("place "):
                    found[kind.removeprefix("place ")] = True
                elif otherwise and otherwise != "anywhere":
                    found[f"{{0}}, {otherwise}"] = True
    for rows in tables.flows().values():
        found |= {row.target.removeprefix("place "): True for row in rows if row.target.startswith("place ")}
    return [Found(text, "policies/flows/tables", 1) for text in found if is_message(text)]


def asked() -> list[Found]:
    """Every text that a rendering asks for by name."""
    found = []
    for pattern in SCREENS:
        for path in sorted(ROOT.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in _ASKED:
                    found += [Found(text, _name(path), node.lineno) for text in _constants(node.args[:1])]
    return found


def _constants(nodes: list[ast.expr]) -> Iterator[str]:
    """Constant texts, also those between which an expression chooses."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _constants([node.body, node.orelse])


def _under(data: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in keys:
                yield from [value] if isinstance(value, str) else value.values()
            else:
                yield from _under(value, keys)
    elif isinstance(data, list):
        for value in data:
            yield from _under(value, keys)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_message(template: str) -> bool:
    """Whether a text could be for a reader: words, and a space."""
    bare = _PLACE.sub("", template)
    return " " in template and _WORDS.search(bare) is not None and not _CALL.fullmatch(template)


class _Reader:
    """One file of Python."""

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> Iterator[Found]:
        for node in self._visit(ast.parse(self.path.read_text("utf-8"))):
            template = self._template(node)
            if template is not None and is_message(template):
                yield Found(template, _name(self.path), node.lineno)

    def _visit(self, node: ast.AST) -> Iterator[ast.expr]:
        """The expressions that make a text, each as a whole and then what stands at its places."""
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return
        if isinstance(node, ast.Constant | ast.JoinedStr) or self._is_sum(node):
            yield node  # type: ignore[misc]
            for part in self._places(node):
                yield from self._visit(part)
            return
        for child in self._shown(node):
            yield from self._visit(child)

    @staticmethod
    def _shown(node: ast.AST) -> Iterator[ast.AST]:
        """The children in which a text for a reader can stand."""
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            arguments: list[ast.AST] = list(node.args)
            if name in _PATH_SECOND:
                arguments = [*arguments[:1], *arguments[2:]]
            if name in _NO_TEXT:
                arguments = [a for a in arguments if not isinstance(a, ast.Constant)]
            receiver = (
                [] if name == "join" or (name in _NO_TEXT and isinstance(node.func, ast.Constant)) else [node.func]
            )
            keywords = [k.value for k in node.keywords if not (name == "rule" and k.arg in _SHOWN_ELSEWHERE)]
            children = [*receiver, *arguments, *keywords]
        elif isinstance(node, ast.Compare):
            children = [c for c in children if not isinstance(c, ast.Constant)]
        elif isinstance(node, ast.Subscript):
            children = [node.value]
        elif isinstance(node, ast.Dict):
            children = list(node.values)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            children = [c for c in children if c is not node.annotation]
        elif isinstance(node, ast.FunctionDef):
            children = [c for c in children if c is not node.returns]
        yield from children

    @staticmethod
    def _is_sum(node: ast.AST) -> bool:
        """Texts put together with `+`."""
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            right = node.right
            if isinstance(right, ast.JoinedStr) or isinstance(getattr(right, "value", None), str):
                return True
            node = node.left
        return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))

    def _parts(self, node: ast.AST) -> list[ast.AST]:
        if isinstance(node, ast.JoinedStr):
            return list(node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and self._is_sum(node):
            return [*self._parts(node.left), *self._parts(node.right)]
        return [node]

    def _places(self, node: ast.AST) -> list[ast.AST]:
        parts = self._parts(node)
        return [p.value if isinstance(p, ast.FormattedValue) else p for p in parts if not isinstance(p, ast.Constant)]

    def _template(self, node: ast.AST) -> str | None:
        """The text with a number at each place; None where it is none."""
        text, places = "", 0
        for part in self._parts(node):
            if isinstance(part, ast.Constant):
                text += part.value if isinstance(part.value, str) else ""
            else:
                text += f"{{{places}}}"
                places += 1
        return text
