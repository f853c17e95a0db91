"""A waiver file -> `Waivers`, or every error at once with file, line and path. The file may come from anybody: its size,
depth and number of rows are bounded, aliases and tags are refused, nothing in it is executed.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import yaml

from policies.registry import Rule, all_rules
from policies.results import StackPlace
from policies.waivers import NONE, Waiver, Waivers

FILE_NAME: Final = "waivers.yaml"
LARGEST_BYTES: Final = 256 * 1024
MOST_WAIVERS: Final = 1000
LONGEST_TEXT: Final = 2000
SHORTEST_REASON: Final = 20
"""In letters; a Chinese character says as much as two."""
LONGESTDAYS: Final = 366
"""A year: longer and nobody reviews it."""
KEYS: Final = ("rule", "resource", "reason", "owner", "expires_on", "ticket")
REQUIRED: Final = KEYS[:5]
_DEEPEST: Final = 6
_MOST_EVENTS: Final = 40 * MOST_WAIVERS
CHECKOV: Final = re.compile(r"CKV2?_[A-Z0-9]+_[0-9]{1,5}")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class WaiverError:
    """One wrong thing in a waiver file."""

    file: str
    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{_plain(self.file)}:{self.line}" if self.line is not None else _plain(self.file)
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class BadWaivers(ValueError):
    """Everything that is wrong in one waiver file, in the order of its lines."""

    def __init__(self, errors: Iterable[WaiverError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda e: (e.line or 0, e.path, e.message)))
        super().__init__("\n".join(str(error) for error in self.errors))


def default_file(root: Path, stack: str, stack_folder: str | Path = ".") -> Path | None:
    """The waiver file of a stack, where nobody names one: `waivers/STACK.yaml` in the folder of the stack files, else
    `waivers.yaml` beside Pulumi.yaml; None where there is neither. A link that leads out of the project counts as none."""
    stack = stack.rsplit("/", 1)[-1]
    for file in (root / stack_folder / "waivers" / f"{stack}.yaml", root / FILE_NAME):
        try:
            if file.is_file() and file.resolve().is_relative_to(root.resolve()):
                return file
        except (OSError, ValueError):
            continue
    return None


def of_project(root: Path, stack: str, stack_folder: str | Path = ".", *, today: date | None = None) -> Waivers:
    """The waivers of `default_file`, which are none where there is no such file. Raises BadWaivers."""
    file = default_file(root, stack, stack_folder)
    if file is None:
        return NONE
    return read(file, shown_as=str(file.relative_to(root)), today=today)


def read(path: Path, *, shown_as: str | None = None, today: date | None = None) -> Waivers:
    """Reads a waiver file. Raises BadWaivers."""
    name = shown_as or str(path)
    try:
        if not path.is_file():
            raise BadWaivers([WaiverError(name, None, "", "is not a file" if path.exists() else "is not there")])
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise BadWaivers([WaiverError(name, None, "", f"cannot be read: {error.strerror}")]) from None
    except ValueError as error:
        if isinstance(error, BadWaivers):
            raise
        raise BadWaivers([WaiverError(name, None, "", "is no name of a file")]) from None
    return read_text(content, name, today=today)


def read_text(content: bytes, name: str = FILE_NAME, *, today: date | None = None) -> Waivers:
    """The same for the content of a file."""
    reader = _Reader(name, today or date.today())
    rows = reader.rows(reader.document(content))
    if reader.errors:
        raise BadWaivers(reader.errors)
    return Waivers(tuple(rows), name, hashlib.sha256(content).hexdigest()[:12])


class _Reader:
    """One reading: gathers errors, so that all are told at once."""

    def __init__(self, name: str, today: date) -> None:
        self.name = name
        self.today = today
        self.errors: list[WaiverError] = []
        self.known = {rule.id: rule for rule in all_rules()}

    def wrong(self, node: yaml.Node | None, path: str, message: str) -> None:
        line = node.start_mark.line + 1 if node is not None else None
        self.errors.append(WaiverError(self.name, line, path, message))

    # -- YAML

    def document(self, content: bytes) -> yaml.Node | None:
        if len(content) > LARGEST_BYTES:
            self.wrong(None, "", f"is larger than {LARGEST_BYTES >> 10} KiB")
            return None
        try:
            text = content.decode("utf-8-sig")
            if said := _out_of_bounds(text):
                self.errors.append(WaiverError(self.name, said[0], "", said[1]))
                return None
            node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
        except UnicodeDecodeError:
            self.wrong(None, "", "is not UTF-8 text")
            return None
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            problem = str(getattr(error, "problem", None) or error)
            message = f"is not YAML: {_plain(' '.join(problem.split()))[:200]} (text that begins with * needs quotes)"
            self.errors.append(WaiverError(self.name, mark.line + 1 if mark else None, "", message))
            return None
        if node is None:
            self.wrong(None, "", "is empty; wanted: schema: 1 and waivers:")
        return node

    def mapping(self, node: yaml.Node, path: str, keys: Sequence[str], required: Sequence[str]) -> dict[str, yaml.Node]:
        """The known keys of a mapping; everything else is an error."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, f"is no mapping; wanted: {', '.join(required)}")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "a key that is no text"
            where = f"{path}.{_short(name)}" if path else _short(name)
            if name not in keys:
                self.wrong(key, where, f"is not read by anything; allowed: {', '.join(keys)}{_meant(name, keys)}")
            elif name in found:
                self.wrong(key, where, "stands twice")
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.wrong(node, f"{path}.{name}" if path else name, "is missing")
        return found

    def text(self, node: yaml.Node, path: str) -> str | None:
        """The text of a value, on one line."""
        others = (":null", ":bool", ":float") if path.endswith(".ticket") else (":null", ":bool", ":float", ":int")
        if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(others):
            self.wrong(node, path, "is no text")
            return None
        value = " ".join(node.value.split())
        if not value:
            self.wrong(node, path, "is empty")
        elif len(value) > LONGEST_TEXT:
            self.wrong(node, path, f"has {len(value)} characters; allowed: {LONGEST_TEXT}")
        elif not value.isprintable():
            self.wrong(node, path, "holds characters that cannot be printed")
        else:
            return value
        return None

    # -- rows

    def rows(self, document: yaml.Node | None) -> list[Waiver]:
        if document is None:
            return []
        top = self.mapping(document, "", ("schema", "waivers"), ("schema", "waivers"))
        schema = top.get("schema")
        if schema is not None and not (isinstance(schema, yaml.ScalarNode) and schema.value == "1"):
            self.wrong(schema, "schema", "is not known; wanted: 1")
        listed = top.get("waivers")
        if listed is None:
            return []
        if not isinstance(listed, yaml.SequenceNode):
            self.wrong(listed, "waivers", "is no list; wanted: rows that begin with '- rule:' (or [])")
            return []
        if len(listed.value) > MOST_WAIVERS:
            self.wrong(listed, "waivers", f"has {len(listed.value)} rows; allowed: {MOST_WAIVERS}")
            return []
        rows = [row for n, node in enumerate(listed.value) if (row := self.row(node, f"waivers[{n}]")) is not None]
        first: dict[tuple[str, str], Waiver] = {}
        for row in rows:
            other = first.setdefault((row.rule, row.resource), row)
            if other is not row and row.place and other.place:
                message = f"says the same rule and resource as {other.place.path} on line {other.place.line}"
                self.errors.append(WaiverError(self.name, row.place.line, row.place.path, message))
        return rows

    def row(self, node: yaml.Node, path: str) -> Waiver | None:
        before = len(self.errors)
        found = self.mapping(node, path, KEYS, REQUIRED)
        texts = {key: self.text(value, f"{path}.{key}") for key, value in found.items()}
        checks = {
            "rule": self.rule_problem,
            "resource": lambda value: pattern_problem(value, self.known.get(texts.get("rule") or "")),
            "reason": _reason_problem,
            "owner": lambda value: "names nobody; wanted: a person or a body that answers" if len(value) < 2 else "",
            "expires_on": self.day_problem,
        }
        for key, check in checks.items():
            value = texts.get(key)
            if value is not None and (problem := check(value)):
                self.wrong(found[key], f"{path}.{key}", problem)
        if len(self.errors) > before:
            return None
        given = {key: value for key, value in texts.items() if value is not None}
        expires_on = date.fromisoformat(given.pop("expires_on"))
        place = StackPlace(self.name, node.start_mark.line + 1, path)
        return Waiver(**given, expires_on=expires_on, place=place)

    def rule_problem(self, value: str) -> str:
        if CHECKOV.fullmatch(value):
            return ""
        rule = self.known.get(value)
        if rule is None:
            return f"there is no rule {_shown(value)}; wanted: the id of one rule{_meant(value, self.known)}"
        if rule.unwaivable and rule.unwaivable_from_class <= 1:
            return f"{value} may not be waived: {rule.unwaivable}"
        return ""

    def day_problem(self, value: str) -> str:
        last = self.today + timedelta(days=LONGESTDAYS)
        try:
            day = date.fromisoformat(value) if DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None:
            return f"{_shown(value)} is no day; wanted: for example {last}"
        return f"{day} is more than a year ahead; allowed: until {last}" if day > last else ""


