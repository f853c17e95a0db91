"""YAML of unknown origin -> plain data, and the line where each value stands.

Read event by event, so that nothing is built beyond the bounds: size, depth, number of values, aliases. Plain scalars
are read as the Pulumi engine reads them (YAML 1.2: `yes` is text, a date is text), so that the gate and the engine see
the same settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from infra.settings.errors import Path, Problem, plain

LARGEST_BYTES = 1024 * 1024
DEEPEST = 40
MOST_VALUES = 50_000
"""Values in all, what aliases stand for included: 500 sites have some 10,000."""
MOST_ALIASES = 200
LONGEST_NUMBER = 30
"""Characters of a number. No setting needs more than 12."""

Mark = tuple[int, int]
"""Line and column, from 1."""

_INTEGER = re.compile(r"[-+]?[0-9][0-9_]*|0o[0-7][0-7_]*|0x[0-9a-fA-F][0-9a-fA-F_]*|0b[01][01_]*")
_FLOAT = re.compile(r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STRING_TAGS = ("!", "tag:yaml.org,2002:str")
_SAFE_TAGS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null", "map", "seq"))
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotYaml(Exception):
    """The text cannot be read at all."""

    def __init__(self, mark: Mark | None, message: str) -> None:
        super().__init__(message)
        self.mark = mark
        self.message = message


@dataclass(frozen=True, slots=True)
class Parsed:
    """Plain data, marks by path, and what was wrong on the way: those values are None in the data."""

    data: Any
    marks: dict[Path, Mark]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Open:
    """A mapping or list that is not closed yet."""

    value: dict[str, Any] | list[Any]
    path: Path
    anchor: str | None
    key: str | None = None
    count: int = 1
    height: int = 1


@dataclass(slots=True)
class _Anchor:
    value: Any
    count: int
    height: int


@dataclass(slots=True)
class _Builder:
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Anchor | None] = field(default_factory=dict)
    marks: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    aliases: int = 0
    count: int = 0
    document: Any = None
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        mark = _mark(event)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, mark)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event, mark)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event, mark)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise NotYaml(mark, "a second document begins here (---); a stack file has one")

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            self._key(top, event, mark)
            return
        path = self._path(mark)
        self._count(1, mark)
        value, complaint = _resolved(event)
        if complaint:
            self.problems.append(Problem(path, None, complaint))
        if event.anchor:
            self.anchors[event.anchor] = _Anchor(value, 1, 1)
        self._put(value, 1, 0)

    def _key(self, top: _Open, event: yaml.ScalarEvent, mark: Mark) -> None:
        if event.value == "<<" and not event.style:
            raise NotYaml(mark, "'<<' merges another mapping; write its lines out here")
        key = str(event.value)
        path = (*top.path, key)
        if key in top.value:
            first = self.marks[path][0]
            self.problems.append(Problem(path, None, f"stands twice, in lines {first} and {mark[0]}; remove one"))
        self.marks[path] = mark
        top.key = key
        if event.anchor:
            self.anchors[event.anchor] = _Anchor(key, 1, 1)
        self._count(1, mark)

    def _alias(self, event: yaml.AliasEvent, mark: Mark) -> None:
        self.aliases += 1
        if self.aliases > MOST_ALIASES:
            raise NotYaml(mark, f"more than {MOST_ALIASES} aliases (*); write the lines out")
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            raise NotYaml(mark, "an alias (*) stands as a key; write the key out")
        name = event.anchor or ""
        anchor = self.anchors.get(name)
        if anchor is None:
            how = "stands inside what it refers to" if name in self.anchors else "refers to nothing"
            raise NotYaml(mark, f"the alias *{plain(name[:40])} {how}")
        self._path(mark)
        self._count(anchor.count, mark)
        self._depth(anchor.height, mark)
        self._put(anchor.value, anchor.count, anchor.height)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, mark: Mark) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            raise NotYaml(mark, "a mapping or list stands as a key; a key is one word")
        path = self._path(mark)
        self._count(1, mark)
        self._depth(1, mark)
        if event.tag and event.tag not in _SAFE_TAGS and event.tag != "!":
            self.problems.append(Problem(path, None, f"has the tag {_tag(event.tag)}; tags are not accepted here"))
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], path, event.anchor))

    def _close(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = _Anchor(done.value, done.count, done.height)
        self._put(done.value, done.count, done.height)

    def _put(self, value: Any, count: int, height: int) -> None:
        if not self.stack:
            self.document = value
            return
        top = self.stack[-1]
        top.count += count
        top.height = max(top.height, height + 1)
        if isinstance(top.value, dict):
            assert top.key is not None  # noqa: S101  the parser gives a key before each value
            top.value[top.key] = value
            top.key = None
        else:
            top.value.append(value)

    def _path(self, mark: Mark) -> Path:
        """Where the next value goes; its mark is its key's, or its own in a list."""
        if not self.stack:
            self.marks[()] = mark
            return ()
        top = self.stack[-1]
        if isinstance(top.value, dict):
            return (*top.path, top.key or "")
        path = (*top.path, len(top.value))
        self.marks[path] = mark
        return path

    def _count(self, more: int, mark: Mark) -> None:
        self.count += more
        if self.count > MOST_VALUES:
            raise NotYaml(mark, f"more than {MOST_VALUES:,} values, what aliases stand for included")

    def _depth(self, more: int, mark: Mark) -> None:
        if len(self.stack) + more > DEEPEST:
            raise NotYaml(mark, f"more than {DEEPEST} levels deep; the deepest setting has 6")


