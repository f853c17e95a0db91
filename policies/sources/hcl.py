"""Terraform's files (.tf), read as far as values can be told from them: blocks, and expressions of constants, names, texts with
names inside, objects, lists, calls, conditions and loops. Any other expression (arithmetic) is kept as what it names.
Nothing is evaluated here.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Final

from policies.sources.hcl_characters import BadHcl, Characters
from policies.sources.hcl_nodes import (
    Body,
    Call,
    Choice,
    Items,
    Literal,
    Loop,
    Name,
    Node,
    Object,
    Operation,
    Other,
    Template,
    names_of,
    spells,
)

__all__ = ["BadHcl", "body_of", "template_of"]

_DEEPEST: Final = 48
_MOST: Final = 50_000
"""Expressions of one file that are tried."""
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_WORD: Final = re.compile(r"[A-Za-z_][\w-]*")
_STEP: Final = re.compile(r"\.(?:\*|[\w-]+)")
_HEREDOC: Final = re.compile(r"<<(-?)[ \t]*([A-Za-z_][\w-]*)[ \t]*\r?\n")
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_OPERATOR: Final = re.compile(r"==|!=|<=|>=|&&|\|\||<|>")
_BINDS: Final = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4}
_FOR: Final = re.compile(r"for[ \t]")


def body_of(text: str) -> Body:
    """The blocks of a file. Raises BadHcl."""
    return _Reader(text).body("", 0)


def template_of(text: str) -> Node:
    """The text of a file that `templatefile` reads. Raises BadHcl."""
    return Template(tuple(_Reader(text).lines()))


class _Reader(Characters):
    """One text, read from the left."""

    def __init__(self, text: str, outer: _Reader | None = None) -> None:
        super().__init__(text)
        self.left: list[int] = outer.left if outer else [_MOST]  # shared: what is tried again counts again
        self.depth: int = outer.depth if outer else 0

    def body(self, end: str, depth: int) -> Body:
        """Arguments and blocks up to `end`, empty: to the end of the text."""
        if depth > _DEEPEST:
            raise BadHcl("nested too deeply")
        found = Body()
        while True:
            self._space(lines=True)
            if self._is_over() or (end and self._took(end)):
                if self._is_over() and end and self.text[self.at - 1 : self.at] != end:
                    raise BadHcl("a block does not end")
                return found
            word = self._match(_WORD)
            self._space()
            if self._peek() == "=" and self.text[self.at : self.at + 2] != "==":
                self.at += 1
                found.arguments[word] = self._argument()
                continue
            labels = []
            while not self._took("{"):
                label = self.text_or_name() if self._peek() == '"' else Literal(self._match(_WORD))
                labels.append(str(label.value) if isinstance(label, Literal) else "")
                self._space()
            found.blocks.append((word, tuple(labels), self.body("}", depth + 1)))

    def _argument(self) -> Node:
        """An expression to the end of its line."""
        start = self.at
        try:
            node = self.expression(0)
            self._space()
            if self._is_over() or self._peek() in "\n}":
                return node
        except BadHcl:
            pass
        self.at = start
        return self._other("\n}")

    def expression(self, depth: int) -> Node:
        """One expression of the known forms. Raises BadHcl for any other."""
        with self._one_deeper():
            node = self._operated(depth, 1)
            if not self._follows("?", depth):
                return node
            yes = self.expression(depth)
            self._space(lines=depth > 0)
            self._need(":")
            return Choice(node, yes, self.expression(depth))

    def _operated(self, depth: int, least: int) -> Node:
        """Operands with what stands between them, from those that bind closest."""
        self._space(lines=depth > 0)
        if self._peek() == "!" and self.text[self.at + 1 : self.at + 2] != "=":
            self.at += 1
            with self._one_deeper():
                node: Node = Operation("!", (self._operated(depth, max(_BINDS.values()) + 1),))
        else:
            node = self._expression(depth)
        while True:
            start = self.at
            self._space(lines=depth > 0)
            found = _OPERATOR.match(self.text, self.at)
            if found is None or _BINDS[found.group()] < least:
                self.at = start
                return node
            self.at = found.end()
            with self._one_deeper():
                node = Operation(found.group(), (node, self._operated(depth, _BINDS[found.group()] + 1)))

    def _follows(self, text: str, depth: int) -> bool:
        """Takes a text that goes on with an expression; between brackets it may stand in the next line."""
        start = self.at
        self._space(lines=depth > 0)
        if self._took(text):
            return True
        self.at = start
        return False

    @contextlib.contextmanager
    def _one_deeper(self) -> Iterator[None]:
        self.left[0] -= 1
        if self.depth > _DEEPEST or self.left[0] < 0:
            raise BadHcl("nested too deeply, or too much of it")
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def _expression(self, depth: int) -> Node:
        self._space(lines=depth > 0)
        first = self._peek()
        if first == '"' or self.text.startswith("<<", self.at):
            return self.text_or_name()
        if first in "[{" and (loop := self._loop(first, depth)):
            return loop
        if first == "[":
            return Items(tuple(self._listed("]", depth)))
        if first == "{":
            return self._object(depth)
        if first == "(":
            self.at += 1
            node = self.expression(depth + 1)
            self._space(lines=True)
            self._need(")")
            return node
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            text = number.group()
            return Literal(float(text) if re.search(r"[.eE]", text) else int(text))
        word = self._match(_WORD)
        if self._peek() == "(":
            return Call(word, tuple(self._listed(")", depth)))
        if word in _CONSTANTS and self._peek() not in ".[":
            return Literal(_CONSTANTS[word])
        return Name(word + self._path(depth))

    def _path(self, depth: int) -> str:
        """What follows a name: `.a`, `[0]`, `["x"]`, `[each.key]`, `[*]`."""
        found = []
        while (step := _STEP.match(self.text, self.at)) or self._peek() == "[":
            if step:
                self.at = step.end()
                found.append(step.group())
                continue
            start = self.at
            self.at += 1
            if not self._took("*"):
                self.expression(depth + 1)
            self._space(lines=True)
            self._need("]")
            found.append("".join(self.text[start : self.at].split()))
        return "".join(found)

    def _loop(self, first: str, depth: int) -> Loop | None:
        """`for` between brackets; None where they hold something else."""
        start = self.at
        self.at += 1
        self._space(lines=True)
        if not _FOR.match(self.text, self.at):
            self.at = start
            return None
        self._match(_WORD)
        self._space(lines=True)
        key, value = "", self._match(_WORD)
        if self._follows(",", 1):
            self._space(lines=True)
            key, value = value, self._match(_WORD)
        self._space(lines=True)
        if self._match(_WORD) != "in":
            raise BadHcl("a loop over nothing")
        over = self.expression(depth + 1)
        self._space(lines=True)
        self._need(":")
        body = self.expression(depth + 1)
        name = None
        if first == "{":
            self._space(lines=True)
            self._need("=>")
            name, body = body, self.expression(depth + 1)
        grouped = self._follows("...", 1)
        only = self.expression(depth + 1) if self._follows("if", 1) else None
        self._space(lines=True)
        self._need(_CLOSING[first])
        return Loop(key, value, over, name, body, only, grouped)

    def _listed(self, end: str, depth: int) -> Iterator[Node]:
        """What stands between brackets, with commas."""
        self.at += 1
        while True:
            self._space(lines=True)
            if self._took(end):
                return
            yield self._one(",", end, depth)
            self._space(lines=True)
            if not self._took(","):
                self._need(end)
                return

    def _object(self, depth: int) -> Object:
        self.at += 1
        pairs: list[tuple[Node, Node]] = []
        while True:
            self._space(lines=True)
            if self._took("}"):
                return Object(tuple(pairs))
            key = self.expression(depth + 1)
            if isinstance(key, Name) and "." not in key.text and "[" not in key.text:
                key = Literal(key.text)
            self._space()
            if not self._took("="):
                self._need(":")
            pairs.append((key, self._one(",\n", "}", depth)))
            self._space()
            self._took(",")

    def _one(self, after: str, end: str, depth: int) -> Node:
        """One element of brackets; of another form what it names."""
        start = self.at
        try:
            node = self.expression(depth + 1)
            here = self.at
            self._space(lines="\n" not in after)
            if self._peek() in (*after, end):
                self.at = here
                return node
        except BadHcl:
            pass
        self.at = start
        return self._other(after + end)

    def _other(self, ends: str) -> Other:
        """What stands up to one of `ends` outside brackets: names and whether there are texts."""
        with self._one_deeper():
            return self._skipped(ends)

    def _skipped(self, ends: str) -> Other:
        names: list[str] = []
        spelled = False
        open_: list[str] = []
        while not self._is_over():
            self._space()
            first = self._peek()
            if not open_ and first in ends:
                break
            if first == '"' or self.text.startswith("<<", self.at):
                node = self.text_or_name()
                names += names_of(node)
                spelled = spelled or spells(node)
            elif word := _WORD.match(self.text, self.at):
                self.at = word.end()
                if word.group() not in (*_CONSTANTS, "for", "in", "if") and self._peek() != "(":
                    names.append(word.group() + self._path(1))
            else:
                if first in _CLOSING:
                    open_.append(_CLOSING[first])
                elif open_ and first == open_[-1]:
                    open_.pop()
                elif first in ")]}":
                    raise BadHcl("brackets that do not fit")
                self.at += 1
        if open_:
            raise BadHcl("brackets that are not closed")
        return Other(tuple(names), spelled)

    # -- texts

    def text_or_name(self) -> Node:
        """A text; one that is nothing but an expression is that expression."""
        parts = list(self._heredoc() if self.text.startswith("<<", self.at) else self._quoted())
        if not parts:
            return Literal("")
        return parts[0] if len(parts) == 1 else Template(tuple(parts))

    def _quoted(self) -> Iterator[Node]:
        self._need('"')
        yield from self._parts(quoted=True)

    def lines(self) -> Iterator[Node]:
        """A text of many lines, in which nothing is escaped but what would be an expression."""
        yield from self._parts(quoted=False)

    def _parts(self, *, quoted: bool) -> Iterator[Node]:
        """Plain text and what is inserted in it, to the closing quote, or else to the end."""
        plain: list[str] = []
        while quoted or not self._is_over():
            first = self._peek()
            if quoted and (self._is_over() or first == "\n"):
                raise BadHcl("a text does not end")
            if quoted and first == '"':
                self.at += 1
                break
            if quoted and first == "\\":
                plain.append(self._escape())
            elif self.text.startswith(("$${", "%%{"), self.at):
                plain.append(self.text[self.at + 1 : self.at + 3])
                self.at += 3
            elif self.text.startswith(("${", "%{"), self.at):
                if plain:
                    yield Literal("".join(plain))
                    plain = []
                yield self._inserted()
            else:
                plain.append(first)
                self.at += 1
        if plain:
            yield Literal("".join(plain))

    def _escape(self) -> str:
        code = self.text[self.at + 1 : self.at + 2]
        if code in ("u", "U"):
            size = 4 if code == "u" else 8
            digits = self.text[self.at + 2 : self.at + 2 + size]
            if not re.fullmatch(r"[0-9a-fA-F]+", digits) or int(digits, 16) > 0x10FFFF:
                raise BadHcl("a character that is none")
            self.at += 2 + size
            return chr(int(digits, 16))
        if code not in _ESCAPES:
            raise BadHcl("an escape that is none")
        self.at += 2
        return _ESCAPES[code]

    def _inserted(self) -> Node:
        """`${...}`; a directive (`%{...}`) is another form."""
        directive = self._peek() == "%"
        self.at += 2
        self._took("~")
        start = self.at
        try:
            node = self.expression(1)
            self._space(lines=True)
            self._took("~")
            self._need("}")
            if not directive:
                return node
            return Other(tuple(names_of(node)), True)
        except BadHcl:
            self.at = start
        other = self._other("}")
        self._need("}")
        return Other(other.names, True) if directive else other

    def _heredoc(self) -> Iterator[Node]:
        match = _HEREDOC.match(self.text, self.at)
        if match is None:
            raise BadHcl("a text that is none")
        end = re.compile(rf"^[ \t]*{re.escape(match[2])}[ \t]*(?=\r?$)", re.MULTILINE).search(self.text, match.end())
        if end is None:
            raise BadHcl("a text does not end")
        lines = self.text[match.end() : end.start()].splitlines(keepends=True)
        self.at = end.end()
        if match[1]:
            indents = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
            lines = [line[min(indents, default=0) :] for line in lines]
        inner = _Reader("".join(lines), self)
        yield from inner.lines()