def _out_of_bounds(text: str) -> tuple[int | None, str] | None:
    """(line, what is too much) by the events alone, before anything is built of them."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        line = event.start_mark.line + 1 if event.start_mark else None
        if number > _MOST_EVENTS:
            return line, f"holds too much; allowed: {MOST_WAIVERS} waivers"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return line, "uses an alias or an anchor (* or &), which is not allowed here; text with * needs quotes"
        if getattr(event, "tag", None):
            return line, "uses a tag (!), which is not allowed here"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return line, "is nested too deep"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                return line, "holds more than one document"
    return None


def pattern_problem(pattern: str, rule: Rule | None) -> str:
    """Why a pattern may not stand in a waiver of this rule (None: one of another tool); empty: it may. A pattern
    that names nothing is for rules that name their types themselves."""
    if pattern.startswith("urn:"):
        parts = pattern.split("::")
        type_part, name_part = (parts[2] if len(parts) > 2 else ""), "::".join(parts[3:])
    elif "::" in pattern:
        type_part, _, name_part = pattern.partition("::")
    elif " " in pattern:
        type_part, _, name_part = pattern.partition(" ")
    elif "*" in pattern:
        type_part, name_part = pattern, ""
    else:
        return f"{_shown(pattern)} matches nothing; wanted: a URN, or TYPE::NAME, with * for any text"
    named = _literal(re.sub(r"^[a-z*?-]*:", "", type_part)) + _literal(name_part)
    if not named and rule is not None and rule.is_general:
        return f"{_shown(pattern)} matches everything that {rule.id} judges; wanted: a type, a name, or a part of one"
    return ""


def _literal(part: str) -> str:
    return re.sub(r"[*?:\s]", "", part)


def _reason_problem(value: str) -> str:
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in value)
    if width < SHORTEST_REASON or len(set(value)) < 5:
        return f"is too short to convince a reader; wanted: {SHORTEST_REASON} letters (10 Chinese characters) or more"
    return ""


def _meant(value: str, allowed: Iterable[str]) -> str:
    near = difflib.get_close_matches(value[:80].lower(), list(allowed), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def _short(text: str) -> str:
    return _plain(text if len(text) <= 60 else text[:57] + "...")


def _shown(value: str) -> str:
    return f"'{_short(value)}'"