def parse(source: bytes) -> Parsed:
    """Reads one YAML document. Raises `NotYaml` when it cannot be read at all."""
    text = _decoded(source)
    builder = _Builder()
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml((mark.line + 1, mark.column + 1) if mark else None, f"is not YAML: {_reason(error)}") from None
    except yaml.YAMLError as error:
        strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = (text.count("\n", 0, strange.start()) + 1, 1) if strange else None
        raise NotYaml(line, f"is not YAML: {plain(str(error).splitlines()[0])[:200]}") from None
    return Parsed(builder.document, builder.marks, tuple(builder.problems))


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


def _decoded(source: bytes) -> str:
    if len(source) > LARGEST_BYTES:
        raise NotYaml(None, f"is larger than {LARGEST_BYTES // 1024} KiB; a stack file has some 10 KiB")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise NotYaml((line, 1), f"is not UTF-8 text: byte {source[error.start]:#04x} in this line") from None


def _reason(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.problem, error.context) if part]
    return plain(", ".join(parts))[:200] or "it cannot be read"


def _mark(event: yaml.Event) -> Mark:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _tag(tag: str) -> str:
    return plain(tag.replace("tag:yaml.org,2002:", "!!")[:60])


def _resolved(event: yaml.ScalarEvent) -> tuple[object, str | None]:
    """The value of a scalar, and what is wrong with it."""
    text = str(event.value)
    if event.tag in _STRING_TAGS:
        return text, None
    if event.tag and event.tag not in _SAFE_TAGS:
        return None, f"has the tag {_tag(event.tag)}; tags are not accepted here"
    if event.style and not event.tag:
        return text, None
    return number_or_text(text)


def number_or_text(text: str) -> tuple[object, str | None]:
    """A plain scalar as YAML 1.2 reads it. A leading zero does not make a number octal: it makes it a mistake that the
    form of the setting will name."""
    if text in _WORDS:
        return _WORDS[text], None
    if _ENDLESS.fullmatch(text):
        return None, f"'{text}' is not a number that can be used"
    if not (_INTEGER.fullmatch(text) or _FLOAT.fullmatch(text)):
        return text, None
    if len(text) > LONGEST_NUMBER:
        return None, f"is a number of {len(text)} characters; put it in quotes if it is text"
    digits = text.replace("_", "")
    if _INTEGER.fullmatch(text):
        return int(digits, {"0o": 8, "0x": 16, "0b": 2}.get(digits[:2].lower(), 10)), None
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        return None, f"'{text}' is larger than any number that can be used"
    return number, None
